"""The commands of the contract that a person may give, by their short names: `order.hold`."""

from collections.abc import Mapping

from shared.contracts.base import Message, import_all, models_on, short
from shared.contracts.carts import SettleConvert
from shared.contracts.payments import Settle
from shared.contracts.reorders import CreateReorder, SettleReorder
from shared.contracts.stock import Allocate, Deallocate, Issue, Reallocate
from shared.contracts.topics import TOPICS

__all__ = ["INTERNAL", "offered", "short"]

# What the shipment service asks of its own stock, the order and cart service of each other, and
# what payment providers answer; no person gives these.
INTERNAL: frozenset[type[Message]] = frozenset(
    {Allocate, Deallocate, Issue, Reallocate, CreateReorder, SettleReorder, SettleConvert, Settle}
)


def offered() -> Mapping[str, type[Message]]:
    """Every command by its short name, in the order of the contract."""
    import_all()
    return {
        short(model.type): model
        for topic in TOPICS
        if topic.commands
        for model in models_on(topic)
        if model not in INTERNAL
    }
