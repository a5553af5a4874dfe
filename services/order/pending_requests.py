"""Outcomes for those who wait for an answer of the shipments."""

from collections.abc import Sequence

from services.order.state import Request
from shared.contracts.replies import Reason
from shared.runtime.decider import DeferredOutcome


def outcomes_of(
    requests: Sequence[Request], refusal: Reason | None = None
) -> list[DeferredOutcome]:
    """Returns the outcome of each request: accepted, or refused for this reason."""
    return [DeferredOutcome(request.cause, refusal) for request in requests]
