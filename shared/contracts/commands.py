"""The commands of the contract that a person may give, by their short names: `order.hold`."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module

import shared.contracts
from shared.contracts.base import Message, models_on, short
from shared.contracts.payments import Settle
from shared.contracts.reorders import CreateReorder, SettleReorder
from shared.contracts.stock import Allocate, Deallocate, Issue, Reallocate
from shared.contracts.topics import TOPICS

__all__ = ["INTERNAL", "offered", "short"]

# What the shipment service asks of its own stock, the order and cart service of each other, and
# what payment providers answer; no person gives these.
INTERNAL: frozenset[type[Message]] = frozenset(
    {Allocate, Deallocate, Issue, Reallocate, CreateReorder, SettleReorder, Settle}
)


def offered() -> Mapping[str, type[Message]]:
    """Every command by its short name, in the order of the contract."""
    for module in pkgutil.iter_modules(shared.contracts.__path__):
        import_module(f"shared.contracts.{module.name}")
    return {
        short(model.type): model
        for topic in TOPICS
        if topic.commands
        for model in models_on(topic)
        if model not in INTERNAL
    }
