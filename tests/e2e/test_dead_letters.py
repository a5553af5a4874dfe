"""Dead letters on a running system: found, redriven in order, dropped."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from ops.cli.main import app
from shared.runtime.app import now
from shared.runtime.processing.dead_letters import FAILURE, DeadLetters
from tests.cluster import Sent, command
from tests.e2e.system import System, shipment
from tests.fakes import MemoryRecord
from tests.polling import eventually

pytestmark = pytest.mark.engines


class Operator:
    """A user of the command line."""

    def __init__(self, system: System, patch: pytest.MonkeyPatch) -> None:
        for name, value in (
            system.cluster.environment | {"WAYBILL_ACTOR": "operator:anna"}
        ).items():
            patch.setenv(name, value)

    def does(self, *arguments: str) -> tuple[int, Any]:
        """Runs `waybill dead-letters`; returns the exit code and the lines of JSON."""
        result = CliRunner().invoke(app, ["dead-letters", *arguments, "--json"])
        return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]

    def sees(self, *arguments: str) -> list[dict[str, Any]]:
        """Returns the dead letters of a list, the oldest first."""
        code, letters = self.does("list", *arguments)
        assert code == 0
        return list(reversed(letters))


@pytest.fixture
def operator(system: System, monkeypatch: pytest.MonkeyPatch) -> Operator:
    return Operator(system, monkeypatch)


def note(order: str, text: str) -> Sent:
    """Returns a command to add a note; the same text gives the same message."""
    data = {"order_id": order, "text": text}
    kind = "waybill.order.add-note.v1"
    return command(f"{order}-{text}", kind, "order.commands", order, data)


def died(system: System, sent: Sent, offset: int) -> Sent:
    """Returns the dead letter of a service that failed on this message before it was repaired."""
    topic = system.cluster.prefix + sent.topic
    headers = [(name, value or b"") for name, value in sent.headers]
    record = MemoryRecord(topic, 0, offset, sent.key, sent.value, headers)
    letters = DeadLetters("order", system.cluster.prefix)
    letter = letters.of(record, FAILURE, "", "RuntimeError: mended since", now())
    return Sent("order.dead-letters", letter.key, letter.value, tuple(letter.headers))


def notes(system: System, order: str) -> list[str]:
    added = [got for got in system.events(order, "order.events") if "note-added" in got.type]
    return [got.data["text"] for got in added]


def test_redriven_letters_go_in_their_order_once_and_leave_others_alone(
    system: System, operator: Operator, order: str, sku: str
) -> None:
    other = f"{order}-b"
    for each in (order, other):
        system.place(each, shipment(sku), paid=False)
        system.event(each, "order.placed")
    texts = ["first", "second", "third"]
    messages = [note(order, text) for text in texts]
    letters = [died(system, sent, 10_000 + n) for n, sent in enumerate(messages)]
    system.cluster.produce([*letters, died(system, note(other, "other"), 10_003)])
    first, _, third = (letter["id"] for letter in operator.sees("--order", order))

    code, (fates,) = operator.does("redrive", third, "--yes")
    assert (code, [(f["outcome"], f["code"]) for f in fates]) == (3, [("refused", "earlier-open")])
    assert first in fates[0]["message"]

    code, (fates,) = operator.does("redrive", third, "--with-earlier", "--yes")
    assert (code, [fate["outcome"] for fate in fates]) == (0, ["redriven"] * 3)
    system.until(lambda _: len(notes(system, order)) == 3)
    assert notes(system, order) == texts

    # Redriven again by an operator who doesn't know of the first time, and as if a tool had
    # crashed before it recorded what it had sent.
    code, (fates,) = operator.does("redrive", third, "--yes")
    assert (code, [fate["outcome"] for fate in fates]) == (0, ["already"])
    system.cluster.produce(messages)
    system.cluster.until_done("order")
    done = system.post("order.add-note", order, {"order_id": order, "text": "last"})
    assert system.reply(done)["outcome"] == "accepted"
    system.until(lambda _: "last" in notes(system, order))
    assert notes(system, order) == [*texts, "last"]

    assert operator.sees("--order", order) == []
    settled = operator.sees("--order", order, "--all")
    assert [(letter["state"], letter["by"]) for letter in settled] == [
        ("redriven", "operator:anna")
    ] * 3
    (waits,) = operator.sees("--order", other)
    assert notes(system, other) == []
    assert waits["state"] == "open"

    # Byte for byte as the original, with nothing added.
    sent = [got for got in system.cluster.read("order.commands") if got.key == order.encode()]
    assert (sent[0].value, sent[0].raw) == (messages[0].value, messages[0].headers)


def test_poison_order_holds_nobody_up_and_is_open_again_when_it_dies_again(
    system: System, operator: Operator, order: str, sku: str
) -> None:
    system.place(order, shipment(sku), paid=False)
    system.event(order, "order.placed")
    poison = Sent("order.commands", order.encode(), b"{", note(order, "x").headers)
    neighbours = [note(order, "same order"), note(f"{order}-2", "nobody's")]
    system.cluster.produce([poison, *neighbours])
    system.until(lambda _: notes(system, order) == ["same order"])
    eventually(lambda: operator.sees("--order", order), within=30)
    (letter,) = operator.sees("--order", order)
    assert (letter["code"], letter["service"], letter["by"]) == ("malformed", "order", None)

    assert operator.does("redrive", "--order", order, "--yes")[0] == 0

    eventually(lambda: operator.sees("--order", order), within=30)
    (again,) = operator.sees("--order", order)
    assert again["id"] != letter["id"]
    assert [each["state"] for each in operator.sees("--order", order, "--all")] == [
        "redriven",
        "open",
    ]
    _, (shown,) = operator.does("show", again["id"])
    assert (shown["content"], shown["headers"]["ce_id"]) == ("{", f"{order}-x")

    code, (fates,) = operator.does("drop", again["id"], "--note", "no JSON", "--yes")
    assert (code, fates[0]["outcome"]) == (0, "dropped")
    assert operator.sees("--order", order) == []
    assert operator.sees("--order", order, "--all")[1]["note"] == "no JSON"


def test_reply_is_delivered_once_its_topic_is_there(
    system: System, operator: Operator, order: str, sku: str
) -> None:
    topic = f"replies-{order}"
    theirs = system.cluster.prefix + topic
    system.place(order, shipment(sku), paid=False)
    system.event(order, "order.placed")
    about = {"order_id": order, "text": "answer me"}
    asked = system.post("order.add-note", order, about, replyto=theirs)
    eventually(lambda: operator.sees("--topic", topic), within=30)
    (letter,) = operator.sees("--order", order)
    assert letter["code"] == "no-reply-topic"
    code, (fates,) = operator.does("redrive", letter["id"], "--yes")
    assert (code, fates[0]["code"]) == (3, "no-topic")

    system.cluster.create(topic)
    assert operator.does("redrive", letter["id"], "--yes")[0] == 0

    (reply,) = system.cluster.read(topic)
    assert reply.key == asked.encode()
    assert orjson.loads(reply.value or b"")["outcome"] == "accepted"
