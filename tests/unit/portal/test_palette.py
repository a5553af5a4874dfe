"""What the palette looks for, and the keys that pages show."""

import re

import pytest

from services.portal.auth.sessions import Person
from services.portal.queries import OrderFilter
from services.portal.queries.models.orders import OrderPage
from services.portal.web import assets, palette
from services.portal.web.keys import KEYS


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ("1000042", {"number", "sku", "tracking", "reference", "name"}),
        ("po10", {"number", "sku", "tracking", "reference", "name"}),
        ("m@example.com", {"email", "sku", "tracking", "reference", "name"}),
        ("Mercy Taylor", {"name"}),
        ("M", {"name"}),
        ("٣٤", {"name"}),  # digits of another script are no number
    ],
)
def test_text_is_looked_for_where_it_may_be(typed: str, fields: set[str]) -> None:
    filters = palette.filters_of(typed)
    empty = OrderFilter()
    for each in filters:
        (field,) = [name for name in fields if getattr(each, name) != getattr(empty, name)]
        assert getattr(each, field).removeprefix("%") == typed
    assert len(filters) == len(fields)


async def test_looking_is_bounded() -> None:
    limits = []

    class Queries:
        async def search(self, _: OrderFilter, limit: int) -> OrderPage:
            limits.append(limit)
            return OrderPage(orders=[], after=None)

    queries = Queries()
    queries.orders = queries  # type: ignore[attr-defined]
    assert await palette.find_orders(queries, "PO1000042") == []  # type: ignore[arg-type]
    assert limits == [palette.ORDERS] * 5


def test_pages_are_those_that_the_roles_may_open() -> None:
    def offered(*roles: str) -> set[str]:
        return {each.where for each in palette._pages(Person("anna", roles), "")}

    assert offered("operator") - offered("viewer") == {"/operations/letters"}
    assert offered("csr") - offered("viewer") == {"/create"}


def test_every_key_is_unambiguous_and_does_something() -> None:
    script = (assets.OURS / "js" / "keys.js").read_text(encoding="utf-8")
    acts = re.search(r"const acts = \{(.*?)\n\};", script, re.DOTALL)
    assert acts
    assert set(re.findall(r"^  (\w+):", acts[1], re.MULTILINE)) == {k.act for k in KEYS if k.act}
    names = [key.keys for key in KEYS]
    assert len(set(names)) == len(names)
    assert not any(a != b and b.startswith(f"{a} ") for a in names for b in names)
    assert all((key.go is None) != (key.act is None) for key in KEYS)
