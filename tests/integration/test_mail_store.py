"""One suite of behaviour for the store of mails in MongoDB and its fake in memory."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from services.notify.mail.mail_store import MailStore, MongoMailStore
from tests.engines import AnyEngines
from tests.integration.databases import database_of
from tests.unit.given import NOW
from tests.unit.notify.mail.builders import MemoryMailStore, kept

SOON = NOW + timedelta(minutes=5)


@pytest.fixture(params=["memory", pytest.param("mongo", marks=pytest.mark.engines)])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[MailStore]:
    """Each of the stores, empty."""
    if request.param == "memory":
        yield MemoryMailStore()
        return
    engines: AnyEngines = request.getfixturevalue("engines")
    async with database_of(engines) as (client, name):
        found = MongoMailStore(client, name, 60)
        await found.prepare()
        await found.prepare()
        yield found


async def test_a_mail_is_claimed_once_and_whole(store: MailStore) -> None:
    await store.keep([kept(1)], NOW)
    await store.keep([kept(1)], NOW)
    mail = await store.claim(NOW)
    assert mail is not None
    assert (mail.mail_id, mail.order_id, mail.tries) == ("mail-1", "c-1", 1)
    assert mail.record == kept(1).record
    assert await store.claim(SOON) is None


async def test_twenty_workers_claim_each_mail_once(store: MailStore) -> None:
    await store.keep([kept(number) for number in range(10)], NOW)
    found = await asyncio.gather(*(store.claim(NOW) for _ in range(20)))
    assert sorted(each.mail_id for each in found if each) == [f"mail-{n}" for n in range(10)]


async def test_a_postponed_mail_is_due_then(store: MailStore) -> None:
    await store.keep([kept(1)], NOW)
    mail = await store.claim(NOW)
    assert mail is not None
    await store.postpone(mail, SOON)
    assert await store.waiting() == 1
    assert await store.claim(NOW) is None
    again = await store.claim(SOON)
    assert again is not None
    assert again.tries == 2


async def test_a_sent_mail_is_never_due_again(store: MailStore) -> None:
    await store.keep([kept(1)], NOW)
    mail = await store.claim(NOW)
    assert mail is not None
    await store.sent(mail, NOW)
    await store.keep([kept(1), kept(1, attempt=2)], SOON)
    await store.give_up_lost(SOON)
    assert await store.claim(SOON) is None
    assert await store.abandoned(9) == []


async def test_a_mail_that_was_given_up_is_reported_until_settled(store: MailStore) -> None:
    await store.keep([kept(1)], NOW)
    mail = await store.claim(NOW)
    assert mail is not None
    await store.give_up(mail, "failed", "550 no")
    (each,) = await store.abandoned(9)
    assert (each.state, each.reason, each.mail.record) == ("failed", "550 no", kept(1).record)
    await store.settle(mail, NOW)
    assert await store.abandoned(9) == []


async def test_only_the_next_attempt_is_tried_after_a_failure(store: MailStore) -> None:
    await store.keep([kept(1)], NOW)
    mail = await store.claim(NOW)
    assert mail is not None
    await store.give_up(mail, "failed", "550 no")
    await store.keep([kept(1), kept(1, attempt=3)], NOW)
    assert await store.claim(NOW) is None
    await store.keep([kept(1, attempt=2)], NOW)
    await store.settle(mail, NOW)  # a slow process reports the attempt before
    again = await store.claim(NOW)
    assert again is not None
    assert (again.attempt, again.tries) == (2, 1)


async def test_a_mail_in_sending_is_lost_only_after_a_while(store: MailStore) -> None:
    await store.keep([kept(1)], NOW)
    mail = await store.claim(NOW)
    assert mail is not None
    await store.give_up_lost(NOW)
    assert await store.abandoned(9) == []
    await store.give_up_lost(SOON)
    (each,) = await store.abandoned(9)
    assert each.state == "unknown"
    await store.sent(mail, SOON)  # its process was only slow
    assert await store.abandoned(9) == []


async def test_mails_of_a_deleted_order_are_gone_and_stay_so(store: MailStore) -> None:
    await store.keep([kept(1), kept(2), kept(3, order="c-2")], NOW)
    mail = await store.claim(NOW)
    assert mail is not None
    await store.erase(["c-1"], NOW)
    await store.postpone(mail, NOW)
    await store.keep([kept(4), kept(2, attempt=2)], NOW)
    left = await store.claim(NOW)
    assert left is not None
    assert left.order_id == "c-2"
    assert await store.claim(NOW) is None
    assert await store.abandoned(9) == []
