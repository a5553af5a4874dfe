"""The list of all topics: names, keys, and what they carry."""

from dataclasses import dataclass
from typing import Literal

Cleanup = Literal["delete", "compact"]


@dataclass(frozen=True, slots=True)
class Topic:
    """A Kafka topic of the contract.

    key    the data field (or fields, joined by `/`) that is the record's key; records with one key
           are handled in order
    about  what the topic carries
    facts  it carries events, and readers skip unknown types; on other topics, which carry requests,
           an unknown type is an error
    most_days  the longest that its records are kept, whatever `WAYBILL_RETENTION_DAYS` says
    """

    name: str
    key: tuple[str, ...]
    about: str
    facts: bool = False
    cleanup: Cleanup = "delete"
    most_days: int | None = None

    @property
    def commands(self) -> bool:
        """Whether it carries commands and questions."""
        return self.name.endswith(".commands")

    @property
    def from_outside(self) -> bool:
        """Whether it carries requests of other systems: commands, and the carts of checkouts."""
        return self.commands or self.name == "checkout.cart-converted"

    @property
    def takes_from_outside(self) -> bool:
        """Whether other systems write to it: requests, and the catalog."""
        return self.from_outside or self.name == "catalog.variants"


CHECKOUT = Topic("checkout.cart-converted", ("cart_id",), "Carts that a checkout has converted.")
CART_COMMANDS = Topic(
    "cart.commands", ("cart_id",), "Commands and questions about carts and drafts."
)
CART_EVENTS = Topic("cart.events", ("cart_id",), "Events of carts.", facts=True)
CUSTOMER_COMMANDS = Topic(
    "customer.commands", ("customer_id",), "Commands about customers and their address books."
)
CUSTOMER_EVENTS = Topic("customer.events", ("customer_id",), "Events of customers.", facts=True)
ORDER_COMMANDS = Topic("order.commands", ("order_id",), "Commands and questions about orders.")
ORDER_EVENTS = Topic("order.events", ("order_id",), "Events of orders.", facts=True)
PAYMENT_COMMANDS = Topic(
    "payment.commands", ("order_id",), "Commands and questions about payments."
)
PAYMENT_EVENTS = Topic("payment.events", ("order_id",), "Events of payments.", facts=True)
PAYMENT_REQUESTS = Topic(
    "payment.requests", ("order_id",), "Requests to payment providers.", facts=True
)
SHIPMENT_COMMANDS = Topic(
    "shipment.commands", ("order_id",), "Commands and questions about shipments."
)
SHIPMENT_EVENTS = Topic(
    "shipment.events", ("order_id",), "Events of an order's shipments.", facts=True
)
STOCK_COMMANDS = Topic(
    "stock.commands", ("warehouse",), "Commands and questions about a warehouse's stock."
)
STOCK_EVENTS = Topic("stock.events", ("warehouse",), "Events of a warehouse's stock.", facts=True)
STOCK_ALLOCATIONS = Topic(
    "stock.allocations",
    ("order_id",),
    "Answers of the stock to shipments. Internal to the shipment service.",
)
STOCK_LEVELS = Topic(
    "stock.levels",
    ("warehouse", "sku"),
    "The present stock level of each article.",
    facts=True,
    cleanup="compact",
)
WAREHOUSE_RELEASES = Topic(
    "warehouse.releases", ("order_id",), "Releases and recalls for warehouses.", facts=True
)
WAREHOUSE_RETURNS = Topic(
    "warehouse.returns", ("order_id",), "Returns that warehouses may expect.", facts=True
)
CATALOG_VARIANTS = Topic(
    "catalog.variants",
    ("sku",),
    "Articles and prices: the latest entry of each article.",
    facts=True,
    cleanup="compact",
)
# Both carry customers' addresses, which nobody needs for long.
CUSTOMER_NOTIFICATIONS = Topic(
    "customer.notifications",
    ("order_id",),
    "What to tell customers about their orders, for whatever sends messages.",
    facts=True,
    most_days=7,
)
NOTIFY_EVENTS = Topic(
    "notify.events",
    ("order_id",),
    "What the notify service has noted about orders. Internal to it.",
    facts=True,
    most_days=7,
)
REPLIES = Topic(
    "waybill.replies",
    ("command_id",),
    "Replies for senders without a reply topic of their own.",
    facts=True,
)
DEAD_LETTER_VERDICTS = Topic(
    "dead-letters.verdicts",
    ("letter_id",),
    "Decisions of operators about dead letters.",
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
    WAREHOUSE_RETURNS,
    CATALOG_VARIANTS,
    CUSTOMER_NOTIFICATIONS,
    NOTIFY_EVENTS,
    REPLIES,
    DEAD_LETTER_VERDICTS,
)

SERVICES: tuple[str, ...] = ("cart", "order", "payment", "shipment")
PORTAL = "portal"
# What runs unless somebody says otherwise.
STARTED: tuple[str, ...] = (*SERVICES, PORTAL)
# Services that a site may run beside them, and no other service waits for.
OPTIONAL: tuple[str, ...] = ("notify",)
# Everything that has dead letters: the services that decide, and the portal, which reads and sends.
PROCESSES: tuple[str, ...] = (*STARTED, *OPTIONAL)


def dead_letter_topic(service: str) -> str:
    """The name of the topic for records that `service` couldn't process."""
    return f"{service}.dead-letters"
