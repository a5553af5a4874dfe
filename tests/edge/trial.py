"""Runs one world with edge values: they must be handled, shown, found and printed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import orjson

from services.portal.projections.ngrams import normalize
from tests.edge import foreign, terminal
from tests.edge.fields import Field
from tests.edge.foreign import FACTS
from tests.edge.page import Page, squeezed
from tests.edge.portal import ShowingPortal
from tests.edge.scenario import Step
from tests.edge.verdicts import INTERNAL
from tests.edge.visits import Visitor
from tests.edge.world import StuckError, World

ZONES = ("Etc/GMT+12", "America/St_Johns", "UTC", "Asia/Kathmandu", "Pacific/Kiritimati")
LEAST, MOST = 3, 200  # characters that a search for articles accepts
CODE = re.compile(r"[a-z]+(-[a-z]+)*")


@dataclass
class Trial:
    """A scenario with edge values.

    carried  the values, by field
    shown    the texts that pages have to show
    at       counts the places visited
    wrong    the findings
    """

    steps: tuple[Step, ...]
    carried: Mapping[Field, Any] = field(default_factory=dict)
    shown: Mapping[Field, str] = field(default_factory=dict)
    must_be_accepted: bool = False
    at: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    async def run(self, portal: ShowingPortal, visitor: Visitor) -> None:
        """Sends all steps and checks every place."""
        world = World()
        try:
            for step in self.steps:
                await world.send(step)
        except StuckError as error:
            self.wrong.append(
                f"a batch fails forever at {world.sent[-1].step}: {error.__context__!r}"
            )
            return
        self.wrong += self._of_outcomes(world)
        self._visit("foreign consumer", foreign.read_all(world.log))
        self._of_terminal(world)
        self.wrong += await portal.show(world)
        visit = await (visitor.look() if self.shown else visitor.glance())
        self.at += visit.at
        self.wrong += visit.wrong
        for named, value in self.shown.items():
            if not visit.says(squeezed(value)):
                self.wrong.append(f"{named}: {value!r} isn't shown on any page")
        self.wrong += [f"{n} empty cells on {page}" for page, n in visit.blank.items() if n]
        await self._find(world, portal)
        await self._find_articles(world, portal)

    def _visit(self, place: str, wrong: Iterator[str]) -> None:
        self.at[place] += 1
        self.wrong += wrong

    def _of_outcomes(self, world: World) -> Iterator[str]:
        """Yields messages without an outcome, and rejections without a text for people."""
        waiting = {"variant"}
        for sent in world.sent:
            words = f"{sent.step.name}: {sent.outcome} {sent.code} {sent.reason}"
            if sent.outcome == "none" and sent.step.name not in waiting and sent.step.is_subject:
                yield f"no outcome of {words}"
            if sent.outcome == "rejected":
                if self.must_be_accepted:
                    yield f"rejected, although the contract accepts it: {words}"
                if not CODE.fullmatch(sent.code) or not sent.reason or INTERNAL.search(sent.reason):
                    yield f"a rejection without a text for people: {words}"
        for record in world.log:
            if record.topic.endswith(".dead-letters"):
                headers = {name: (value or b"").decode() for name, value in record.headers}
                lost = headers["waybill_code"] == "failed" or headers["waybill_topic"] in FACTS
                if self.must_be_accepted or lost:
                    yield f"{headers['ce_type']} is a dead letter: {headers['waybill_reason']}"

    def _of_terminal(self, world: World) -> None:
        try:
            for _, text in terminal.shown(world):
                self.at["waybill show"] += 1
                if not text.strip():
                    self.wrong.append("waybill show prints nothing")
        except Exception as error:  # noqa: BLE001 - a user would see any error
            self.wrong.append(f"waybill show raises {error!r}")

    async def _find(self, world: World, portal: ShowingPortal) -> None:
        """Checks that every placed order is found by its number, market, names, email and date."""
        placed = list(_facts(world, "waybill.order.placed.v1"))
        for fact in placed if self.shown else placed[:1]:
            data, order = fact["data"], fact["data"]["order_id"]
            if any(
                gone["data"]["order_id"] == order
                for gone in _facts(world, "waybill.order.deleted.v1")
            ):
                continue
            customer = data["customer"] or {}
            names = [customer.get("name"), data["shipments"][0]["address"]["name"]]
            asked: list[dict[str, Any]] = [
                {"number": data["order_number"]},
                {"market": data["market"]},
            ]
            asked += [{"name": name} for name in names if name]
            if customer.get("name"):
                asked.append({"customer": customer["name"]})
            if customer.get("email"):
                asked.append({"email": customer["email"]})
            if not any(customer.get(part) for part in ("name", "email", "customer_id")):
                asked.append({"anonymous": "yes"})
            for query in asked:
                await self._found(portal, query, order)
            created = min(datetime.fromisoformat(data["converted_at"]), fact["at"])
            for zone in ZONES:
                day = created.astimezone(ZoneInfo(zone)).date().isoformat()
                await self._found(
                    portal, {"created": "between", "start": day, "end": day}, order, zone
                )

    async def _find_articles(self, world: World, portal: ShowingPortal) -> None:
        """Checks that every article is found by its name and description, and is shown."""
        for sent in world.sent:
            if sent.step.name != "variant" or sent.step.data.get("discontinued"):
                continue
            name, url = sent.step.data["name"].strip(), sent.step.data.get("url")
            for typed in (name, (sent.step.data.get("description") or "").strip()):
                if (
                    not LEAST <= len(typed) <= MOST
                    or max(map(len, normalize(typed).split("%"))) < LEAST
                ):
                    continue
                self.at["search of articles"] += 1
                answer = await portal.client.get(
                    "/products", params={"search": typed, "market": "US"}
                )
                page = Page(answer.text)
                if answer.status_code != 200 or squeezed(name) not in page.text:
                    self.wrong.append(f"article {name!r} isn't found by {typed!r}")
                elif url and squeezed(url) not in page.fields:
                    self.wrong.append(f"article {name!r} has no link to {url!r}")

    async def _found(
        self, portal: ShowingPortal, query: Mapping[str, str], order: str, zone: str = "UTC"
    ) -> None:
        self.at[f"filter by {next(iter(query))}"] += 1
        portal.client.cookies.set("zone", zone)
        answer = await portal.client.get(f"/orders?{urlencode(query)}")
        if answer.status_code != 200:
            self.wrong.append(f"the list answers {answer.status_code} to {query} in {zone}")
        elif f"/orders/{order}" not in Page(answer.text).links:
            self.wrong.append(f"{order} isn't found by {query} in {zone}")


def _facts(world: World, kind: str) -> Iterator[dict[str, Any]]:
    for record in world.log:
        headers = dict(record.headers)
        if headers.get("ce_type") == kind.encode() and record.topic == "order.events":
            at = datetime.fromisoformat((headers["ce_time"] or b"").decode()).astimezone(UTC)
            yield {"data": orjson.loads(record.value or b""), "at": at}
