"""A market has a warehouse, or several by priority; a wrong one is refused with its line."""

from pathlib import Path

import pytest

from shared.site import SiteError, load

CONFIG = Path(__file__).parents[3] / "config" / "site.yaml"


def site_with(tmp_path, *lines):
    """The site, with these lines in place of the warehouse of market US."""
    text = CONFIG.read_text(encoding="utf-8")
    path = tmp_path / "site.yaml"
    changed = "".join(f"    {line}\n" for line in lines)
    path.write_text(text.replace("    warehouse: seattle\n", changed, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("lines", "warehouses"),
    [
        (["warehouse: osaka"], ("osaka",)),
        (["warehouses: [osaka]"], ("osaka",)),
        (["warehouses: [osaka, seattle]"], ("osaka", "seattle")),
        (["warehouse: osaka", "warehouses: [osaka, seattle]"], ("osaka", "seattle")),
    ],
)
def test_either_field_says_it(tmp_path, lines, warehouses):
    market = load(site_with(tmp_path, *lines)).markets["US"]
    assert (market.warehouse, market.warehouses) == (warehouses[0], warehouses)


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ([], r"markets.US.warehouse: is missing"),
        (["warehouse: seatle"], r"line 41: markets.US.warehouse: no warehouse is called seatle"),
        (["warehouses: []"], r"line 41: markets.US.warehouses"),
        (["warehouses: [osaka, seatle]"], r"line 41: markets.US.warehouses.1: no warehouse is"),
        (["warehouses: [osaka, osaka]"], r"markets.US.warehouses.1: osaka is listed before"),
        (
            ["warehouses: [osaka]", "split: true"],
            r"markets.US.split: a market that splits .* 2 to 8",
        ),
        (
            ["warehouse: osaka", "warehouses: [seattle, osaka]"],
            r"the first of warehouses is seattle",
        ),
    ],
)
def test_a_wrong_warehouse_is_refused_with_its_line(tmp_path, lines, text):
    with pytest.raises(SiteError, match=text):
        load(site_with(tmp_path, *lines))
