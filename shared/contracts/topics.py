"""The one list of topics: name, what its key is, and who writes it."""

from dataclasses import dataclass
from typing import Literal

Cleanup = Literal["delete", "compact"]


@dataclass(frozen=True, slots=True)
class Topic:
    """A Kafka topic of the contract.

    `key` names the data field (or fields, joined by `/`) that is the record's key: everything
    about one key is handled in order. `facts` topics carry what happened and tolerate types that
    a reader doesn't know; the others carry requests, where an unknown type is an error.
    """

    name: str
    key: tuple[str, ...]
    about: str
    facts: bool = False
    cleanup: Cleanup = "delete"

    @property
    def commands(self) -> bool:
        """Whether it carries what people and tools ask for."""
        return self.name.endswith(".commands")

    @property
    def from_outside(self) -> bool:
        """Whether it carries what other systems ask for: commands, and the carts of checkouts."""
        return self.commands or self.name == "checkout.cart-converted"

    @property
    def takes_from_outside(self) -> bool:
        """Whether other systems write to it at all: those, and the catalog."""
        return self.from_outside or self.name == "catalog.variants"


CHECKOUT = Topic("checkout.cart-converted", ("cart_id",), "Carts that a checkout has converted.")
CART_COMMANDS = Topic("cart.commands", ("cart_id",), "Requests about carts and drafts.")
CART_EVENTS = Topic("cart.events", ("cart_id",), "What happened to carts.", facts=True)
CUSTOMER_COMMANDS = Topic(
    "customer.commands", ("customer_id",), "Requests about customers and their address books."
)
CUSTOMER_EVENTS = Topic(
    "customer.events", ("customer_id",), "What happened to customers.", facts=True
)
ORDER_COMMANDS = Topic("order.commands", ("order_id",), "Requests about purchase orders.")
ORDER_EVENTS = Topic("order.events", ("order_id",), "What happened to orders.", facts=True)
PAYMENT_COMMANDS = Topic("payment.commands", ("order_id",), "Requests about an order's money.")
PAYMENT_EVENTS = Topic("payment.events", ("order_id",), "What happened to the money.", facts=True)
PAYMENT_REQUESTS = Topic(
    "payment.requests", ("order_id",), "What payment providers are asked to do.", facts=True
)
SHIPMENT_COMMANDS = Topic("shipment.commands", ("order_id",), "Requests about shipments.")
SHIPMENT_EVENTS = Topic(
    "shipment.events", ("order_id",), "What happened to an order's shipments.", facts=True
)
STOCK_COMMANDS = Topic(
    "stock.commands", ("warehouse",), "Goods received, counted, allocated and issued."
)
STOCK_EVENTS = Topic("stock.events", ("warehouse",), "What happened to the stock.", facts=True)
STOCK_ALLOCATIONS = Topic(
    "stock.allocations",
    ("order_id",),
    "The stock's answers to shipments; written by the shipment service for itself.",
)
STOCK_LEVELS = Topic(
    "stock.levels",
    ("warehouse", "sku"),
    "The present level of each item.",
    facts=True,
    cleanup="compact",
)
WAREHOUSE_RELEASES = Topic(
    "warehouse.releases", ("order_id",), "What a warehouse is to ship, or to stop.", facts=True
)
CATALOG_VARIANTS = Topic(
    "catalog.variants",
    ("sku",),
    "What is sold, and for how much; the latest of each article.",
    facts=True,
    cleanup="compact",
)
REPLIES = Topic(
    "waybill.replies",
    ("command_id",),
    "Outcomes of commands, for tools that want no reply topic of their own.",
    facts=True,
)
DEAD_LETTER_VERDICTS = Topic(
    "dead-letters.verdicts",
    ("letter_id",),
    "What operators have done about dead letters.",
    facts=True,
)

TOPICS: tuple[Topic, ...] = (
    CHECKOUT,
    CART_COMMANDS,
    CART_EVENTS,
    CUSTOMER_COMMANDS,
    CUSTOMER_EVENTS,
    ORDER_COMMANDS,
    ORDER_EVENTS,
    PAYMENT_COMMANDS,
    PAYMENT_EVENTS,
    PAYMENT_REQUESTS,
    SHIPMENT_COMMANDS,
    SHIPMENT_EVENTS,
    STOCK_COMMANDS,
    STOCK_EVENTS,
    STOCK_ALLOCATIONS,
    STOCK_LEVELS,
    WAREHOUSE_RELEASES,
    CATALOG_VARIANTS,
    REPLIES,
    DEAD_LETTER_VERDICTS,
)

SERVICES: tuple[str, ...] = ("cart", "order", "payment", "shipment")
PORTAL = "portal"
# All that runs, and has dead letters: who decides, and the portal, which only looks and asks.
PROCESSES: tuple[str, ...] = (*SERVICES, PORTAL)


def dead_letter_topic(service: str) -> str:
    """The topic of what `service` could not process, byte for byte as it came."""
    return f"{service}.dead-letters"
