"""Reading all topics again from the beginning changes nothing.

Operators may reset offsets, and clusters may lose them. Read models that are rebuilt from the
topics are the same as before.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from shared.contracts.topics import PORTAL, PROCESSES, SERVICES, STARTED, TOPICS, dead_letter_topic
from tests.cluster import Sent
from tests.e2e.system import System
from tests.engines import AnyEngines
from tests.polling import eventually
from tests.processes import PROJECT, ServiceProcess, until_ready
from tests.simulation.faults import FaultInjector
from tests.simulation.workload import Send, Workload

pytestmark = pytest.mark.engines

SEEDS = range(16)
SLICES = 2
LOOK_SECONDS = 0.5  # each check takes a while
# Bookkeeping that may change: how far a process has published, and how many numbers were
# drawn (a repeat may draw one that it doesn't use).
HOUSEKEEPING = {"writers", "counters"}
Everything = dict[str, dict[str, dict[Any, dict[str, Any]]]]


@pytest.fixture(scope="module")
def lived(engines: AnyEngines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A separate system with a portal, after a mixed workload with repeats and poison."""
    with System(engines, tmp_path_factory.mktemp("replayed")) as system:
        system.processes.append(system.cluster.start(PORTAL))
        until_ready(*system.processes, within=120)
        _work(system)
        yield system


def _work(system: System) -> None:
    asked = sorted((pair for seed in SEEDS for pair in _workload(seed)), key=lambda pair: pair[0])
    size = -(-len(asked) // SLICES)
    for first in range(0, len(asked), size):
        system.cluster.produce([sent for _, sent in asked[first : first + size]])
        _until_done(system)


def _workload(seed: int) -> list[Send]:
    """Returns the simulation's messages about orders that no other seed uses."""
    return [(at, _renamed(sent, seed)) for at, sent in Workload(FaultInjector(seed)).messages()]


def _renamed(sent: Sent, seed: int) -> Sent:
    def mine(text: bytes) -> bytes:
        return text.replace(b"c-", b"c%d-" % seed).replace(b"again-", b"again%d-" % seed)

    headers = [
        (name, b"%d-%s" % (seed, value) if name == "ce_id" else value)
        for name, value in sent.headers
        if name != "ce_replyto"  # the topic has another name here, and replies may repeat
    ]
    value = None if sent.value is None else mine(sent.value)
    return Sent(sent.topic, mine(sent.key or b""), value, tuple(headers))


def _until_done(system: System) -> None:
    """Waits until everything is handled, including the messages between services."""

    def done() -> bool:
        time.sleep(LOOK_SECONDS)
        return not any(map(system.cluster.lag, STARTED))

    eventually(done, within=200)


def _restarted(system: System, *services: str) -> None:
    """Ends the processes, resets their groups' offsets, and starts new processes."""
    for process in system.processes:
        process.send(signal.SIGTERM)
    _ended(system.processes)
    for service in services:
        system.cluster.rewind(service)
    system.processes[:] = [system.cluster.start(service) for service in services]
    until_ready(*system.processes, within=120)


def _ended(processes: Sequence[ServiceProcess]) -> None:
    """Stops the processes, which finish their current batches."""
    for process in processes:
        assert process.ended(within=90) in (0, -signal.SIGTERM), process.last_words()


def _records(system: System) -> Counter[tuple[str, bytes | None, str]]:
    """Counts each message on the topics, dead letters by their origin."""
    topics = [topic.name for topic in TOPICS if topic.name != "waybill.replies"]
    read = system.cluster.read(*topics)
    return Counter((got.topic, got.key, got.headers.get("ce_id", "")) for got in read)


def _letters(system: System) -> set[tuple[str, ...]]:
    return {
        tuple(got.headers.get(f"waybill_{name}", "") for name in ("topic", "partition", "offset"))
        for got in system.cluster.read(*map(dead_letter_topic, PROCESSES))
    }


def _known(system: System) -> Everything:
    known = {service: system.cluster.everything(service) for service in PROCESSES}
    for name in HOUSEKEEPING:
        for collections in known.values():
            collections.pop(name, None)
    for request in known["payment"].get("provider_requests", {}).values():
        request.pop("done", None)  # the time of the last answer
    return known


def _documents(known: Everything) -> dict[str, int]:
    return {f"{s}.{name}": len(kept) for s, there in known.items() for name, kept in there.items()}


def test_reading_everything_again_changes_nothing(lived: System) -> None:
    known, records, letters = _known(lived), _records(lived), _letters(lived)
    assert _documents(known)["portal.orders"] > 10  # however they were batched
    assert len(letters) > 3

    _restarted(lived, *SERVICES, PORTAL)
    assert sum(map(lived.cluster.lag, STARTED)) < sum(records.values())
    _until_done(lived)
    repeats = sum(process.metric("repeats_total") for process in lived.processes)

    assert repeats > len(records) / 2, "it was all read again"
    assert _records(lived) == records
    assert _letters(lived) == letters
    again = _known(lived)
    assert _documents(again) == _documents(known)
    assert again == known


def test_read_models_made_anew_are_those_that_were_there(lived: System) -> None:
    known = _known(lived)
    assert _documents(known)["portal.orders"] > 10
    for process in lived.of(PORTAL):
        process.send(signal.SIGTERM)
        _ended([process])
        lived.processes.remove(process)

    subprocess.run(
        [sys.executable, "-m", "services.portal.rebuild"],
        env={**os.environ, **lived.cluster.environment},
        cwd=PROJECT,
        check=True,
        timeout=250,
    )

    again = _known(lived)
    assert _documents(again) == _documents(known)
    assert again == known
