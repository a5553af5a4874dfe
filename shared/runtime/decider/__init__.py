"""Deciders: business rules as pure functions, and their interface to the runtime."""

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
