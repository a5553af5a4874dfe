"""Deletion of several carts: the confirmation, and the result for each item."""

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
from services.portal.command_client import Submission
from services.portal.web.carts import deletion as cart_deletion
from services.portal.web.frame.errors import handle_errors
from shared.contracts import Message
from shared.contracts.replies import Blocker, Reason, Reply
from tests.unit.given import SITE
from tests.unit.portal.builders import PAGES

BECAME = Reason.of(Blocker(code="checked-out", message="The cart has become order no."))


class FakePortal:
    """A portal with some carts, and a reply for each command."""

    def __init__(self) -> None:
        self.site = SITE
        self.settings = PAGES
        self.queries = self.carts = self.commands = self
        self.known: set[str] = set()
        self.submitted: list[str] = []
        self.replies: dict[str, Reply | None] = {}

    async def get(self, cart_id: str) -> Any:
        found = SimpleNamespace(status="Draft", customer=None)
        return found if cart_id in self.known else None

    async def submit(self, command: Message, actor: str, **_: Any) -> Submission:
        self.submitted.append(command.key)
        return Submission("m-1", self.replies.get(command.key))


@pytest.fixture
def portal() -> FakePortal:
    return FakePortal()


async def post(portal: FakePortal, path: str, ids: list[str], *roles: str) -> httpx.Response:
    app = FastAPI()
    app.include_router(cart_deletion.router)
    handle_errors(app)
    app.state.portal = portal
    app.dependency_overrides[signed_in] = lambda: Person("anna", roles or ("csr",))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://portal") as client:
        return await client.post(path, data={"cart": ids})


def listed(answer: httpx.Response) -> list[str]:
    """The ids in the form."""
    return re.findall(r'name="cart" value="([^"]+)"', answer.text)


def deselected(answer: httpx.Response) -> list[str]:
    """The ids that are removed from the selection."""
    return re.findall(r'data-gone="([^"]+)"', answer.text)


def text(answer: httpx.Response) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", "", answer.text)).split())


async def test_confirmation_lists_existing_items_and_deselects_deleted_ones(
    portal: FakePortal,
) -> None:
    portal.known = {"a", "b"}
    answer = await post(portal, "/carts/delete/confirm", ["a", "x", "b", "a"])
    assert listed(answer) == ["a", "b"]
    assert deselected(answer) == ["x"]
    assert "Delete these 2 carts?" in text(answer)
    assert "1 more was selected, but is already deleted." in text(answer)
    assert portal.submitted == []


async def test_items_beyond_the_maximum_stay_selected(portal: FakePortal) -> None:
    ids = [f"c-{n}" for n in range(cart_deletion.MAX_ITEMS + 2)]
    portal.known = set(ids)
    answer = await post(portal, "/carts/delete/confirm", ids)
    assert listed(answer) == ids[: cart_deletion.MAX_ITEMS]
    assert deselected(answer) == []
    assert "2 more stay selected. Delete them in a second step." in text(answer)


async def test_result_shows_for_each_whether_it_is_deleted_rejected_or_pending(
    portal: FakePortal,
) -> None:
    portal.replies = {
        "yes": Reply(command_id="m", outcome="accepted", subject="yes"),
        "no": Reply(command_id="m", outcome="rejected", subject="no", reason=BECAME),
    }
    answer = await post(portal, "/carts/delete", ["yes", "no", "late", "yes"])
    assert sorted(portal.submitted) == ["late", "no", "yes"]
    assert deselected(answer) == ["yes"]
    assert "yes: deleted no: not deleted. The cart has become order no." in text(answer)
    assert "late: Still in progress" in text(answer)


async def test_nothing_is_looked_up_or_sent_for_a_role_that_may_not(portal: FakePortal) -> None:
    portal.known = {"a"}
    for path in ("/carts/delete/confirm", "/carts/delete"):
        answer = await post(portal, path, ["a"], "viewer")
        assert answer.status_code == 403
        assert "cart.delete is for the role csr or supervisor" in text(answer)
    assert portal.submitted == []
