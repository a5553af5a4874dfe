"""Examines topics, how far they are read, dead letters and accounts."""

import asyncio
from collections.abc import Sequence

from pymongo.errors import PyMongoError

from ops.doctor.findings import Finding, broken, warning
from ops.doctor.system import System
from ops.messaging.command_client import SOURCE
from services.portal.auth.accounts import Accounts
from services.portal.webhooks.reader import GROUP as WEBHOOKS
from services.portal.webhooks.subscriptions import COLLECTION
from shared.dead_letters.filters import Filter
from shared.dead_letters.operations import DeadLetterOperations
from shared.monitoring.lag import Lag, lags
from shared.runtime.kafka.consumer import group_of
from shared.runtime.kafka.topics import missing_topics
from shared.runtime.mongo.connection import connect
from shared.runtime.settings import Settings

LOOK_AGAIN_AFTER = 5.0


async def topics(system: System) -> Sequence[Finding]:
    """All topics of the contract exist."""
    missing = await missing_topics(system.settings)
    if not missing:
        return []
    return [broken(f"Topics are missing: {', '.join(sorted(missing))}.", "waybill setup")]


async def progress(system: System) -> Sequence[Finding]:
    """Every group that has unread records reads some of them within a few seconds."""
    found = await _lags(system.settings)
    findings = [_skipped(lag) for lag in found if lag.lost]
    before = {_key(lag): lag for lag in found if lag.behind}
    if before:
        await asyncio.sleep(LOOK_AGAIN_AFTER)
        now = await _lags(system.settings)
        # Partitions with lost records aren't read; what to do about them is said above.
        waiting = [lag for lag in now if lag.behind and not lag.lost]
        stuck = [lag for lag in waiting if _same(before.get(_key(lag)), lag)]
        findings += [_stuck(group, stuck) for group in sorted({lag.group for lag in stuck})]
    return findings


async def _lags(settings: Settings) -> list[Lag]:
    """Every lag but that of webhooks if there are none, since then nobody has to read for them."""
    found = await lags(settings)
    theirs = settings.topic(WEBHOOKS)
    if any(lag.group == theirs for lag in found) and not await _has_webhooks(settings):
        return [lag for lag in found if lag.group != theirs]
    return found


async def _has_webhooks(settings: Settings) -> bool:
    client = connect(settings, serverSelectionTimeoutMS=3000)
    try:
        return await client[settings.database_of("portal")][COLLECTION].find_one({}) is not None
    except PyMongoError:
        return True  # MongoDB is examined elsewhere
    finally:
        client.close()


async def dead_letters(system: System) -> Sequence[Finding]:
    """No dead letter is open."""
    operations = DeadLetterOperations(system.settings, SOURCE)
    found = await operations.page(Filter(states=("open",)), "", 1)
    if not found.number:
        return []
    some = "1 dead letter is open." if found.number == 1 else f"{found.number} are open."
    return [warning(f"Dead letters: {some}", "waybill dead-letters list")]


async def accounts(system: System) -> Sequence[Finding]:
    """Somebody can sign in."""
    client = connect(system.settings, serverSelectionTimeoutMS=3000, tz_aware=True)
    try:
        portal = Accounts(client[system.settings.database_of("portal")])
        if await portal.list():
            return []
    finally:
        client.close()
    add = "waybill user add NAME --role supervisor --role operator"
    return [warning("The portal has no account, so nobody can sign in.", add)]


def _key(lag: Lag) -> tuple[str, str, int]:
    return lag.group, lag.topic, lag.partition


def _same(before: Lag | None, now: Lag) -> bool:
    return before is not None and before.committed == now.committed


def _stuck(group: str, stuck: Sequence[Lag]) -> Finding:
    mine = [lag for lag in stuck if lag.group == group]
    behind = sum(lag.behind for lag in mine)
    where = ", ".join(sorted({lag.topic for lag in mine}))
    return broken(
        f"{group} reads nothing: {behind} records wait in {where}.",
        f"Look at the log of the service {mine[0].service}; is an instance of it running?",
    )


def _skipped(lag: Lag) -> Finding:
    own = lag.group.endswith(group_of(lag.service))
    again = "Have them sent again with the same ids, then" if own else "They aren't written again:"
    return broken(
        f"Kafka deleted {lag.lost} records of {lag.topic}, partition {lag.partition}, before "
        f"{lag.group} read them: the service was down for longer than the topic keeps records.",
        f"{again} start {lag.service} once with WAYBILL_ACCEPT_LOST_RECORDS=true",
    )
