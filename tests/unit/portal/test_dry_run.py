"""What a dialog shows of its command while it is being filled in."""

from __future__ import annotations

from decimal import Decimal

from services.portal.projections.orders import ORDERS
from services.portal.web.forms.dry_run import changes
from shared.contracts import Message
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Amounts, DryRun, Reason, Reply
from tests.unit.portal.builders import Stream, placed
from tests.unit.portal.fake_database import FakeDatabase, portal_over
from tests.unit.portal.test_shipment_labels import projected

HEADERS = {"Origin": "http://localhost", "X-CSRF-Token": "csrf"}
REMOVE = {"order_id": "c-1", "shipment_id": "1", "line_id": "1"}


def amounts(total: str, discount: str = "0.00") -> Amounts:
    return Amounts(currency="USD", total=Decimal(total), discount=Decimal(discount))


class _Commands:
    """A service that answers every dry run the same, and is asked for nothing else."""

    def __init__(self, reply: Reply | None) -> None:
        self.reply = reply
        self.tried: list[Message] = []

    async def try_out(self, command: Message, *_: object) -> Reply | None:
        self.tried.append(command)
        return self.reply


async def shown(reply: Reply | None, form: dict[str, str]) -> tuple[str, list[Message]]:
    """The part that the dialog gets, and the commands that were tried out for it."""
    commands = _Commands(reply)
    database = FakeDatabase(orders=[projected(ORDERS, *Stream().tell(placed()).facts)])
    async with portal_over(database, commands) as client:
        answer = await client.post("/try/order.remove-line", data=form, headers=HEADERS)
    assert answer.status_code == 200
    return answer.text, commands.tried


def test_only_amounts_that_change_are_told() -> None:
    run = DryRun(before=amounts("30.00", "1.00"), after=amounts("20.00", "1.00"))

    assert list(changes(run, None)) == [("Total", Decimal("30.00"), Decimal("20.00"))]


def test_what_is_outstanding_follows_from_what_was_paid() -> None:
    run = DryRun(before=amounts("30.00"), after=amounts("20.00"))

    assert list(changes(run, Decimal("25.00")))[1:] == [
        ("Outstanding", Decimal("5.00"), Decimal("-5.00"))
    ]


async def test_dialog_shows_the_amounts_before_and_after() -> None:
    run = DryRun(before=amounts("30.00"), after=amounts("20.00"))
    reply = Reply(command_id="d", outcome="accepted", dry_run=run)

    text, tried = await shown(reply, REMOVE)

    assert len(tried) == 1
    assert "$30.00" in text
    assert "$20.00" in text


async def test_dialog_shows_why_it_would_be_refused() -> None:
    reason = Reason.of(blocker("last-line", line="1", shipment="1"))
    reply = Reply(command_id="d", outcome="rejected", reason=reason, dry_run=DryRun())

    text, _ = await shown(reply, REMOVE)

    assert "would be refused" in text
    assert "last line" in text


async def test_incomplete_form_is_not_tried_and_shows_nothing() -> None:
    text, tried = await shown(None, {"order_id": "c-1"})

    assert (text, tried) == ("", [])


async def test_service_that_does_not_answer_shows_nothing() -> None:
    text, tried = await shown(None, REMOVE)

    assert (text, len(tried)) == ("", 1)
