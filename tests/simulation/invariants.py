"""Checks of every document as it is written (`watch`), and of the end of a history (`check`).

Each check is a sentence of `docs/guarantees.md`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import orjson

from shared.contracts import Message
from shared.contracts.orders import Placed
from shared.contracts.topics import PROCESSES, TOPICS, dead_letter_topic
from shared.runtime.decider import Decider
from shared.runtime.decider.service import Service
from shared.runtime.ports import Document
from tests.fakes import MemoryRecord
from tests.simulation import (
    capture_checks,
    customer_checks,
    expiry_checks,
    payment_checks,
    price_checks,
    read_model_checks,
    return_checks,
    shipping_refunds,
    stock_checks,
    tracking_actions,
    warehouse_actions,
)
from tests.simulation.event_checks import EventChecks
from tests.simulation.journal import Journal
from tests.simulation.kafka import Log
from tests.unit.portal.memory import MemoryStore

REPLIES = "waybill.replies"
LATER = ("order.", "payment.", "return.", "exchange.", "cart.convert", "customer.delete")
PROMISED = {"order.hold": "OnHold", "order.cancel": "Canceled", "order.delete": "Deleted"}
COMMANDS = {topic.name for topic in TOPICS if topic.commands}


@dataclass(frozen=True)
class Evidence:
    """The result of a history."""

    services: Mapping[str, Service]
    journals: Mapping[str, Journal]
    log: Log
    commands: Mapping[str, str]
    poison: set[str]
    reused: Mapping[str, str]
    refused: set[str]
    contested: set[str]
    without_amount: set[str]
    lag: Mapping[str, int]
    now: datetime
    shown: MemoryStore | None = None

    @cached_property
    def streams(self) -> Mapping[str, list[Document]]:
        """The documents of every stream."""
        return {s: j.of(s) for j in self.journals.values() for s in j.streams}

    @cached_property
    def events(self) -> Mapping[str, list[Message]]:
        """The events of every stream; a deleted stream has only the remaining ones."""
        return {
            stream: [
                self.deciders[stream.partition("/")[0]].event(event)
                for document in documents
                for event in document["events"]
                if "data" in event
            ]
            for stream, documents in self.streams.items()
        }

    @cached_property
    def erased(self) -> set[str]:
        """The streams that were deleted."""
        return {
            stream
            for stream, documents in self.streams.items()
            if any(document.get("erased") for document in documents)
        }

    @cached_property
    def deciders(self) -> Mapping[str, Decider[Any]]:
        """The deciders by kind of stream."""
        return {d.kind: d for s in self.services.values() for d in s.deciders}

    def states(self, kind: str) -> Mapping[str, Any]:
        """Returns the states of a kind's streams by id, without deleted streams."""
        decider = self.deciders[kind]
        found = {}
        for stream, events in self.events.items():
            if stream.startswith(f"{kind}/") and stream not in self.erased:
                state = decider.initial()
                for event in events:
                    state = decider.evolve(state, event)
                found[stream.partition("/")[2]] = state
        return found


def watch(document: Document) -> Iterator[str]:
    """Yields what is wrong with a document when it is written."""
    for event in document["events"]:
        if "data" not in event:
            continue
        data = orjson.loads(event["data"])
        for level in data.get("levels", ()):
            names = ("on_hand", "allocated", "backordered", "quarantined")
            if min(level[name] for name in names) < 0:
                yield f"{document['_id']}: stock below zero: {level}"


def check(evidence: Evidence) -> list[str]:
    """Returns all violations at the end of a history."""
    behind = {name: lag for name, lag in evidence.lag.items() if lag}
    if behind:
        return [f"records are still unhandled: {behind}"]
    event_checks = EventChecks(evidence.services, evidence.streams, evidence.log, evidence.erased)
    kinds = ("order", "payment", "fulfilment", "stock")
    states = {kind: evidence.states(kind) for kind in kinds}
    return [
        *_outcomes(evidence),
        *_dead_letters(evidence),
        *event_checks.wrong(),
        *_placed_once(evidence),
        *_drafts(evidence),
        *payment_checks.wrong(evidence.events, states["payment"]),
        *payment_checks.overshot(
            {s: d for s, d in evidence.streams.items() if s not in evidence.erased},
            evidence.deciders["payment"],
            evidence.without_amount,
        ),
        *customer_checks.wrong(
            evidence.events, evidence.states("cart"), states["order"], evidence.log
        ),
        *capture_checks.wrong(
            {s: d for s, d in evidence.streams.items() if s not in evidence.erased},
            evidence.deciders["payment"],
            evidence.commands,
            states["order"],
            states["payment"],
        ),
        *expiry_checks.wrong(
            {s: d for s, d in evidence.streams.items() if s not in evidence.erased},
            evidence.deciders["payment"],
            states["payment"],
            evidence.now,
        ),
        *price_checks.wrong(evidence.events, states["order"]),
        *return_checks.wrong(evidence.events, states["order"], states["payment"]),
        *shipping_refunds.wrong(evidence.events, states["order"], states["payment"]),
        *stock_checks.wrong(evidence.events, states["fulfilment"], states["stock"]),
        *tracking_actions.wrong(evidence.events, states["fulfilment"]),
        *warehouse_actions.wrong(
            evidence.events, states["order"], states["payment"], states["fulfilment"], evidence.log
        ),
        *(
            read_model_checks.wrong(evidence.shown, evidence.log, states, evidence.erased)
            if evidence.shown
            else ()
        ),
    ]


def _shown(evidence: Evidence, states: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    if evidence.shown is not None:
        yield from read_model_checks.wrong(evidence.shown, evidence.log, states, evidence.erased)


def _outcomes(evidence: Evidence) -> Iterator[str]:
    """Every command has exactly one outcome, and every repeat gets the same one."""
    replies: dict[str, list[bytes]] = defaultdict(list)
    for record in evidence.log.all({REPLIES}):
        replies[(record.key or b"").decode()].append(_without_texts(record))
    gone = {stream.partition("/")[2] for stream in evidence.erased}
    asked = Counter(
        dict(record.headers).get("ce_id", b"").decode() for record in evidence.log.all(COMMANDS)
    )
    for command, name in evidence.commands.items():
        outcomes = set(replies[command])
        if command in evidence.reused:
            rejections = {one for one in outcomes if b'"id-reused"' in one}
            if not rejections and evidence.reused[command] not in gone:
                yield f"{command} ({name}): other content under a known id wasn't rejected"
            outcomes -= rejections
        waits = name.startswith(LATER)  # a repeat meanwhile shares the reply
        if len(replies[command]) < (1 if waits else asked[command]):
            yield f"{command} ({name}): sent {asked[command]} times, replies {replies[command]}"
        elif len(outcomes) > 1 and not name.endswith(".explain"):
            yield f"{command} ({name}): several outcomes: {outcomes}"
        for outcome in outcomes:
            reply = orjson.loads(outcome)
            if reply["outcome"] == "accepted" and reply.get("status") != PROMISED.get(
                name, reply.get("status")
            ):
                yield f"{command} ({name}): accepted, but the order is {reply['status']}"
    for command in replies.keys() - evidence.commands.keys():
        yield f"{command}: an outcome without a command"


def _without_texts(record: MemoryRecord) -> bytes:
    """Returns an outcome without its texts, which a deletion erases."""
    reply = orjson.loads(record.value or b"{}")
    if reason := reply.get("reason"):
        reply["reason"] = reason["code"]
    return orjson.dumps(reply)


def _dead_letters(evidence: Evidence) -> Iterator[str]:
    """Malformed records and other content under an id in use become dead letters.

    Deleted streams can't compare content any more, so a repeated cart may become one too.
    """
    gone = {stream.partition("/")[2] for stream in evidence.erased}
    again = {f"again-{key}" for key in gone | evidence.contested}
    again |= {f"checkout-{key}" for key in evidence.contested}
    topics = {dead_letter_topic(program) for program in PROCESSES}
    expected = evidence.poison | evidence.refused | set(evidence.reused) | again
    found = set()
    for record in evidence.log.all(topics):
        headers = dict(record.headers)
        message = headers.get("ce_id", b"").decode()
        found.add(message)
        if message not in expected:
            yield f"{message}: unexpected dead letter: {_reason(record)}"
        elif (headers["waybill_code"] == b"rejected") is (message in evidence.poison):
            yield f"{message}: a dead letter for another reason: {_reason(record)}"
    for message in evidence.poison - found:
        yield f"{message}: malformed, but not a dead letter"
    for message in evidence.refused - found:
        yield f"{message}: another cart under the id of an order, but not a dead letter"
    for message, key in evidence.reused.items():
        if message not in found and key not in gone:
            yield f"{message}: other content under a known id, but no dead letter"


def _reason(record: MemoryRecord) -> str:
    return " ".join(f"{n}={v.decode(errors='replace')}" for n, v in record.headers if "way" in n)


def _placed_once(evidence: Evidence) -> Iterator[str]:
    """Each cart becomes at most one order, and no order number is used twice."""
    numbers: dict[str, str] = {}
    for stream, events in evidence.events.items():
        placed = [event for event in events if event.type == "waybill.order.placed.v1"]
        if len(placed) > 1:
            yield f"{stream}: placed {len(placed)} times"
        for event in placed:
            number = event.order_number  # type: ignore[attr-defined]
            if number in numbers:
                yield f"{stream}: {number} is the number of {numbers[number]}"
            numbers[number] = stream


def _drafts(evidence: Evidence) -> Iterator[str]:
    """A draft whose conversion is accepted becomes an order of its own."""
    gone = {stream.partition("/")[2] for stream in evidence.erased}
    for record in evidence.log.all({REPLIES}):
        command, reply = (record.key or b"").decode(), orjson.loads(record.value or b"{}")
        cart = reply.get("subject")
        if evidence.commands.get(command) != "cart.convert" or cart in gone:
            continue
        placed = [
            event for event in evidence.events.get(f"order/{cart}", ()) if isinstance(event, Placed)
        ]
        if reply["outcome"] == "accepted" and not any(event.draft for event in placed):
            yield f"{command}: conversion of {cart} accepted, but there is no order"
    for order in evidence.contested - gone:
        if not evidence.events.get(f"order/{order}"):
            yield f"order/{order}: a draft and a checkout had this id, but neither was placed"
