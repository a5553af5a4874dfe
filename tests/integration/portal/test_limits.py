"""Sign-in limits count failed attempts only, on a real MongoDB."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from services.portal.auth.limits import (
    AT_ONCE,
    PER_ADDRESS,
    PER_NAME,
    PER_NAME_AND_ADDRESS,
    WINDOW,
    Limits,
    TooManyTries,
)
from tests.engines import AnyEngines
from tests.integration.databases import database_of

pytestmark = pytest.mark.engines
OFFICE = "192.0.2.7"


class Clock:
    """A clock that stands at the beginning of a window until it is moved on.

    The window is the next one: MongoDB, by its own clock, removes counts that have expired.
    """

    def __init__(self) -> None:
        seconds = WINDOW.total_seconds()
        present = datetime.now(UTC).timestamp() // seconds
        self._now = datetime.fromtimestamp((present + 1) * seconds, UTC)

    def __call__(self) -> datetime:
        return self._now

    def move(self, by: timedelta) -> None:
        self._now += by


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def limits(engines: AnyEngines, clock: Clock) -> AsyncIterator[Limits]:
    """Nobody has tried yet."""
    async with database_of(engines) as (client, name):
        made = Limits(client[name], clock)
        await made.prepare()
        yield made


async def right() -> str:
    return "account"


async def wrong() -> None:
    return None


async def gets_in(limits: Limits, name: str, address: str = OFFICE) -> bool:
    """Whether somebody with the right password does."""
    try:
        return await limits.attempt(name, address, right) == "account"
    except TooManyTries:
        return False


async def may_fail(limits: Limits, name: str, address: str = OFFICE) -> bool:
    """Whether somebody hears that a password is wrong, not that there were too many tries."""
    try:
        return await limits.attempt(name, address, wrong) is None
    except TooManyTries:
        return False


async def test_one_person_may_sign_in_as_often_as_they_like(limits: Limits) -> None:
    assert all([await gets_in(limits, "anna") for _ in range(PER_NAME + 1)])


async def test_any_number_of_people_behind_one_address_may_sign_in_at_once(
    limits: Limits,
) -> None:
    names = [f"person-{n % (PER_ADDRESS + 5)}" for n in range(4 * PER_ADDRESS)]
    assert all(await asyncio.gather(*(gets_in(limits, name) for name in names)))
    assert all(await asyncio.gather(*(gets_in(limits, "anna") for _ in range(2 * PER_NAME))))


async def test_failed_attempts_count_while_others_sign_in(limits: Limits) -> None:
    for _ in range(PER_NAME_AND_ADDRESS):
        assert await may_fail(limits, "anna")
        assert await gets_in(limits, "ben")
    assert not await may_fail(limits, "anna")
    assert not await gets_in(limits, "anna")
    assert await gets_in(limits, "ben")
    assert await gets_in(limits, "anna", "192.0.2.8")


async def test_who_gets_in_may_mistype_again(limits: Limits) -> None:
    for _ in range(PER_NAME // PER_NAME_AND_ADDRESS):
        for _ in range(PER_NAME_AND_ADDRESS - 1):
            assert await may_fail(limits, "anna")
        assert await gets_in(limits, "anna")


async def test_guessing_many_names_from_one_address_is_limited(limits: Limits) -> None:
    for n in range(PER_ADDRESS):
        assert await may_fail(limits, f"guess-{n}")
    assert not await may_fail(limits, "another")


async def test_guessing_one_name_from_everywhere_ends(limits: Limits) -> None:
    for n in range(PER_NAME):
        assert await may_fail(limits, "anna", f"192.0.2.{n}")
    assert not await gets_in(limits, "anna", "198.51.100.1")


async def test_guesses_side_by_side_gain_nothing(limits: Limits) -> None:
    checked = 0

    async def guess() -> None:
        nonlocal checked
        checked += 1
        await asyncio.sleep(0)

    tries = [limits.attempt("anna", OFFICE, guess) for _ in range(100)]
    found = await asyncio.gather(*tries, return_exceptions=True)
    assert found.count(None) == PER_NAME_AND_ADDRESS
    assert sum(isinstance(each, TooManyTries) for each in found) == 95
    assert checked < PER_NAME_AND_ADDRESS + AT_ONCE


async def test_a_right_guess_beside_too_many_wrong_ones_is_not_taken(limits: Limits) -> None:
    """It was begun before any of them had failed."""
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> str:
        begun.set()
        await go_on.wait()
        return "account"

    guess = asyncio.create_task(limits.attempt("anna", OFFICE, slow))
    await begun.wait()
    for _ in range(PER_NAME_AND_ADDRESS):
        assert await may_fail(limits, "anna")
    go_on.set()
    with pytest.raises(TooManyTries):
        await guess


async def test_the_next_window_begins_at_nothing(limits: Limits, clock: Clock) -> None:
    for _ in range(PER_NAME_AND_ADDRESS):
        assert await may_fail(limits, "anna")
    clock.move(WINDOW - timedelta(milliseconds=1))
    assert not await gets_in(limits, "anna")
    clock.move(timedelta(milliseconds=1))
    assert await gets_in(limits, "anna")


@pytest.mark.parametrize("times", [1, 7])
async def test_right_tries_across_the_end_of_a_window_earn_nothing_in_the_next(
    limits: Limits, clock: Clock, times: int
) -> None:
    """Each begins in one window and ends in the next, which allows as many failures as ever."""
    for n in range(times):
        clock.move(WINDOW - timedelta(seconds=1))

        async def across() -> str:
            clock.move(timedelta(seconds=1))
            return "account"

        assert await limits.attempt(f"person-{n}", OFFICE, across) == "account"
    for n in range(PER_ADDRESS):
        assert await may_fail(limits, f"guess-{n}")
    assert not await may_fail(limits, "another")
    assert not await gets_in(limits, "person-0")


async def test_failures_count_in_the_window_in_which_they_end(limits: Limits, clock: Clock) -> None:
    clock.move(WINDOW - timedelta(seconds=1))

    async def across() -> None:
        clock.move(timedelta(seconds=1))

    assert await limits.attempt("anna", OFFICE, across) is None
    for _ in range(PER_NAME_AND_ADDRESS - 1):
        assert await may_fail(limits, "anna")
    assert not await gets_in(limits, "anna")
