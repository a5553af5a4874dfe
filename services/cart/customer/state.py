"""The state of a customer."""

from dataclasses import dataclass, field

from shared.contracts import customers
from shared.contracts.address import Address
from shared.contracts.replies import Blocker


@dataclass(slots=True)
class Deletion:
    """A deletion that waits for the customer's orders.

    `request` is the cause of the command. While `asking`, the orders say whether they may go;
    after that they are deleted. `waiting` are those that haven't answered yet.
    """

    request: str
    by: str | None
    orders: tuple[str, ...]
    waiting: set[str]
    asking: bool = True
    blockers: list[Blocker] = field(default_factory=list)


@dataclass(slots=True)
class Customer:
    """A customer with an address book.

    `contact` is the latest event with contact details; None for a customer who isn't on record and
    is known by drafts alone. `removed` holds the ids of removed addresses, `carts` those of drafts.
    """

    customer_id: str
    contact: customers.Created | customers.Updated | None = None
    addresses: dict[str, Address] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    carts: dict[str, None] = field(default_factory=dict)
    deletion: Deletion | None = None

    def has(self, address: Address) -> bool:
        """Whether the address book contains `address`, under any id."""
        return address in self.addresses.values()


def status(customer: Customer | None) -> str | None:
    """The status for replies; None while the customer isn't on record."""
    return "Active" if customer and customer.contact else None
