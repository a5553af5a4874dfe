"""The least rights that each user of Kafka and MongoDB needs.

Services' needs are derived from their rules: what they decide, publish and look up. Other systems'
needs come from the contract (docs/contract.md, Topics).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Literal, NamedTuple, cast

from services.portal.projections.facts import TOPICS as SHOWN
from services.portal.webhooks.event import TOPICS as DELIVERED
from services.portal.webhooks.reader import GROUP as WEBHOOKS
from shared.contracts import Topic
from shared.contracts.commands import offered
from shared.contracts.topics import (
    CATALOG_VARIANTS,
    CHECKOUT,
    DEAD_LETTER_VERDICTS,
    OPTIONAL,
    PAYMENT_COMMANDS,
    PAYMENT_REQUESTS,
    PORTAL,
    PROCESSES,
    REPLIES,
    SERVICES,
    SHIPMENT_COMMANDS,
    STOCK_COMMANDS,
    TOPICS,
    WAREHOUSE_RELEASES,
    dead_letter_topic,
)
from shared.runtime.decider.service import Service
from shared.runtime.kafka.consumer import group_of
from shared.runtime.ports import Worker

CLI = "cli"
OPERATOR = "operator"


class Database(NamedTuple):
    """The database of a service, and a role on it."""

    service: str
    role: Literal["read", "readWrite"]


@dataclass(frozen=True)
class Needs:
    """A user with the topics it reads and writes, its consumer groups and databases.

    watched_topics, watched_groups  those whose offsets it may see, but nothing else

    Names are the contract's, without prefix. A group that ends in `*` stands for all groups with
    this prefix.
    """

    user: str
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    databases: tuple[Database, ...] = ()
    watched_topics: tuple[str, ...] = ()
    watched_groups: tuple[str, ...] = ()


def all_needs(reply_topics: Sequence[str] = ()) -> list[Needs]:
    """Returns the needs of every user: Waybill's first, then those of other systems.

    reply_topics  topics for outcomes besides `waybill.replies`
    """
    outcomes = (REPLIES.name, *reply_topics)
    ours = [_service(_load(name), outcomes) for name in (*SERVICES, *OPTIONAL)]
    groups = tuple(group for needs in ours for group in needs.groups)
    return [
        *ours,
        _portal(groups),
        _cli((*groups, group_of(PORTAL), WEBHOOKS)),
        _operator(outcomes),
        *_others(),
    ]


def _load(name: str) -> Service:
    return cast("Service", import_module(f"services.{name}.app").SERVICE)


def _service(service: Service, outcomes: Sequence[str]) -> Needs:
    worker = cast("Worker | None", service.worker)  # the class has the attributes of its instances
    reads = _names(service.topics, worker.topics if worker else ())
    writes = _names(service.writes, worker.writes if worker else ())
    return Needs(
        user=service.name,
        reads=reads,
        writes=tuple(sorted({*writes, *outcomes, dead_letter_topic(service.name)})),
        groups=(group_of(service.name), *((worker.group,) if worker else ())),
        databases=(Database(service.name, "readWrite"),),
    )


def _portal(groups: tuple[str, ...]) -> Needs:
    """The portal redrives commands only; it can't write to topics of events."""
    reads = {*_names(SHOWN, DELIVERED, [REPLIES, DEAD_LETTER_VERDICTS])} | {
        *map(dead_letter_topic, PROCESSES)
    }
    writes = {*_commands(), dead_letter_topic(PORTAL), DEAD_LETTER_VERDICTS.name}
    return Needs(
        user=PORTAL,
        reads=tuple(sorted(reads)),
        writes=tuple(sorted(writes)),
        groups=(group_of(PORTAL), WEBHOOKS),
        databases=(Database(PORTAL, "readWrite"),),
        watched_topics=tuple(sorted({*_names(TOPICS)} - reads - writes)),
        watched_groups=groups,
    )


def _cli(groups: tuple[str, ...]) -> Needs:
    """Users of `waybill` read all topics, send commands and manage the portal's accounts.

    A backup contains where the groups are.
    """
    dead_letters = map(dead_letter_topic, PROCESSES)
    journals = [Database(name, "read") for name in (*SERVICES, *OPTIONAL)]
    return Needs(
        user=CLI,
        reads=tuple(sorted({*_names(TOPICS), *dead_letters})),
        writes=tuple(
            sorted({*_commands(), CHECKOUT.name, CATALOG_VARIANTS.name, DEAD_LETTER_VERDICTS.name})
        ),
        databases=(*journals, Database(PORTAL, "readWrite")),
        watched_groups=groups,
    )


def _operator(outcomes: Sequence[str]) -> Needs:
    """Users of `waybill dead-letters redrive` write to all topics that dead letters come from."""
    origins = {topic.name for topic in TOPICS if topic.cleanup != "compact"}
    dead_letters = map(dead_letter_topic, PROCESSES)
    return Needs(
        user=OPERATOR,
        reads=tuple(sorted({DEAD_LETTER_VERDICTS.name, *dead_letters})),
        writes=tuple(sorted({*origins, *outcomes})),
    )


def _others() -> Iterable[Needs]:
    yield _other("checkout", reads=[REPLIES], writes=[CHECKOUT])
    yield _other(
        "warehouse",
        reads=[WAREHOUSE_RELEASES, REPLIES],
        writes=[SHIPMENT_COMMANDS, STOCK_COMMANDS],
    )
    yield _other("provider", reads=[PAYMENT_REQUESTS], writes=[PAYMENT_COMMANDS])
    yield _other("catalog", writes=[CATALOG_VARIANTS])


def _other(user: str, reads: Sequence[Topic] = (), writes: Sequence[Topic] = ()) -> Needs:
    """Returns the needs of another system, whose consumer groups begin with its name."""
    groups = (f"{user}-*",) if reads else ()
    return Needs(user, reads=_names(reads), writes=_names(writes), groups=groups)


def _commands() -> set[str]:
    return {model.topic.name for model in offered().values()}


def _names(*topics: Iterable[Topic]) -> tuple[str, ...]:
    return tuple(sorted({topic.name for some in topics for topic in some}))
