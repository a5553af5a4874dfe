"""Commands about returns and exchanges."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from shared.contracts.base import Id, Malformed, Text, message
from shared.contracts.checkout import Reference
from shared.contracts.money import Amount, Signed
from shared.contracts.replies import Reason
from shared.contracts.returns.parts import (
    MAX_RETURN_LINES,
    AboutReturn,
    DecidedLine,
    ReceivedLine,
    Replacement,
    ReturnLine,
    ReturnLines,
)
from shared.contracts.topics import ORDER_COMMANDS

# Commands


class _Create(AboutReturn):
    """Base of the commands that announce goods that come back.

    warehouse  where they are expected; the market's warehouse for returns by default
    late       accept lines whose time for returning has passed; a person decides that
    """

    lines: ReturnLines
    warehouse: Id | None = None
    comment: Text | None = None
    late: bool = False

    def check(self) -> None:
        """Each line is named once."""
        _unique(self.lines)


@message("waybill.return.create.v1", on=ORDER_COMMANDS)
class CreateReturn(_Create):
    """Expect shipped goods back from the customer."""


@message("waybill.exchange.create.v1", on=ORDER_COMMANDS)
class CreateExchange(_Create):
    """Expect shipped goods back, and ship others in exchange."""

    replacement: Replacement


@message("waybill.return.receive.v1", on=ORDER_COMMANDS)
class ReceiveReturn(AboutReturn):
    """Record which goods of a return arrived, in which condition, and what becomes of them.

    Sent by warehouses; once, or for each part that arrives.
    """

    lines: Annotated[tuple[ReceivedLine, ...], Field(min_length=1, max_length=MAX_RETURN_LINES)]

    def check(self) -> None:
        """Only what was received has a condition and a disposition."""
        for position, line in enumerate(self.lines):
            where = f"lines.{position}.disposition"
            if line.arrival == "received" and line.disposition is None:
                raise Malformed(where, "received goods need a disposition")
            if line.arrival != "received" and line.disposition is not None:
                raise Malformed(where, "only received goods have a disposition")


@message("waybill.return.complete.v1", on=ORDER_COMMANDS)
class CompleteReturn(AboutReturn):
    """Refund what a return is worth.

    decisions   lines decided by a person; others are accepted if they were received
    shipping    refund the shipping cost of the shipments that came back completely
    fee, adjustment  amounts kept back or added; they need a `note`
    method      a manual payment method that pays the refund; else the payments that paid
    """

    decisions: Annotated[tuple[DecidedLine, ...], Field(max_length=MAX_RETURN_LINES)] = ()
    shipping: bool = False
    fee: Amount | None = None
    adjustment: Signed | None = None
    note: Text | None = None
    method: Id | None = None
    reference: Reference | None = None

    def check(self) -> None:
        """A fee or an adjustment has a reason; each line is decided once."""
        if (self.fee or self.adjustment) and self.note is None:
            raise Malformed("note", "a fee or an adjustment needs a note that says why")
        _unique(self.decisions)


@message("waybill.return.cancel.v1", on=ORDER_COMMANDS)
class CancelReturn(AboutReturn):
    """Cancel a return of which nothing was received."""

    reason: Text | None = None


@message("waybill.exchange.settle.v1", on=ORDER_COMMANDS)
class SettleExchange(AboutReturn):
    """How the exchange order ended, or why it wasn't placed.

    Internal: the order service tells the order that the goods came from.
    """

    exchange_order_id: Id
    outcome: Literal["placed", "refused", "completed", "canceled"]
    order_number: str | None = None
    total: Amount | None = None
    refusal: Reason | None = None


def _unique(lines: Iterable[ReturnLine | DecidedLine]) -> None:
    seen: set[tuple[str, str]] = set()
    for position, line in enumerate(lines):
        key = (line.shipment_id, line.line_id)
        if key in seen:
            raise Malformed(f"lines.{position}.line_id", f"line {line.line_id} is named twice")
        seen.add(key)
