"""The drill: a backup while commands are carried out, a restore, and the same commands again."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from ops.backup.creation import create
from ops.backup.manifest import BackupError, Manifest
from ops.backup.reconciliation import Reconciliation, problems, reconcile
from ops.backup.restoration import SKIP_NUMBERS, restore
from ops.backup.verification import verify
from shared.contracts.topics import PORTAL, SERVICES
from shared.dead_letters.operations import DeadLetterOperations
from shared.runtime.settings import Settings, read_settings
from tests.cluster import Cluster, Got, command
from tests.engines import AnyEngines
from tests.integration.backup.workload import FATES, PLENTY, RECEIVED, SCARCE, Workload
from tests.polling import eventually
from tests.processes import PROJECT, until_ready

pytestmark = [
    pytest.mark.engines,
    pytest.mark.slow,
    pytest.mark.usefixtures("survivors"),
    pytest.mark.timeout(900),
]

BEFORE, DURING, AFTER = range(180), range(180, 360), range(360, 405)
RUNNING = (*SERVICES, PORTAL)
LONG = 240.0
MALFORMED = command("m-1", "waybill.order.hold.v1", "order.commands", "c-1", {"order_id": 7})


def settings_of(cluster: Cluster) -> Settings:
    """The settings of tools on a cluster."""
    return read_settings(
        Settings,
        kafka=cluster.engines.kafka,
        mongo=SecretStr(cluster.engines.mongo),
        topic_prefix=cluster.prefix,
        database=cluster.database,
        site=PROJECT / "config" / "site.yaml",
    )


def start(cluster: Cluster) -> None:
    """Starts all services and a portal, and waits until they are ready."""
    until_ready(*[cluster.start(service) for service in RUNNING], within=LONG)


def kill(cluster: Cluster) -> None:
    """Kills everything that runs on a cluster."""
    for process in cluster._started:
        process.kill()


def send(cluster: Cluster, workload: Workload, orders: range) -> None:
    """Places orders and sends each its commands, in order."""
    for number in orders:
        cluster.produce([workload.cart(number)])
    cluster.until_done(*SERVICES, within=LONG)
    rounds = [list(workload.rounds(number)) for number in orders]
    for at in range(max(map(len, rounds))):
        cluster.produce([each[at] for each in rounds if at < len(each)])
        cluster.until_done(*SERVICES, within=LONG)


def replies(cluster: Cluster) -> dict[str, Any]:
    """The outcome of each command, by its id; every repeat has to have the same."""
    found: dict[str, set[bytes | None]] = defaultdict(set)
    for got in cluster.read("waybill.replies"):
        found[got.data["command_id"]].add(got.value)
    assert not {name: values for name, values in found.items() if len(values) > 1}
    return {name: json.loads(values.pop() or b"") for name, values in found.items()}


def events(cluster: Cluster, *topics: str) -> list[Got]:
    """The events on these topics, each once."""
    return list({got.headers["ce_id"]: got for got in cluster.read(*topics)}.values())


def decided(cluster: Cluster) -> set[str]:
    """The ids of the messages that services took in."""
    return {
        cause["id"]
        for service in SERVICES
        for document in cluster.journal(service)
        for cause in document["causes"]
    }


@dataclass(frozen=True, slots=True)
class Source:
    """A system that was backed up, and what it had done at its end."""

    cluster: Cluster
    folder: Path
    manifest: Manifest
    outcomes: dict[str, Any]
    numbers: dict[str, str]


@pytest.fixture(scope="module")
def new_cluster(
    engines: AnyEngines, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Cluster]]:
    """Makes topics and databases, all empty."""
    made: list[Cluster] = []

    def new() -> Cluster:
        made.append(Cluster(engines, tmp_path_factory.mktemp("logs")))
        return made[-1]

    yield new
    for each in made:
        each.close()


@pytest.fixture(scope="module")
def source(new_cluster: Callable[[], Cluster], tmp_path_factory: pytest.TempPathFactory) -> Source:
    """A system whose backup was made while it worked, and that was killed afterwards."""
    system = new_cluster()
    folder = tmp_path_factory.mktemp("backups") / "night"
    workload = Workload("c", f"{system.prefix}waybill.replies")
    start(system)
    system.produce([*workload.stock(), MALFORMED])
    send(system, workload, BEFORE)
    busy = threading.Thread(target=send, args=(system, workload, DURING))
    busy.start()
    seen = len(events(system, "order.events"))
    eventually(lambda: len(events(system, "order.events")) > seen, within=LONG)
    found = asyncio.run(create(settings_of(system), folder))
    busy.join()
    kill(system)
    return Source(system, folder, found, replies(system), numbers(system))


def same_commands(cluster: Cluster, workload: Workload) -> None:
    """Sends everything once more, and what is new."""
    cluster.produce(workload.stock())
    for orders in (BEFORE, DURING, AFTER):
        send(cluster, workload, orders)


def test_restored_system_goes_on_as_if_nothing_had_happened(
    source: Source, new_cluster: Callable[[], Cluster]
) -> None:
    restored = new_cluster()
    settings = settings_of(restored)
    assert not verify(source.folder).damage
    _is_private(source.folder)

    assert not asyncio.run(restore(settings, source.folder)).continued
    before = decided(restored)
    compared = asyncio.run(reconcile(settings))
    assert not list(problems(compared))

    start(restored)
    same_commands(restored, Workload("c", f"{restored.prefix}waybill.replies"))
    restored.until_done(*RUNNING, within=LONG)
    _until_settled(restored)
    compared = asyncio.run(reconcile(settings))
    assert not list(problems(compared))
    assert not compared.in_flight
    _nothing_is_doubled(restored, compared)
    _answers_are_the_same(source.outcomes, replies(restored), before)
    _numbers_are_the_same(source, numbers(restored), before)
    assert _dead_letters(restored) == _dead_letters(source.cluster) != set()
    with pytest.raises(BackupError, match=r"isn't empty: \w+ has documents"):
        asyncio.run(restore(settings, source.folder))


class StoppedError(Exception):
    """A restore was stopped in the middle."""


def test_interrupted_restore_is_repeated(
    source: Source, new_cluster: Callable[[], Cluster]
) -> None:
    restored = new_cluster()
    settings = settings_of(restored)
    for interrupted in ("documents", "records", "published"):

        def progress(step: str, done: int, total: int) -> None:
            if step == interrupted and done > total // 2:  # noqa: B023 - called at once
                raise StoppedError

        with pytest.raises(StoppedError):
            asyncio.run(restore(settings, source.folder, progress=progress))
    assert asyncio.run(restore(settings, source.folder)).continued
    assert not list(problems(asyncio.run(reconcile(settings))))
    for topic, count in _records(source.manifest).items():
        assert len(restored.read(topic)) == count, topic
    once = Counter((got.topic, got.headers["ce_id"], got.value) for got in _facts(restored))
    first = Counter((got.topic, got.headers["ce_id"], got.value) for got in _facts(source.cluster))
    assert once.keys() <= first.keys()


def _records(manifest: Manifest) -> dict[str, int]:
    """How many records a restored topic has, if nothing of a service was published again."""
    return {
        part.name: part.entries
        for part in manifest.of_kind("topic")
        if part.name in ("checkout.cart-converted", "order.commands", "catalog.variants")
    }


def _facts(cluster: Cluster) -> list[Got]:
    return cluster.read("cart.events", "order.events", "payment.events", "shipment.events")


def _is_private(folder: Path) -> None:
    modes = {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert {path.stat().st_mode & 0o777 for path in (folder, folder / "mongo")} == {0o700}


def _dead_letters(cluster: Cluster) -> set[str]:
    letters = DeadLetterOperations(settings_of(cluster), "test")
    return {letter.id for letter in asyncio.run(letters.all())}


def _until_settled(cluster: Cluster) -> None:
    """Waits for the payment provider, which leaves some requests open for a while."""

    def done() -> bool:
        kept = cluster.collection("payment", "provider_requests")
        return bool(kept) and all("done" in each for each in kept)

    eventually(done, within=LONG)
    cluster.until_done(*RUNNING, within=LONG)


def _nothing_is_doubled(cluster: Cluster, compared: Reconciliation) -> None:
    orders = [*BEFORE, *DURING, *AFTER]
    fates = Counter(FATES[number % len(FATES)] for number in orders)
    placed = [e for e in events(cluster, "order.events") if e.type == "waybill.order.placed.v1"]
    assert Counter(got.key for got in placed) == {f"c-{number}".encode(): 1 for number in orders}
    assert compared.orders == len(orders) - fates["deleted"]
    received = sum(RECEIVED.values())
    assert compared.on_hand == received - 2 * fates["shipped"]
    assert compared.allocated == RECEIVED[SCARCE] + 2 * sum(
        fates[fate] for fate in ("plain", "held", "pending", "noted")
    )
    assert compared.waiting == fates["short"] - RECEIVED[SCARCE] // 2
    # Every order is 20.00; money of canceled ones goes back, deleted ones have no account.
    paying = len(orders) - fates["unpaid"] - fates["canceled"] - fates["deleted"]
    assert compared.paid == {"USD": 20 * paying}
    levels = {each["_id"]: each for each in cluster.collection(PORTAL, "stock")}
    plenty = levels[f"seattle/{PLENTY}"]["fact"]
    assert plenty["on_hand"] == RECEIVED[PLENTY] - 2 * fates["shipped"]


def _answers_are_the_same(
    first: dict[str, Any], again: dict[str, Any], decided_before: set[str]
) -> None:
    """A command that the backup has gets the very same answer; a later one the same outcome."""
    for command_id, reply in first.items():
        if command_id in decided_before:
            assert again[command_id] == reply
        else:
            assert again[command_id]["outcome"] == reply["outcome"]


def numbers(cluster: Cluster) -> dict[str, str]:
    """The number of each order."""
    placed = (e for e in events(cluster, "order.events") if e.type == "waybill.order.placed.v1")
    return {got.data["order_id"]: got.data["order_number"] for got in placed}


def _numbers_are_the_same(source: Source, again: dict[str, str], decided_before: set[str]) -> None:
    """Orders of the backup keep their numbers; no number of a later one is used again."""
    first = source.numbers
    assert len(set(again.values())) == len(again)
    kept = {order for order in first if f"checkout-{order}" in decided_before}
    assert kept >= {f"c-{number}" for number in BEFORE}
    assert {order: again[order] for order in kept} == {order: first[order] for order in kept}
    lost = {number for order, number in first.items() if order not in kept}
    assert not lost & set(again.values())
    highest = max(int(number[2:]) for order, number in first.items() if order in kept)
    new = [int(number[2:]) for order, number in again.items() if order not in kept]
    assert min(new) > highest + SKIP_NUMBERS // 2
    assert source.manifest.entries("collection", "counters") == 1
