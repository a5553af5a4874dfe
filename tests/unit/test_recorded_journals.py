"""Every message can be decided on the journals of earlier versions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from shared.contracts import Malformed, model_for
from shared.runtime.decider import Context, Decision, Rejected
from tests.recorded.meaning import SERVICES, SITE, folded
from tests.recorded.recording import Message, Stream, everything
from tests.unit.given import NOW, numbers

STREAMS = [one for one in everything() if isinstance(one, Stream)]
MESSAGES = [one for one in everything() if isinstance(one, Message)]


@pytest.mark.parametrize("one", STREAMS, ids=[one.name for one in STREAMS])
def test_a_recorded_journal_works_on(one: Stream) -> None:
    decider = SERVICES[one.service].decider_of(one.stream)
    decided = 0
    for message in _about(one, decider.handlers):
        state = folded(one, decider).state
        context = Context("later#1", "1", NOW, "csr:17", SITE, numbers())
        try:
            made = decider.handlers[type(message)](message, state, context)
        except (Rejected, Malformed):
            continue
        for event in made.events if isinstance(made, Decision) else made:
            state = decider.evolve(state, event)
            list(decider.outgoing(event))
            decided += 1
        decider.status(state)
    assert decided or _is_over(one), "nothing at all can be done with it any more"


def _about(one: Stream, handled: Any) -> Iterator[Any]:
    """Every recorded message that the stream's decider handles, with this stream's ids."""
    for message in MESSAGES:
        model = model_for(message.topic, message.headers["ce_type"])
        if model in handled and len(model.topic.key) == 1:
            data = {**orjson.loads(message.value), model.topic.key[0]: one.stream.partition("/")[2]}
            yield model.read(message.headers["ce_type"], orjson.dumps(data))


def _is_over(one: Stream) -> bool:
    """Whether the stream has ended: it was deleted, or became an order."""
    happened = [event["type"] for document in one.documents for event in document["events"]]
    return any(word in kind for kind in happened for word in ("delet", "checked-out", "closed"))
