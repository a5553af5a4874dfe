"""Several deleted at once: what is asked about, and what is said of each."""

from __future__ import annotations

import html
import re
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.portal.auth.guard import signed_in
from services.portal.auth.sessions import Person
from services.portal.command_client import Sent
from services.portal.web import bulk_delete, carts
from services.portal.web.errors import handle_errors
from shared.contracts import Message
from shared.contracts.replies import Blocker, Reason, Reply
from tests.unit.given import SITE

BECAME = Reason.of(Blocker(code="checked-out", message="The cart has become order no."))


class Desk:
    """Stands for a portal: some carts, and what its commands are answered."""

    def __init__(self) -> None:
        self.site = SITE
        self.settings = SimpleNamespace(portal_wait_seconds=1)
        self.views = self.carts = self.sender = self
        self.known: set[str] = set()
        self.given: list[str] = []
        self.replies: dict[str, Reply | None] = {}

    async def get(self, cart_id: str) -> Any:
        found = SimpleNamespace(status="Draft", customer=None)
        return found if cart_id in self.known else None

    async def give(self, command: Message, actor: str, **_: Any) -> Sent:
        self.given.append(command.key)
        return Sent("m-1", self.replies.get(command.key))


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def post(desk: Desk, path: str, ids: list[str], *roles: str) -> httpx.Response:
    app = FastAPI()
    app.include_router(carts.router)
    handle_errors(app)
    app.state.portal = desk
    app.dependency_overrides[signed_in] = lambda: Person("anna", roles or ("csr",))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://portal") as client:
        return await client.post(path, data={"cart": ids})


def asked(answer: httpx.Response) -> list[str]:
    """The ids that the form would send."""
    return re.findall(r'name="cart" value="([^"]+)"', answer.text)


def gone(answer: httpx.Response) -> list[str]:
    """The ids that aren't chosen any longer."""
    return re.findall(r'data-gone="([^"]+)"', answer.text)


def words(answer: httpx.Response) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", "", answer.text)).split())


async def test_asks_about_each_that_is_there_and_forgets_those_that_are_gone(desk: Desk) -> None:
    desk.known = {"a", "b"}
    answer = await post(desk, "/carts/delete/confirm", ["a", "x", "b", "a"])
    assert asked(answer) == ["a", "b"]
    assert gone(answer) == ["x"]
    assert "Delete these 2 carts?" in words(answer)
    assert "1 more was chosen, but is gone already." in words(answer)
    assert desk.given == []


async def test_more_than_fit_stay_chosen_and_it_says_so(desk: Desk) -> None:
    ids = [f"c-{n}" for n in range(bulk_delete.MOST + 2)]
    desk.known = set(ids)
    answer = await post(desk, "/carts/delete/confirm", ids)
    assert asked(answer) == ids[: bulk_delete.MOST]
    assert gone(answer) == []
    assert "2 more stay chosen, for afterwards." in words(answer)


async def test_says_of_each_whether_it_is_deleted_refused_or_on_its_way(desk: Desk) -> None:
    desk.replies = {
        "yes": Reply(command_id="m", outcome="accepted", subject="yes"),
        "no": Reply(command_id="m", outcome="rejected", subject="no", reason=BECAME),
    }
    answer = await post(desk, "/carts/delete", ["yes", "no", "late", "yes"])
    assert sorted(desk.given) == ["late", "no", "yes"]
    assert gone(answer) == ["yes"]
    assert "yes: deleted no: not deleted. The cart has become order no." in words(answer)
    assert "late: It is on its way" in words(answer)


async def test_nothing_is_looked_up_or_sent_for_a_role_that_may_not(desk: Desk) -> None:
    desk.known = {"a"}
    for path in ("/carts/delete/confirm", "/carts/delete"):
        answer = await post(desk, path, ["a"], "viewer")
        assert answer.status_code == 403
        assert "cart.delete is for the role csr or supervisor" in words(answer)
    assert desk.given == []
