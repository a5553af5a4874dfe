"""A short run of `make fuzz`, and regressions that it has found."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts.base import Message, import_all, models_on
from shared.contracts.topics import TOPICS
from shared.runtime.processing.decoding import Undecodable, decode
from tests.cluster import command
from tests.fakes import MemoryRecord
from tests.fuzz.world import fuzz
from tests.recorded import recording
from tests.recorded.recording import everything
from tests.simulation.history import silence
from tests.unit.runtime.world import REPLIES, World, data_of, headers_of

WORLDS = 3
INPUTS = 200

import_all()
MODELS = [model for topic in TOPICS for model in models_on(topic)]
RECORDED = {
    one.headers["ce_type"]: orjson.loads(one.value)
    for one in everything()
    if isinstance(one, recording.Message)
}
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@pytest.mark.parametrize("seed", range(WORLDS))
def test_nothing_breaks_whatever_comes(seed: int) -> None:
    with silence():
        report = fuzz(seed, INPUTS)
    assert report.findings == [], f"python -m tests.fuzz --seed {seed}"
    assert report.results["accepted"] > 5
    assert report.results["malformed"] > 20
    assert report.inputs >= INPUTS


@settings(suppress_health_check=list(HealthCheck))
@given(st.data(), st.sampled_from(MODELS))
def test_any_field_may_be_anything_and_is_understood_or_named(
    data: Any, model: type[Message]
) -> None:
    content = dict(RECORDED[model.type])
    for field in data.draw(st.sets(st.sampled_from(sorted(model.model_fields)), max_size=3)):
        content[field] = data.draw(anything)
    sent = command("m", model.type, model.topic.name, "", {})
    record = MemoryRecord(sent.topic, 0, 0, None, json.dumps(content).encode(), sent.headers)
    refusal, incoming = None, None
    try:
        incoming = decode(record)
    except Undecodable as no:
        refusal = no.error
    if refusal is not None:
        assert refusal.field
        assert refusal.message
    else:
        assert incoming is not None
        again = type(incoming.message).model_validate_json(incoming.message.model_dump_json())
        assert again == incoming.message


# Found by `make fuzz`


@pytest.mark.parametrize("message_id", ["\r\n", "a\u202eb", "x" * 300])
async def test_reply_to_an_id_that_is_none_can_be_read(message_id: str) -> None:
    world = World()
    sent = command("?", "test.tally.add.v1", "tally.commands", "a", {"tally": "a"}, replyto=REPLIES)
    headers = [(n, message_id.encode() if n == "ce_id" else v) for n, v in sent.headers]
    headers.append(("ce_correlationid", message_id.encode()))

    await world.process().handle(MemoryRecord(sent.topic, 0, 0, sent.key, sent.value, headers))

    (reply,) = world.publisher.on(REPLIES)
    assert data_of(reply)["command_id"] == message_id
    named = headers_of(reply)
    assert all(len(value) <= 256 and value.isprintable() for value in named.values())
    assert "ce_causationid" not in named
    assert "ce_correlationid" not in named
    read = decode(MemoryRecord("waybill.replies", 0, 0, reply.key, reply.value, reply.headers))
    assert read is not None


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_time_that_is_none_in_utc_is_refused(time: str) -> None:
    kind = "waybill.cart.converted.v1"
    cart = {**RECORDED[kind], "converted_at": time}
    sent = command("m", kind, "checkout.cart-converted", cart["cart_id"], cart)
    with pytest.raises(Undecodable, match="converted_at: must be a time that exists"):
        decode(MemoryRecord(sent.topic, 0, 0, sent.key, sent.value, sent.headers))
