"""Saved views: their names, and who may save, update and duplicate them."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from services.portal.auth.sessions import Person
from services.portal.saved_views import LONGEST_NAME, SavedView, free_name, name_of
from services.portal.web.orders.saved_views import TABS
from shared.contracts import Malformed
from tests.unit.portal.fake_database import FakeDatabase, portal_over

CSRF = {"X-CSRF-Token": "csrf"}


def test_a_name_has_single_blanks() -> None:
    assert name_of("  On   hold ") == "On hold"


@pytest.mark.parametrize(
    "name", ["", " ", "\u200b", "\u0301", "a\u202eb", "x" * (LONGEST_NAME + 1)]
)
def test_a_name_that_nobody_can_read_is_refused(name: str) -> None:
    with pytest.raises(Malformed) as refused:
        name_of(name)
    assert refused.value.field == "name"


def test_the_views_that_everybody_has_are_in_the_form_of_an_address() -> None:
    for tab in TABS:
        assert tab.address == ("/orders?" + tab.query if tab.query else "/orders")


def test_a_copy_gets_the_first_number_that_is_free() -> None:
    assert free_name("Held", set()) == "Held"
    assert free_name("Held", {"Held", "Held 2"}) == "Held 3"


def test_the_name_of_a_copy_is_no_longer_than_others() -> None:
    long = "x" * (LONGEST_NAME + 20)
    first = free_name(long, set())
    assert name_of(first) == "x" * LONGEST_NAME
    assert name_of(free_name(long, {first})).endswith("x 2")


OWN = SavedView("v-1", "anna", "Held", "status=OnHold", shared=False)
OTHERS = SavedView("v-2", "bo", "Unpaid", "needs=owed", shared=True)


class _Views:
    """Anna's view and one that bo shares; remembers what is changed."""

    def __init__(self) -> None:
        self.changed: list[SavedView] = []

    async def of(self, _: str) -> list[SavedView]:
        return [OWN, OTHERS]

    async def get(self, view_id: str, _: str) -> SavedView | None:
        return {each.id: each for each in (OWN, OTHERS)}.get(view_id)

    async def change(
        self, view: SavedView, name: str, *, shared: bool, query: str | None = None
    ) -> SavedView:
        changed = SavedView(view.id, view.owner, name, query or view.query, shared)
        self.changed.append(changed)
        return changed

    async def duplicate(self, view: SavedView, account: str, name: str) -> SavedView:
        return SavedView("v-3", account, name, view.query, shared=False)


@pytest.fixture
def views() -> _Views:
    return _Views()


@pytest.fixture
async def client(views: _Views) -> AsyncIterator[httpx.AsyncClient]:
    async with portal_over(FakeDatabase(), None, views=views) as made:
        yield made


async def test_the_view_that_was_opened_is_offered_to_be_updated(client: httpx.AsyncClient) -> None:
    changed = {"search": "status=Canceled", "based_on": OWN.id}
    assert "Update “Held”" in (await client.get("/views/dialog", params=changed)).text
    same = {"search": OWN.query, "based_on": OWN.id}
    assert "Update" not in (await client.get("/views/dialog", params=same)).text
    gone = {"search": "status=Canceled", "based_on": "v-0"}
    assert "Update" not in (await client.get("/views/dialog", params=gone)).text


async def test_an_update_changes_only_what_the_view_shows(
    client: httpx.AsyncClient, views: _Views
) -> None:
    form = {"view_id": OWN.id, "search": "status=Canceled&sort=oldest"}
    answer = await client.post("/views/update", data=form, headers=CSRF)
    assert answer.headers["location"] == "/orders?status=Canceled&sort=oldest"
    assert views.changed == [replace(OWN, query="status=Canceled&sort=oldest")]


async def test_a_new_name_leaves_what_the_view_shows_unless_that_is_asked_for(
    client: httpx.AsyncClient, views: _Views
) -> None:
    form = {"view_id": OWN.id, "search": "status=Canceled", "name": "On hold"}
    await client.post("/views", data=form, headers=CSRF)
    await client.post("/views", data={**form, "update": "yes"}, headers=CSRF)
    assert [each.query for each in views.changed] == ["status=OnHold", "status=Canceled"]


@pytest.mark.parametrize(
    ("view", "roles", "status"),
    [(OWN, ("csr",), 303), (OTHERS, ("csr",), 403), (OTHERS, ("supervisor",), 303)],
)
async def test_a_shared_view_is_updated_by_those_who_may_share(
    views: _Views, view: SavedView, roles: tuple[str, ...], status: int
) -> None:
    class Sessions:
        async def find(self, _: str) -> Person:
            return Person("anna", roles, csrf="csrf")

    async with portal_over(FakeDatabase(), None, sessions=Sessions(), views=views) as client:
        form = {"view_id": view.id, "search": "status=Canceled"}
        answer = await client.post("/views/update", data=form, headers=CSRF)
        assert answer.status_code == status


async def test_everybody_may_duplicate_what_they_see(client: httpx.AsyncClient) -> None:
    answer = await client.post("/views/duplicate", data={"view_id": OTHERS.id}, headers=CSRF)
    assert answer.headers["location"] == "/orders?needs=owed"
    assert "Unpaid%20%28copy%29" in answer.headers["set-cookie"]
    gone = await client.post("/views/duplicate", data={"view_id": "v-0"}, headers=CSRF)
    assert gone.status_code == 404
