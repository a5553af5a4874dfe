"""The commands that people may send, by their short names: `order.hold`."""

from collections.abc import Mapping
from functools import cache

from shared.contracts.base import Message, import_all, models_on, short
from shared.contracts.carts import SettleConvert
from shared.contracts.customer_deletion import DeleteCart, DeleteOrder, NoteCart, SettleOrder
from shared.contracts.payments import Expire, Settle
from shared.contracts.reorders import CreateReorder, SettleReorder
from shared.contracts.returns import SettleExchange
from shared.contracts.stock import (
    Allocate,
    Deallocate,
    Issue,
    Offer,
    PassOn,
    Reallocate,
    TakeBack,
    TryAllocate,
)
from shared.contracts.topics import TOPICS

__all__ = ["INTERNAL", "offered", "short"]

# Sent by services and payment providers only: requests of the shipment service to its stock,
# messages between the order and cart services, goods and exchange orders of returns, results of
# payment requests and the ends of authorizations, the deletion of customers with carts and orders.
INTERNAL: frozenset[type[Message]] = frozenset(
    {
        Allocate,
        Deallocate,
        Issue,
        Reallocate,
        TryAllocate,
        Offer,
        PassOn,
        TakeBack,
        CreateReorder,
        SettleReorder,
        SettleConvert,
        SettleExchange,
        Settle,
        Expire,
        DeleteCart,
        DeleteOrder,
        NoteCart,
        SettleOrder,
    }
)


@cache
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
