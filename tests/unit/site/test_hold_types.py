"""The types of holds are configuration; a wrong one is refused with its line."""

from pathlib import Path
from typing import get_args

import pytest

from services.portal.auth.rights import ALLOWED
from shared.site import SiteError, load
from shared.site.holds import LiftRole

CONFIG = Path(__file__).parents[3] / "config" / "site.yaml"


def site_with(tmp_path, *lines):
    text = CONFIG.read_text(encoding="utf-8")
    begin = text.index("hold_types:")
    end = text.index("\n\n", begin)
    path = tmp_path / "site.yaml"
    path.write_text(text[:begin] + "\n".join(lines) + text[end:], encoding="utf-8")
    return path


def test_a_site_without_hold_types_has_the_usual_five(tmp_path):
    site = load(site_with(tmp_path))
    assert list(site.hold_types) == ["fraud", "address", "payment", "customer", "other"]


def test_a_site_names_its_own(tmp_path):
    site = load(site_with(tmp_path, "hold_types:", "  legal: {name: Legal, stops: [ship]}"))
    assert list(site.hold_types) == ["legal"]
    assert site.hold_types["legal"].stops == ("ship",)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("  legal: {name: Legal, stops: [fly]}", "hold_types.legal.stops.0"),
        ("  legal: {name: Legal, lift_roles: []}", "hold_types.legal.lift_roles"),
        ("  legal: {name: Legal, lift_roles: [boss]}", "hold_types.legal.lift_roles.0"),
        ("  legal: {name: Legal, stops: [ship, ship]}", "hold_types.legal.stops"),
        ("  hold: {name: Legal}", "hold_types.hold"),
    ],
)
def test_a_wrong_type_is_refused_with_its_line(tmp_path, line, field):
    with pytest.raises(SiteError, match=field):
        load(site_with(tmp_path, "hold_types:", line))


def test_the_roles_that_lift_holds_may_release_holds():
    assert set(get_args(LiftRole)) <= set(ALLOWED["order.release-hold"])
