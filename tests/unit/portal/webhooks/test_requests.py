"""What a receiver gets: an event, and a signature that it can verify."""

from __future__ import annotations

import hmac
import re
import subprocess
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import orjson
import pytest

from services.portal.webhooks import event as events
from services.portal.webhooks import retry
from services.portal.webhooks.event import delivery_id, matches, read
from services.portal.webhooks.signature import new_secret, signature
from services.portal.webhooks.subscriptions import subscribable, valid_keys
from tests.fakes import MemoryRecord
from tests.processes import PROJECT

NOW = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)
BODY = b'{"specversion":"1.0"}'


def record(**headers: str) -> MemoryRecord:
    attributes = {
        "id": "e-1",
        "source": "waybill/order",
        "type": "waybill.order.placed.v1",
        "time": "2026-11-27T20:00:00Z",
        "sequence": "7",
        **headers,
    }
    pairs = [(f"ce_{name}", value.encode()) for name, value in attributes.items() if value]
    return MemoryRecord("order.events", 0, 0, b"c-1", b'{"order_id":"c-1"}', pairs)


def test_the_signature_is_an_hmac_over_time_and_body() -> None:
    made = signature(["whsec_a"], 1764273600, BODY)
    wanted = hmac.new(b"whsec_a", b"1764273600." + BODY, sha256).hexdigest()
    assert made == f"t=1764273600,v1={wanted}"


def test_while_a_secret_is_replaced_both_sign() -> None:
    made = signature(["whsec_new", "whsec_old"], 1, BODY)
    assert made.count("v1=") == 2
    assert signature(["whsec_old"], 1, BODY).partition(",")[2] in made


def test_a_replaced_secret_ends() -> None:
    document = {
        "secrets": [
            {"value": "new", "until": None},
            {"value": "old", "until": NOW + timedelta(hours=1)},
        ]
    }
    assert valid_keys(document, NOW) == ("new", "old")
    assert valid_keys(document, NOW + timedelta(hours=2)) == ("new",)


def test_secrets_are_long_and_never_the_same() -> None:
    made = {new_secret() for _ in range(100)}
    assert len(made) == 100
    assert all(len(each) > 40 for each in made)


def test_an_event_is_a_cloud_event_in_structured_mode() -> None:
    event = read(record(correlationid="c-1"))
    assert event is not None
    assert orjson.loads(event.body) == {
        "specversion": "1.0",
        "id": "e-1",
        "source": "waybill/order",
        "type": "waybill.order.placed.v1",
        "time": "2026-11-27T20:00:00Z",
        "sequence": 7,
        "correlationid": "c-1",
        "datacontenttype": "application/json",
        "data": {"order_id": "c-1"},
    }
    assert event.key == "c-1"


@pytest.mark.parametrize("without", ["id", "source", "type"])
def test_a_record_without_an_identity_is_no_event(without: str) -> None:
    assert read(record(**{without: ""})) is None


def test_a_record_that_is_no_json_is_no_event() -> None:
    spoilt = record()
    spoilt.value = b"{"
    assert read(spoilt) is None


def test_a_delivery_has_the_same_id_however_often_its_event_is_read() -> None:
    one, again = read(record()), read(record())
    other = read(record(id="e-2"))
    assert one
    assert again
    assert other
    assert delivery_id("wh-1", one) == delivery_id("wh-1", again)
    assert len({delivery_id(s, e) for s in ("wh-1", "wh-2") for e in (one, other)}) == 4


@pytest.mark.parametrize(
    ("wanted", "taken"),
    [
        (["waybill.order.placed.v1"], True),
        (["waybill.order.*"], True),
        (["*"], True),
        (["waybill.order"], False),
        (["waybill.payment.*", "waybill.shipment.*"], False),
        ([], False),
    ],
)
def test_types_match_by_name_or_beginning(wanted: list[str], taken: bool) -> None:
    assert matches("waybill.order.placed.v1", wanted) is taken


def test_everything_public_can_be_subscribed_to_and_nothing_internal() -> None:
    known = subscribable()
    assert {"waybill.order.placed.v1", "waybill.notification.shipped.v1"} <= {*known}
    assert not {"waybill.payment.request.v1", "waybill.notify.order-noted.v1"} & {*known}


def test_retries_come_less_and_less_often_with_jitter() -> None:
    bounds = [(retry.FIRST * 2**n / 2, retry.FIRST * 2**n) for n in range(5)]
    for attempts, (least, most) in enumerate(bounds, 1):
        pauses = {retry.pause(attempts).total_seconds() for _ in range(20)}
        assert all(least <= each <= most for each in pauses)
        assert len(pauses) > 1
    assert retry.pause(10_000).total_seconds() <= retry.MOST


def test_an_order_is_parked_after_hours_of_failures() -> None:
    since = NOW - timedelta(hours=24)
    assert retry.is_parked(since, NOW, 24)
    assert not retry.is_parked(since + timedelta(seconds=1), NOW, 24)


def test_test_events_look_like_the_others() -> None:
    event = events.test_event("test-1", NOW)
    assert orjson.loads(event.body)["type"] == "waybill.webhook.test.v1"


# The examples of the documentation verify what is sent


def _example(language: str) -> str:
    text = (PROJECT / "docs" / "webhooks.md").read_text(encoding="utf-8")
    (code,) = re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.M | re.S)
    return str(code)


CASES = [
    (["right"], 0, True),
    (["new", "right"], 0, True),
    (["wrong"], 0, False),
    (["right"], 600, False),
]


@pytest.mark.parametrize(("keys", "age", "valid"), CASES)
def test_the_example_in_python_verifies_a_request(keys: list[str], age: int, valid: bool) -> None:
    names: dict = {}
    exec(compile(_example("python"), "docs/webhooks.md", "exec"), names)
    moment = int(datetime.now(UTC).timestamp()) - age
    assert names["verify"](BODY, signature(keys, moment, BODY), "right") is valid
    assert not names["verify"](BODY + b" ", signature(keys, moment, BODY), "right")


def test_the_example_in_javascript_verifies_a_request(tmp_path: Path) -> None:
    moment = int(datetime.now(UTC).timestamp())
    calls = "".join(
        f"console.log(verify(Buffer.from({BODY.decode()!r}), "
        f"{signature(keys, moment - age, BODY)!r}, 'right'));\n"
        for keys, age, _ in CASES
    )
    script = tmp_path / "verify.mjs"
    script.write_text(_example("javascript") + calls)
    done = subprocess.run(["node", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["true" if valid else "false" for *_, valid in CASES]
