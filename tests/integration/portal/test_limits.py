"""Sign-in limits count failed attempts only, on a real MongoDB."""

from collections.abc import AsyncIterator

import pytest

from services.portal.auth.limits import PER_ADDRESS, PER_NAME, PER_NAME_AND_ADDRESS, Limits
from tests.engines import AnyEngines
from tests.integration.databases import database_of

pytestmark = pytest.mark.engines
OFFICE = "192.0.2.7"


@pytest.fixture
async def limits(engines: AnyEngines) -> AsyncIterator[Limits]:
    """Limits without any attempt."""
    async with database_of(engines) as (client, name):
        made = Limits(client[name])
        await made.prepare()
        yield made


async def test_successful_sign_ins_are_unlimited(limits: Limits) -> None:
    for _ in range(PER_NAME + 1):
        assert await limits.allow("anna", OFFICE)
        await limits.record_success("anna", OFFICE)


async def test_people_at_one_address_dont_lock_each_other_out(limits: Limits) -> None:
    for n in range(PER_ADDRESS + 1):
        assert await limits.allow(f"person-{n}", OFFICE)
        await limits.record_success(f"person-{n}", OFFICE)


async def test_failed_attempts_count_while_others_sign_in(limits: Limits) -> None:
    for _ in range(PER_NAME_AND_ADDRESS):
        assert await limits.allow("anna", OFFICE)
        assert await limits.allow("ben", OFFICE)
        await limits.record_success("ben", OFFICE)
    assert not await limits.allow("anna", OFFICE)
    assert await limits.allow("ben", OFFICE)


async def test_guessing_many_names_from_one_address_is_limited(limits: Limits) -> None:
    for n in range(PER_ADDRESS):
        assert await limits.allow(f"guess-{n}", OFFICE)
    assert not await limits.allow("another", OFFICE)
