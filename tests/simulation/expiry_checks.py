"""Checks of authorizations that expire."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from shared.contracts import payments
from shared.runtime.decider import Decider
from shared.runtime.ports import Document
from tests.simulation.process import SKEW

# How wrong two clocks may be, one that is fast and one that is slow.
APART = timedelta(seconds=2 * SKEW + 1)


def wrong(
    streams: Mapping[str, Sequence[Document]],
    decider: Decider[Any],
    accounts: Mapping[str, Any],
    end: datetime,
) -> Iterator[str]:
    """Yields what was captured after it had expired, what was renewed twice for one expiry, and
    what is due for ever. `end` is the time at which the history began, and what has passed since.
    """
    for stream, documents in streams.items():
        if stream.startswith("payment/"):
            yield from _ended(stream, documents, decider)
    for order_id, account in accounts.items():
        for payment in account.payments.values() if account else ():
            over = payment.expires_at is not None and payment.expires_at < end - APART
            if over and account.sums.left_to_capture(payment):
                yield f"payment/{order_id}: {payment} is due for ever"


def _ended(stream: str, documents: Sequence[Document], decider: Decider[Any]) -> Iterator[str]:
    ends: dict[str, datetime] = {}
    expired: set[str] = set()
    renewals: Counter[str] = Counter()
    for document in documents:
        for event in map(decider.event, document["events"]):
            match event:
                case payments.Recorded(expires_at=datetime()):
                    ends[event.payment_id] = event.expires_at
                case payments.AuthorizationExpired():
                    if event.payment_id in expired or document["at"] < event.expires_at - APART:
                        yield f"{stream}: {event} twice or too early, at {document['at']}"
                    expired.add(event.payment_id)
                case payments.Requested(renews=str()):
                    renewals[event.renews] += 1
                case payments.Requested(action="capture") | payments.Captured(request_id=None):
                    end = ends.get(event.payment_id)
                    if event.payment_id in expired or (end and document["at"] >= end):
                        yield f"{stream}: {event} at {document['at']}, after it had expired"
    twice = {payment: times for payment, times in renewals.items() if times > 1}
    if twice:
        yield f"{stream}: renewed more than once: {twice}"
