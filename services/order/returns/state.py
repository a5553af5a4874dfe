"""The state of a return."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from services.order.returns.lifecycle import START
from shared.contracts import returns
from shared.contracts.money import ZERO
from shared.contracts.returns import ExpectedLine, Replacement, ReturnStatus, ValuedLine, Worth
from shared.pricing.discounts import LineKey

Exchange = Literal["requested", "ordered", "refused", "Completed", "Canceled"]


@dataclass(slots=True)
class Announced:
    """A line of a return: how many pieces are expected, arrived, or are known not to arrive."""

    expected: ExpectedLine
    received: int = 0
    missing: int = 0

    @property
    def left(self) -> int:
        """The pieces that aren't accounted for yet."""
        return self.expected.quantity - self.received - self.missing


@dataclass(slots=True)
class Return:
    """Goods that come back.

    request      the command whose refund is pending
    worth        what the latest completion gives for it; None before the first
    lines        what was announced, and what of it arrived
    valued       the pieces that the customer gets money for, and what they cost
    shipments    the shipments whose shipping cost is refunded
    exchange     how far its exchange order is; None before it is requested
    transferred  what of the worth pays for the exchange order
    """

    return_id: str
    warehouse: str
    lines: dict[LineKey, Announced]
    replacement: Replacement | None
    status: ReturnStatus = START
    request: str | None = None
    worth: Worth | None = None
    valued: dict[LineKey, ValuedLine] = field(default_factory=dict)
    shipments: tuple[str, ...] = ()
    exchange: Exchange | None = None
    transferred: Decimal = ZERO

    @classmethod
    def created(cls, event: returns.ReturnCreated) -> "Return":
        """Returns the return as it was announced."""
        return cls(
            return_id=event.return_id,
            warehouse=event.warehouse,
            lines={(line.shipment_id, line.line_id): Announced(line) for line in event.lines},
            replacement=event.replacement,
        )

    @property
    def is_open(self) -> bool:
        """Whether goods or money are still expected."""
        return self.status not in ("Complete", "Canceled")

    @property
    def received(self) -> int:
        """How many pieces arrived."""
        return sum(line.received for line in self.lines.values())

    @property
    def announced(self) -> dict[LineKey, int]:
        """How many pieces of each line were announced."""
        return {key: line.expected.quantity for key, line in self.lines.items()}

    @property
    def arrived(self) -> dict[LineKey, int]:
        """How many pieces of each line arrived."""
        return {key: line.received for key, line in self.lines.items()}

    @property
    def awaits_exchange(self) -> bool:
        """Whether the order waits for the exchange order.

        If no goods arrived, none is placed.
        """
        if self.replacement is None or self.status == "Canceled":
            return False
        if self.exchange is None:
            return self.status == "AwaitingStockReturn"
        return self.exchange in ("requested", "ordered")

    def takes(self, key: LineKey) -> int:
        """Returns how many pieces of a line can't be announced by another return.

        Pieces that never arrived and weren't refunded can be, once this return is complete.
        """
        line = self.lines.get(key)
        if line is None or self.status == "Canceled":
            return 0
        if self.status != "Complete":
            return line.expected.quantity
        refunded = self.valued.get(key)
        return max(line.received, refunded.quantity if refunded else 0)

    def value(self, lines: Iterable[ValuedLine]) -> None:
        """Replaces the pieces that the customer gets money for."""
        self.valued = {(line.shipment_id, line.line_id): line for line in lines}

    def undo_exchange(self) -> None:
        """Takes back what paid for the exchange order."""
        self.transferred = ZERO
        if self.worth is None:
            self.valued = {}

    def copy_received(self, lines: Iterable[returns.ReceivedLine]) -> dict[LineKey, Announced]:
        """Returns the lines as they are once `lines` are accounted for."""
        after = {
            key: Announced(line.expected, line.received, line.missing)
            for key, line in self.lines.items()
        }
        for line in lines:
            account(after[line.shipment_id, line.line_id], line)
        return after


def account(announced: Announced, line: returns.ReceivedLine) -> None:
    """Accounts for pieces of a line."""
    if line.arrival == "received":
        announced.received += line.quantity
    else:
        announced.missing += line.quantity
