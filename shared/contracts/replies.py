"""The outcome of a command, and the reason for a no."""

from decimal import Decimal
from typing import Literal

from shared.contracts.base import Message, Part, message, short
from shared.contracts.money import Currency, Signed
from shared.contracts.stock_status import StockStatus
from shared.contracts.topics import REPLIES


class Blocker(Part):
    """One thing that stands in the way, in words a person can act on.

    `message` says what happened, `remedy` what to do. `text` is the key of both in the table of
    error texts, and `facts` is what they are filled with: enough to say them in another language.
    """

    code: str
    message: str
    remedy: str | None = None
    text: str | None = None
    facts: dict[str, str] | None = None

    def __hash__(self) -> int:
        """Blockers are told once each; facts, a dictionary, follow from the message."""
        return hash((self.code, self.message))


REUSED = "id-reused"


class Reason(Part):
    """Why something can't be done: the first blocker's code and words, and every blocker."""

    code: str
    message: str
    blockers: tuple[Blocker, ...] = ()

    @property
    def in_full(self) -> str:
        """What happened and what to do about it, of every blocker."""
        told = (word for each in self.blockers for word in (each.message, each.remedy) if word)
        return " ".join(told) or self.message

    @classmethod
    def of(cls, *blockers: Blocker) -> "Reason":
        """The reason that these blockers make, told in their order."""
        words = " ".join(blocker.message for blocker in blockers)
        return cls(code=blockers[0].code, message=words, blockers=blockers)


class Action(Part):
    """Something that could be asked for now, and what stands in its way.

    action    the command: `order.hold` is `waybill.order.hold.v1`.
    subject   what it is about: the id of an order, a shipment, a payment, a cart; of a line
              `shipment/line`. Where the order has no such part yet, the order's or cart's own.
    allowed   whether nothing stands in the way. Arguments may still be wrong: blockers are told
              that hold whatever these are.
    done      it is so already: asking for it is no error, and does nothing.
    given     the arguments that it was judged with, where these make a difference.
    defaults  what an allowed command takes for arguments that it isn't given, where that depends on
              what is there: the amount of a payment.
    """

    action: str
    subject: str
    allowed: bool
    done: bool = False
    blockers: tuple[Blocker, ...] = ()
    given: dict[str, str] | None = None
    defaults: dict[str, str] | None = None

    @classmethod
    def judged(
        cls,
        command: type[Message],
        subject: str,
        blockers: tuple[Blocker, ...],
        *,
        done: bool = False,
        given: dict[str, str] | None = None,
        default: Decimal | None = None,
    ) -> "Action":
        """What `command` would meet; what is done already has nothing in its way.

        `default` is the amount that it moves if none is given.
        """
        stands = () if done else blockers
        return cls(
            action=short(command.type),
            subject=subject,
            allowed=not stands,
            done=done,
            blockers=stands,
            given=given,
            defaults=None if stands or done or default is None else {"amount": f"{default:f}"},
        )


class Owed(Part):
    """What an order costs, what of it is paid, and what is not; below zero is paid too much."""

    currency: Currency
    total: Signed
    paid: Signed
    outstanding: Signed


@message("waybill.reply.v1", on=REPLIES)
class Reply(Message):
    """What became of a command; goes to the topic that the command names as `replyto`.

    `actions` are the answer to a question about what may be done now, `stock` to one about a
    warehouse; `owed` is told with the former about an order's money.
    """

    command_id: str
    outcome: Literal["accepted", "rejected"]
    subject: str | None = None
    version: int | None = None
    status: str | None = None
    reason: Reason | None = None
    actions: tuple[Action, ...] | None = None
    stock: StockStatus | None = None
    owed: Owed | None = None
