"""The faults: each kind draws its targets and duration."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from shared.contracts.topics import STARTED
from tests.chaos.engines import Member
from tests.chaos.proxy import Proxy
from tests.chaos.world import ProcessSlot, World
from tests.cluster import SESSION_MS
from tests.polling import eventually

# A full disk has an effect only when the journal needs more space.
FULL_SECONDS = 20.0
# A process that is still loading its modules isn't hit: killing it would test nothing.
UP_WITHIN = 300.0


@dataclass(frozen=True)
class Fault:
    """A fault that was drawn.

    words    describe it
    hits     its targets
    suffers  the services that have to recover
    happen   injects it, undoes it, and returns how many processes it killed
    """

    kind: str
    words: str
    hits: frozenset[str]
    suffers: tuple[str, ...]
    happen: Callable[[], int]


Draw = Callable[[World, random.Random], Fault]


def _kill(kind: str, slots: list[ProcessSlot], pause: float) -> Fault:
    def happen() -> int:
        for slot in slots:
            slot.process.kill()
        time.sleep(pause)
        for slot in slots:
            slot.start()
        eventually(lambda: all(slot.up for slot in slots), within=UP_WITHIN)
        return len(slots)

    names = [slot.name for slot in slots]
    services = tuple({slot.service for slot in slots})
    return Fault(
        kind, f"{', '.join(names)}, back in {pause:.1f} s", frozenset(names), services, happen
    )


def kill_process(world: World, draw: random.Random) -> Fault:
    """Kills one process with SIGKILL."""
    return _kill("kill a process", [draw.choice(world.slots)], draw.uniform(0, 1.5))


def kill_several(world: World, draw: random.Random) -> Fault:
    """Kills all processes of a service, or several of any, at the same time."""
    if draw.random() < 0.5:
        several = world.of(draw.choice(("order", "shipment", "portal")))
    else:
        several = draw.sample(world.slots, draw.randint(2, min(4, len(world.slots))))
    return _kill("kill several processes", several, draw.uniform(0, 1.5))


def zombie(world: World, draw: random.Random) -> Fault:
    """Freezes a process until it has lost its partitions, and resumes it."""
    slot = draw.choice(world.slots)
    seconds = SESSION_MS / 1000 + draw.uniform(0.5, 3)

    def happen() -> int:
        slot.process.send(signal.SIGSTOP)
        time.sleep(seconds)
        slot.process.send(signal.SIGCONT)
        return 0

    words = f"{slot.name} freezes for {seconds:.1f} s"
    return Fault("zombie", words, frozenset({slot.name}), (slot.service,), happen)


def clock(world: World, draw: random.Random) -> Fault:
    """Moves a process's wall clock, and back later."""
    slot = draw.choice(world.slots)
    ahead, seconds = draw.choice((-86400, -3600, -60, 60, 3600, 86400)), draw.uniform(2, 6)

    def happen() -> int:
        slot.clock.set(ahead)
        time.sleep(seconds)
        slot.clock.set(0)
        return 0

    words = f"{slot.name} is {ahead} s ahead for {seconds:.1f} s"
    return Fault("clock jump", words, frozenset({slot.name}), (slot.service,), happen)


def kill_kafka(world: World, draw: random.Random) -> Fault:
    """Kills the broker with SIGKILL."""
    pause = draw.uniform(0, 2)

    def happen() -> int:
        world.engines.broker.kill()
        time.sleep(pause)
        world.engines.broker.start()
        return 1

    words = f"back in {pause:.1f} s"
    return Fault("kill the broker", words, frozenset({"kafka"}), STARTED, happen)


def _kill_members(kind: str, world: World, whom: Callable[[], list[Member]], pause: float) -> Fault:
    def happen() -> int:
        members = whom()
        for member in members:
            member.kill()
        time.sleep(pause)
        for member in members:
            member.start()
        world.engines.primary()
        return len(members)

    return Fault(kind, f"back in {pause:.1f} s", frozenset({"mongod"}), STARTED, happen)


def kill_primary(world: World, draw: random.Random) -> Fault:
    """Kills the primary with SIGKILL, so that another member takes over."""
    pause = draw.uniform(0, 4)
    return _kill_members("kill the primary", world, lambda: [world.engines.primary()], pause)


def kill_database(world: World, draw: random.Random) -> Fault:
    """Kills every mongod with SIGKILL."""
    pause = draw.uniform(0, 2)
    return _kill_members("kill the database", world, lambda: world.engines.members, pause)


def freeze_primary(world: World, draw: random.Random) -> Fault:
    """Freezes the primary until another takes over; it resumes still believing it is primary."""
    seconds = draw.uniform(1, 6)

    def happen() -> int:
        member = world.engines.primary()
        member.freeze()
        time.sleep(seconds)
        member.thaw()
        world.engines.primary()
        return 0

    words = f"for {seconds:.1f} s"
    return Fault("freeze the primary", words, frozenset({"mongod"}), STARTED, happen)


def full_disk(world: World, draw: random.Random) -> Fault:
    """Fills the disk, makes room again, and restarts the members that ended because of it."""
    engines, pause = world.engines, draw.uniform(0, 2)

    def happen() -> int:
        engines.disk.fill()
        deadline = time.monotonic() + FULL_SECONDS
        while time.monotonic() < deadline and all(member.lives for member in engines.members):
            time.sleep(0.1)
        time.sleep(pause)
        engines.disk.empty()
        for member in engines.members:
            member.start()
        engines.primary()
        return 0

    return Fault("full disk", "of the database", frozenset({"mongod"}), STARTED, happen)


def _network(kind: str, longest: float, harm: Callable[[Proxy, float], None]) -> Draw:
    """Returns a fault of the network to an engine, which applies `harm` repeatedly."""

    def drawn(world: World, draw: random.Random) -> Fault:
        where = draw.choice(("kafka", "mongod"))
        proxies, seconds = world.engines.proxies[where], draw.uniform(0.1, longest)
        delay = draw.uniform(0.02, 0.3)

        def happen() -> int:
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                for proxy in proxies:
                    harm(proxy, delay)
                time.sleep(0.2)
            for proxy in proxies:
                proxy.flow()
            return 0

        words = f"to {where} for {seconds:.1f} s"
        return Fault(kind, words, frozenset({f"way to {where}"}), STARTED, happen)

    return drawn


def _cut(proxy: Proxy, _: float) -> None:
    proxy.cut()


def _delay(proxy: Proxy, seconds: float) -> None:
    proxy.delay(seconds)


def _stall(proxy: Proxy, _: float) -> None:
    proxy.stall()


def _lose_answers(proxy: Proxy, _: float) -> None:
    """The engine executes requests, but clients lose the connection before the answer."""
    proxy.stall(answers_only=True)
    time.sleep(0.2)
    proxy.cut()
    proxy.flow()


connections_cut = _network("connections cut", 1.5, _cut)
connections_delayed = _network("connections delayed", 5, _delay)
connections_stalled = _network("connections stalled", 8, _stall)
answers_lost = _network("answers lost", 2, _lose_answers)

KINDS: dict[Draw, float] = {
    kill_process: 10,
    kill_several: 5,
    zombie: 1.5,
    clock: 1,
    kill_kafka: 1,
    kill_primary: 3,
    kill_database: 1,
    freeze_primary: 1,
    full_disk: 0.5,
    connections_cut: 1,
    connections_delayed: 1,
    connections_stalled: 1,
    answers_lost: 1,
}


def possible(world: World) -> dict[Draw, float]:
    """Returns the kinds that are possible on this machine."""
    missing = {
        clock: not world.clocks.there,
        full_disk: not world.engines.disk.mounted,
    }
    return {kind: weight for kind, weight in KINDS.items() if not missing.get(kind)}
