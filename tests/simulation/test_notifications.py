"""Whatever crashes, freezes or is delivered again, each outcome is told once."""

from __future__ import annotations

from collections import Counter, defaultdict

import orjson
import pytest

from tests.fakes import MemoryRecord
from tests.simulation.emails import EMAIL, emailed
from tests.simulation.history import History, run_history

pytestmark = pytest.mark.slow

HISTORIES = 60
# What is told once for each fact: the fact, what names it, and the notification.
TOLD = {
    "waybill.order.placed.v1": "confirmed",
    "waybill.order.canceled.v1": "canceled",
    "waybill.shipment.shipped.v1": "shipped",
    "waybill.payment.refunded.v1": "refunded",
    "waybill.return.received.v1": "return-received",
}


def _published(history: History, *topics: str) -> dict[str, tuple[str, dict]]:
    """Type and data of every record on the topics, by id: a repeat has the same id."""
    found: dict[str, tuple[str, dict]] = {}
    for record in history._log.all(set(topics)):
        headers = {name: value.decode() for name, value in record.headers if value is not None}
        made = headers["ce_type"], orjson.loads(record.value or b"{}")
        name = headers["ce_source"] + headers["ce_id"]
        assert found.setdefault(name, made) == made, "a repeat says the same"
    return found


def _facts(history: History) -> dict[str, Counter[str]]:
    """For each order with an email, how often which notification is due."""
    facts = _published(history, "order.events", "shipment.events", "payment.events")
    placed = {
        data["order_id"]
        for kind, data in facts.values()
        if kind == "waybill.order.placed.v1" and (data["customer"] or {}).get("email") == EMAIL
    }
    due: dict[str, Counter[str]] = defaultdict(Counter)
    for kind, data in facts.values():
        nothing = kind == "waybill.return.received.v1" and not data["goods"]
        if kind in TOLD and not nothing and data["order_id"] in placed:
            due[data["order_id"]][TOLD[kind]] += 1
    return due


def _deleted(record: MemoryRecord) -> bool:
    return dict(record.headers).get("ce_type") == b"waybill.order.deleted.v1"


def test_each_outcome_is_told_once_to_who_has_an_email() -> None:
    seen: Counter[str] = Counter()
    for seed in range(HISTORIES):
        history = emailed(seed)
        verdict = run_history(history)
        assert not verdict.violations, f"seed {seed}: {verdict.violations}"
        told: dict[str, Counter[str]] = defaultdict(Counter)
        for kind, data in _published(history, "customer.notifications").values():
            told[data["order_id"]][kind.split(".")[2]] += 1
        due = _facts(history)
        gone = {
            (record.key or b"").decode()
            for record in history._log.all({"order.events"})
            if _deleted(record)
        }
        for order, counts in due.items():
            if order in gone:
                # What was told before the deletion stays told; nothing is told more than due.
                assert all(told[order][kind] <= counts[kind] for kind in counts), f"seed {seed}"
            else:
                assert {k: told[order][k] for k in counts} == dict(counts), f"seed {seed} {order}"
        strangers = {o for o in told if o not in due}
        assert all(set(told[order]) <= {"erased"} for order in strangers), f"seed {seed}"
        seen.update(kind for counts in told.values() for kind in counts)
    assert {"confirmed", "shipped", "delayed", "changed", "canceled", "erased"} <= set(seen)
    assert seen["return-received"]
