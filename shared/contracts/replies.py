"""Replies: outcomes of commands, reasons, and answers to questions."""

from decimal import Decimal
from typing import Literal

from pydantic import JsonValue

from shared.contracts.base import Message, Part, message, short
from shared.contracts.money import Currency, Signed
from shared.contracts.sourcing import Sourcing
from shared.contracts.stock_status import StockStatus
from shared.contracts.topics import REPLIES


class Blocker(Part):
    """One thing that blocks an action, in text that a person can act on.

    code     stable, for programs
    message  what happened
    remedy   what to do
    text     the key of both in the table of error texts
    facts    the values in both; with `text`, enough to translate them
    """

    code: str
    message: str
    remedy: str | None = None
    text: str | None = None
    facts: dict[str, str] | None = None

    def __hash__(self) -> int:
        """Leaves out `facts`, which can't be hashed and follow from the message."""
        return hash((self.code, self.message))


REUSED = "id-reused"


class Reason(Part):
    """Why something can't be done: the first blocker's code, the text of all, and the blockers."""

    code: str
    message: str
    blockers: tuple[Blocker, ...] = ()

    @property
    def in_full(self) -> str:
        """Message and remedy of every blocker, in one text."""
        texts = (text for each in self.blockers for text in (each.message, each.remedy) if text)
        return " ".join(texts) or self.message

    @classmethod
    def of(cls, *blockers: Blocker) -> "Reason":
        """The reason with these blockers, one or more, in their order."""
        text = " ".join(blocker.message for blocker in blockers)
        return cls(code=blockers[0].code, message=text, blockers=blockers)


class Action(Part):
    """A command that could be sent now, and what blocks it.

    action    the command: `order.hold` is `waybill.order.hold.v1`.
    subject   the id of the order, shipment, payment or cart that it is about; `shipment/line` for a
              line. If the order has no such part yet, the id of the order or cart.
    allowed   whether nothing blocks it. Arguments may still be refused: only blockers that apply to
              any arguments are listed.
    done      the command was carried out before: sending it is accepted and has no effect.
    blockers  what blocks it.
    given     the arguments that were assumed, if they make a difference.
    defaults  the values of missing arguments that depend on the state, such as the amount of a
              payment; only for an allowed command.
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
        """Makes the action of `command`; one that is `done` has no blockers.

        `default` is the amount of the command if none is given.
        """
        applicable = () if done else blockers
        return cls(
            action=short(command.type),
            subject=subject,
            allowed=not applicable,
            done=done,
            blockers=applicable,
            given=given,
            defaults=None if applicable or done or default is None else {"amount": f"{default:f}"},
        )


class Owed(Part):
    """An order's total, and what of it is paid and outstanding; negative means overpaid."""

    currency: Currency
    total: Signed
    paid: Signed
    outstanding: Signed


class Amounts(Part):
    """The amounts of an order or a cart; those that its service doesn't know are missing.

    discount  of the lines and of the order together
    tax       of the lines and of shipping
    paid, outstanding  with what payment providers are asked for, as if they agreed
    refund    what is given back, or released if it is only authorized
    """

    currency: Currency
    total: Signed
    discount: Signed | None = None
    tax: Signed | None = None
    paid: Signed | None = None
    outstanding: Signed | None = None
    refund: Signed | None = None


class ForeseenEvent(Part):
    """An event that a command would have."""

    type: str
    data: dict[str, JsonValue]


class DryRun(Part):
    """What a command would do now.

    events    in their order
    deferred  other services have to agree first; the command's outcome would follow then
    before, after  the amounts, where the command is about money
    sourcing_preview  where the goods of the shipments that would ask for stock would come from;
              only over HTTP, because the services that decide don't know the stock. Stock may have
              changed when the goods are allocated.
    """

    events: tuple[ForeseenEvent, ...] = ()
    deferred: bool = False
    before: Amounts | None = None
    after: Amounts | None = None
    sourcing_preview: tuple[Sourcing, ...] | None = None


@message("waybill.reply.v1", on=REPLIES)
class Reply(Message):
    """The outcome of a command or the answer to a question, sent to the topic in `replyto`.

    command_id  the id of the command or question
    subject     the id of the aggregate
    version     the aggregate's version after the command
    status      the aggregate's status after the command
    reason      why it was rejected
    actions     the answer to a question about possible actions
    owed        the order's amounts, with the actions on its payments
    stock       the answer to a question about a warehouse's stock
    dry_run     what the command would do, if it was only tried out (`ce_dryrun`)
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
    dry_run: DryRun | None = None
