"""The commands that people may send, by their short names: `order.hold`."""

from collections.abc import Mapping

from shared.contracts.base import Message, import_all, models_on, short
from shared.contracts.carts import SettleConvert
from shared.contracts.payments import Settle
from shared.contracts.reorders import CreateReorder, SettleReorder
from shared.contracts.stock import Allocate, Deallocate, Issue, Reallocate
from shared.contracts.topics import TOPICS

__all__ = ["INTERNAL", "offered", "short"]

# Sent by services and payment providers only: requests of the shipment service to its stock,
# messages between the order and cart services, results of payment requests.
INTERNAL: frozenset[type[Message]] = frozenset(
    {Allocate, Deallocate, Issue, Reallocate, CreateReorder, SettleReorder, SettleConvert, Settle}
)


def offered() -> Mapping[str, type[Message]]:
    """Every command that people may send, by its short name, in the order of the contract."""
    import_all()
    return {
        short(model.type): model
        for topic in TOPICS
        if topic.commands
        for model in models_on(topic)
        if model not in INTERNAL
    }
