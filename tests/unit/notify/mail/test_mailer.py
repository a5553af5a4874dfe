"""Each outcome is sent at most once; what isn't sent, operators hear of."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.notify.mail.mailer import SENT_WITHIN, TRIED_FOR
from services.notify.mail.smtp import Result
from shared.contracts import notifications
from shared.dead_letters.dead_letter import can_go_to, dead_letter_of
from tests.fakes import MemoryRecord
from tests.unit.given import NOW
from tests.unit.notify.mail.builders import Desk, notification, record, redriven


async def test_a_notification_is_sent_to_its_customer() -> None:
    desk = Desk()
    await desk.work(record(notification()))
    assert [mail.recipient for mail in desk.given] == ["mercy@shop.example"]
    assert desk.letters == []


async def test_a_record_that_is_read_again_sends_nothing() -> None:
    desk = Desk()
    await desk.work(record(notification()))
    await desk.work(record(notification()), record(notification(), offset=1))
    assert len(desk.given) == 1


async def test_an_outcome_is_sent_once_whatever_the_ids_of_its_notifications() -> None:
    desk = Desk()
    await desk.work(record(notification("shipped"), 0, "n-1"))
    await desk.work(record(notification("shipped"), 1, "n-2"))
    await desk.work(record(notification("shipped", shipment_id="2"), 2, "n-3"))
    assert len(desk.given) == 2


@pytest.mark.parametrize("kind", ["changed", "refunded", "return-received"])
async def test_what_may_happen_often_is_sent_for_each_notification(kind: str) -> None:
    desk = Desk()
    await desk.work(record(notification(kind), 0, "n-1"), record(notification(kind), 1, "n-2"))
    assert len(desk.given) == 2


async def test_a_mail_that_the_server_refuses_for_now_is_tried_again_later() -> None:
    desk = Desk()
    desk.answer = lambda _: Result("later", "450 busy")
    await desk.work(record(notification()))
    assert len(desk.given) == 1
    desk.answer = lambda _: Result("sent")
    desk.later(seconds=5)
    await desk.work()
    assert len(desk.given) == 2
    assert desk.letters == []


@pytest.mark.parametrize("outcome", ["later", "unreachable"])
async def test_after_a_day_a_mail_is_given_up(outcome: str) -> None:
    desk = Desk()
    desk.answer = lambda _: Result(outcome, "450 busy")  # type: ignore[arg-type]
    await desk.work(record(notification()))
    desk.later(seconds=TRIED_FOR.total_seconds())
    await desk.work()
    assert desk.reasons() == ["The email wasn't sent: tried for a day: 450 busy"]
    tries = len(desk.given)
    desk.later(days=1)
    await desk.work()
    assert len(desk.given) == tries


async def test_while_the_server_is_away_the_others_wait_for_the_next_look() -> None:
    desk = Desk()
    desk.answer = lambda _: Result("unreachable", "connection refused")
    await desk.work(record(notification()), record(notification("canceled"), 1, "n-2"))
    assert len(desk.given) == 1
    assert desk.mailer.unreachable == "connection refused"
    desk.answer = lambda _: Result("sent")
    desk.later(seconds=5)
    await desk.work()
    assert len(desk.given) == 3
    assert desk.mailer.unreachable is None


async def test_a_refused_mail_is_a_dead_letter_that_the_portal_shows() -> None:
    desk = Desk()
    desk.answer = lambda _: Result("failed", "550 no such user")
    await desk.work(record(notification(), 7))
    (letter,) = desk.letters
    shown = dead_letter_of(
        MemoryRecord(letter.topic, 0, 0, letter.key, letter.value, letter.headers), NOW, "notify"
    )
    assert letter.topic == "notify.dead-letters"
    assert (shown.code, shown.order, shown.offset) == ("not-sent", "c-1001", 7)
    assert shown.reason == "The email wasn't sent: 550 no such user"
    assert can_go_to(shown, "customer.notifications", "")


async def test_a_mail_whose_process_died_while_sending_is_not_sent_again() -> None:
    desk = Desk()
    await desk.mailer.take([record(notification())])
    await desk.store.claim(desk.now)  # and there the process ends
    desk.mailer = desk.new_mailer()
    desk.later(minutes=5)
    await desk.work(record(notification()), record(notification(), offset=1))
    assert desk.given == []
    (reason,) = desk.reasons()
    assert reason.startswith("It is unknown whether the email was sent")


async def test_a_mail_that_is_being_sent_is_not_given_up_too_early() -> None:
    desk = Desk()
    await desk.mailer.take([record(notification())])
    await desk.store.claim(desk.now)
    desk.later(seconds=90)  # longer than a mail may take
    await desk.work()
    assert desk.letters == []


@pytest.mark.parametrize("outcome", ["failed", "unknown"])
async def test_only_a_redrive_sends_a_dead_letter_again_and_only_once(outcome: str) -> None:
    desk = Desk()
    desk.answer = lambda _: Result(outcome, "no")  # type: ignore[arg-type]
    await desk.work(record(notification()))
    desk.answer = lambda _: Result("sent")
    await desk.work(record(notification(), offset=1))
    assert len(desk.given) == 1, "a repeat of the notification isn't a redrive"
    again = redriven(desk.letters[0], offset=2)
    await desk.work(again, again, redriven(desk.letters[0], offset=3))
    assert len(desk.given) == 2


async def test_what_fails_after_a_redrive_can_be_redriven_again() -> None:
    desk = Desk()
    desk.answer = lambda _: Result("failed", "no")
    await desk.work(record(notification()))
    await desk.work(redriven(desk.letters[0], offset=1))
    await desk.work(redriven(desk.letters[1], offset=2))
    assert (len(desk.given), len(desk.letters)) == (3, 3)


async def test_a_mail_of_a_deleted_order_is_not_sent_nor_redriven() -> None:
    desk = Desk()
    desk.answer = lambda _: Result("failed", "no")
    await desk.work(record(notification("shipped")))
    erased = notifications.Erased(order_id="c-1001")
    desk.answer = lambda _: Result("sent")
    await desk.work(
        record(notification("canceled"), 1, "n-2"),
        record(erased, 2, "n-3"),
        record(notification("refunded"), 3, "n-4"),
        redriven(desk.letters[0], 4),
    )
    assert len(desk.given) == 1


async def test_a_notification_that_has_waited_for_days_is_not_sent() -> None:
    desk = Desk()
    await desk.work(record(notification(), at=NOW - SENT_WITHIN - timedelta(seconds=1)))
    assert desk.given == []
    assert desk.letters == []


async def test_an_unreadable_record_is_a_dead_letter_and_holds_up_none() -> None:
    desk = Desk()
    broken = record(notification(), 0)
    broken = type(broken)(**{**broken.__dict__, "value": b'{"order_id": 7}'})
    await desk.work(broken, record(notification("canceled"), 1, "n-2"))
    assert len(desk.given) == 1
    assert dict(desk.letters[0].headers)["waybill_code"] == b"malformed"


@pytest.mark.parametrize("email", ["a<b@shop.example", '"a b"@x', "müller@shop.example", "@x@y"])
async def test_an_address_that_could_mean_another_is_a_dead_letter(email: str) -> None:
    desk = Desk()
    one = notification().model_copy(
        update={"customer": notifications.Recipient.model_construct(name="M", email=email)}
    )
    await desk.work(record(one))
    assert desk.given == []
    assert len(desk.letters) == 1
