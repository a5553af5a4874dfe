"""Stock is counted while goods come in, are issued and are counted by others."""

from __future__ import annotations

import asyncio
import html
from dataclasses import dataclass, field
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from services.portal.command_client import Submission
from services.portal.projections.projection import Document
from services.portal.queries import Queries
from services.portal.web.forms.conflicts import OPENED
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Reason, Reply
from shared.contracts.stock import CountStock
from tests.examples import examples
from tests.forms import fields_of
from tests.unit.portal.fake_database import FakeDatabase, portal_over

COUNT = "/warehouse/seattle/stock/dialog/count?sku=SKU-1"
CSRF = {"X-CSRF-Token": "csrf"}


def level(on_hand: int, sku: str = "SKU-1", sequence: int = 3) -> Document:
    fact = {"sequence": sequence, "on_hand": on_hand, "allocated": 0, "backordered": 0}
    return {"_id": f"seattle/{sku}", "warehouse": "seattle", "sku": sku, "fact": fact}


def warehouse(version: int) -> Document:
    return {"_id": "seattle", "applied": {"stock": version}}


@dataclass
class Warehouse:
    """A warehouse's stream, and its read model, which is as far as `shown`.

    on_hand   of the article, by version of the stream
    meanwhile what happens before each of the next commands arrives: what each event makes of the
              article's quantity, None if it is about something else
    lag       by how many events the read model stays behind, unless it is waited for
    """

    meanwhile: list[list[int | None]]
    lag: int = 0
    on_hand: list[int] = field(default_factory=lambda: [12])
    replaced: list[int] = field(default_factory=list)
    sent: list[int | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.documents: dict[str, list[Document]] = {"warehouses": [], "stock": []}
        self._show(0)

    @property
    def version(self) -> int:
        return len(self.on_hand) - 1

    async def submit(
        self, command: Any, _: str, *, expected_version: int | None, **__: Any
    ) -> Submission:
        self.sent.append(expected_version)
        for quantity in self.meanwhile.pop(0) if self.meanwhile else ():
            self.on_hand.append(self.on_hand[-1] if quantity is None else quantity)
        self._show(self.version - self.lag)
        assert isinstance(command, CountStock)
        reply = {"command_id": "m-1", "subject": command.key, "version": self.version}
        if expected_version not in (None, self.version):
            why = blocker("version-conflict", expected=expected_version, version=self.version)
            return Submission("m-1", Reply(**reply, outcome="rejected", reason=Reason.of(why)))
        self.replaced.append(self.on_hand[-1])
        self.on_hand.append(command.quantity)
        return Submission("m-1", Reply(**reply | {"version": self.version}, outcome="accepted"))

    async def wait_for_version(self, kind: str, stream: str, version: int, _: float) -> bool:
        assert (kind, stream) == ("stock", "seattle")
        self._show(version)
        return True

    def _show(self, version: int) -> None:
        version = max(version, 0)
        self.documents["warehouses"][:] = [warehouse(version)]
        self.documents["stock"][:] = [level(self.on_hand[version], sequence=version)]


async def count(site: Warehouse, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Opens the form, saves it, and saves it anyway until that succeeds; returns what is said."""
    monkeypatch.setattr(
        Queries, "wait_for_version", lambda _, *given: site.wait_for_version(*given)
    )
    async with portal_over(FakeDatabase(**site.documents), site) as client:
        page = (await client.get(COUNT)).text
        assert "SKU-1 on hand now: 12" in page
        form = {**fields_of(page), "quantity": "40"}
        said: list[str] = []
        while True:
            answer = await client.post("/do/stock.count", data=form, headers=CSRF)
            if answer.status_code == 204:
                return said
            assert answer.status_code == 409
            said.append(html.unescape(answer.text))
            version = answer.text.partition('name="replaces" value="')[2].partition('"')[0]
            form |= fields_of(answer.text) | {"replaces": version}


EVENTS = st.lists(st.one_of(st.none(), st.integers(10, 14)), max_size=3)


@examples(30)
@given(st.lists(EVENTS, max_size=12), st.integers(0, 3))
def test_a_count_replaces_only_a_quantity_that_its_sender_was_shown(
    meanwhile: list[list[int | None]], lag: int
) -> None:
    site = Warehouse(meanwhile, lag)
    with pytest.MonkeyPatch.context() as patch:
        said = asyncio.run(count(site, patch))
    [replaced] = site.replaced
    assert site.on_hand[-1] == 40
    assert replaced == 12 or f"On hand is now <strong>{replaced}</strong>" in said[-1]
    assert None not in site.sent


async def test_goods_received_while_a_count_is_open_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = Warehouse([[15]])
    [said] = await count(site, monkeypatch)
    assert "On hand is now <strong>15</strong> (you opened it as 12)." in said
    assert "nothing of yours was saved" in said


async def test_allocations_stop_no_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not before the first answer, nor between it and saving anyway."""
    assert await count(Warehouse([[None], [None, None], [None]]), monkeypatch) == []
    assert len(await count(Warehouse([[15], [None], [None]]), monkeypatch)) == 1


async def test_the_same_change_is_told_again_to_whoever_just_saves_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They may have missed it: only the button that says so saves anyway."""
    site = Warehouse([[15]])
    monkeypatch.setattr(
        Queries, "wait_for_version", lambda _, *given: site.wait_for_version(*given)
    )
    async with portal_over(FakeDatabase(**site.documents), site) as client:
        form = {**fields_of((await client.get(COUNT)).text), "quantity": "40"}
        for _ in range(2):
            answer = await client.post("/do/stock.count", data=form, headers=CSRF)
            assert answer.status_code == 409
            form |= fields_of(answer.text)
    assert site.replaced == []


@pytest.mark.parametrize(
    ("documents", "opened"),
    [
        ({"warehouses": [warehouse(7)], "stock": [level(3)]}, ("7", "3")),
        ({"warehouses": [warehouse(7)], "stock": [level(3, "SKU-2")]}, ("7", "0")),
        ({}, ("0", "0")),  # nothing has ever happened there
        ({"stock": [level(3)]}, (None, "3")),  # its events are older than the topic keeps
        ({"stock": [level(3, "SKU-2")]}, (None, "0")),
    ],
)
async def test_the_form_carries_what_is_on_hand(
    documents: dict[str, list[Document]], opened: tuple[str | None, str]
) -> None:
    async with portal_over(FakeDatabase(**documents), None) as client:
        fields = fields_of((await client.get(COUNT)).text)
    assert (fields.get("expectedversion"), fields[f"{OPENED}on_hand"]) == opened
