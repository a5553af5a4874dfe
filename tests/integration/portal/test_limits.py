"""Sign-in limits count failed tries, on a real MongoDB; right ones are no tries at all."""

from collections.abc import AsyncIterator

import pytest

from services.portal.auth.limits import PER_ADDRESS, PER_NAME, PER_NAME_AND_ADDRESS, Limits
from tests.engines import AnyEngines
from tests.integration.databases import database_of

pytestmark = pytest.mark.engines
OFFICE = "192.0.2.7"


@pytest.fixture
async def limits(engines: AnyEngines) -> AsyncIterator[Limits]:
    """Nobody has tried yet."""
    async with database_of(engines) as (client, name):
        made = Limits(client[name])
        await made.prepare()
        yield made


async def test_one_person_may_sign_in_as_often_as_they_like(limits: Limits) -> None:
    for _ in range(PER_NAME + 1):
        assert await limits.allow("anna", OFFICE)
        await limits.forgive("anna", OFFICE)


async def test_people_behind_one_address_dont_lock_each_other_out(limits: Limits) -> None:
    for n in range(PER_ADDRESS + 1):
        assert await limits.allow(f"person-{n}", OFFICE)
        await limits.forgive(f"person-{n}", OFFICE)


async def test_failed_tries_count_whoever_else_gets_in_meanwhile(limits: Limits) -> None:
    for _ in range(PER_NAME_AND_ADDRESS):
        assert await limits.allow("anna", OFFICE)
        assert await limits.allow("ben", OFFICE)
        await limits.forgive("ben", OFFICE)
    assert not await limits.allow("anna", OFFICE)
    assert await limits.allow("ben", OFFICE)


async def test_guessing_many_names_from_one_address_ends(limits: Limits) -> None:
    for n in range(PER_ADDRESS):
        assert await limits.allow(f"guess-{n}", OFFICE)
    assert not await limits.allow("another", OFFICE)
