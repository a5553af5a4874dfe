"""Deciders: business rules as pure functions, and all that the runtime asks of them."""

from shared.runtime.decider.decider import (
    Answer,
    Context,
    Creates,
    Decider,
    Decision,
    DeferredOutcome,
    Handler,
    LookUp,
    Query,
    Rejected,
    S,
    refuse,
    rejected,
)

__all__ = [
    "Answer",
    "Context",
    "Creates",
    "Decider",
    "Decision",
    "DeferredOutcome",
    "Handler",
    "LookUp",
    "Query",
    "Rejected",
    "S",
    "refuse",
    "rejected",
]
