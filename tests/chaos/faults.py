"""What goes wrong: each kind draws whom it hits and for how long, and then does it."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from shared.contracts.topics import PROCESSES
from tests.chaos.engines import Member
from tests.chaos.proxy import Proxy
from tests.chaos.world import Place, World
from tests.cluster import SESSION_MS
from tests.polling import eventually

# A disk that is full is noticed when the journal wants room.
FULL_SECONDS = 20.0
# A process that is loading its modules does no harm when it is killed, so it isn't hit meanwhile.
UP_WITHIN = 300.0


@dataclass(frozen=True)
class Fault:
    """Something that is about to happen: `words` say what, `hits` whom.

    `happen` returns when everything is as before, and how many processes it has killed; `suffers`
    names the services that have to come round then.
    """

    kind: str
    words: str
    hits: frozenset[str]
    suffers: tuple[str, ...]
    happen: Callable[[], int]


Draw = Callable[[World, random.Random], Fault]


def _kill(kind: str, places: list[Place], pause: float) -> Fault:
    def happen() -> int:
        for place in places:
            place.process.kill()
        time.sleep(pause)
        for place in places:
            place.start()
        eventually(lambda: all(place.up for place in places), within=UP_WITHIN)
        return len(places)

    names = [place.name for place in places]
    services = tuple({place.service for place in places})
    return Fault(
        kind, f"{', '.join(names)}, back in {pause:.1f} s", frozenset(names), services, happen
    )


def kill_process(world: World, draw: random.Random) -> Fault:
    """kill -9 of one process."""
    return _kill("kill a process", [draw.choice(world.places)], draw.uniform(0, 1.5))


def kill_several(world: World, draw: random.Random) -> Fault:
    """kill -9 of all processes of a service, or of some of any, at the same moment."""
    if draw.random() < 0.5:
        several = world.of(draw.choice(("order", "shipment", "portal")))
    else:
        several = draw.sample(world.places, draw.randint(2, min(4, len(world.places))))
    return _kill("kill several processes", several, draw.uniform(0, 1.5))


def zombie(world: World, draw: random.Random) -> Fault:
    """A process stands still until its partitions are somebody else's, and wakes up."""
    place = draw.choice(world.places)
    seconds = SESSION_MS / 1000 + draw.uniform(0.5, 3)

    def happen() -> int:
        place.process.send(signal.SIGSTOP)
        time.sleep(seconds)
        place.process.send(signal.SIGCONT)
        return 0

    words = f"{place.name} stands still for {seconds:.1f} s"
    return Fault("zombie", words, frozenset({place.name}), (place.service,), happen)


def clock(world: World, draw: random.Random) -> Fault:
    """A process's wall clock jumps, and back again later."""
    place = draw.choice(world.places)
    ahead, seconds = draw.choice((-86400, -3600, -60, 60, 3600, 86400)), draw.uniform(2, 6)

    def happen() -> int:
        place.clock.set(ahead)
        time.sleep(seconds)
        place.clock.set(0)
        return 0

    words = f"{place.name} is {ahead} s ahead for {seconds:.1f} s"
    return Fault("clock jump", words, frozenset({place.name}), (place.service,), happen)


def kill_kafka(world: World, draw: random.Random) -> Fault:
    """kill -9 of the broker."""
    pause = draw.uniform(0, 2)

    def happen() -> int:
        world.stage.broker.kill()
        time.sleep(pause)
        world.stage.broker.start()
        return 1

    words = f"back in {pause:.1f} s"
    return Fault("kill the broker", words, frozenset({"kafka"}), PROCESSES, happen)


def _kill_members(kind: str, world: World, whom: Callable[[], list[Member]], pause: float) -> Fault:
    def happen() -> int:
        members = whom()
        for member in members:
            member.kill()
        time.sleep(pause)
        for member in members:
            member.start()
        world.stage.primary()
        return len(members)

    return Fault(kind, f"back in {pause:.1f} s", frozenset({"mongod"}), PROCESSES, happen)


def kill_primary(world: World, draw: random.Random) -> Fault:
    """kill -9 of the primary: another one takes over."""
    pause = draw.uniform(0, 4)
    return _kill_members("kill the primary", world, lambda: [world.stage.primary()], pause)


def kill_database(world: World, draw: random.Random) -> Fault:
    """kill -9 of every mongod."""
    pause = draw.uniform(0, 2)
    return _kill_members("kill the database", world, lambda: world.stage.members, pause)


def freeze_primary(world: World, draw: random.Random) -> Fault:
    """The primary stands still, another one takes over, and it wakes up thinking that it is one."""
    seconds = draw.uniform(1, 6)

    def happen() -> int:
        member = world.stage.primary()
        member.freeze()
        time.sleep(seconds)
        member.thaw()
        world.stage.primary()
        return 0

    words = f"for {seconds:.1f} s"
    return Fault("freeze the primary", words, frozenset({"mongod"}), PROCESSES, happen)


def full_disk(world: World, draw: random.Random) -> Fault:
    """There is no room for the journal; then there is, and what died of it is started again."""
    stage, pause = world.stage, draw.uniform(0, 2)

    def happen() -> int:
        stage.disk.fill()
        deadline = time.monotonic() + FULL_SECONDS
        while time.monotonic() < deadline and all(member.lives for member in stage.members):
            time.sleep(0.1)
        time.sleep(pause)
        stage.disk.empty()
        for member in stage.members:
            member.start()
        stage.primary()
        return 0

    return Fault("full disk", "of the database", frozenset({"mongod"}), PROCESSES, happen)


def _network(kind: str, longest: float, harm: Callable[[Proxy, float], None]) -> Draw:
    """Something that happens on the way to an engine; `harm` is done to it every so often."""

    def drawn(world: World, draw: random.Random) -> Fault:
        where = draw.choice(("kafka", "mongod"))
        proxies, seconds = world.stage.proxies[where], draw.uniform(0.1, longest)
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
        return Fault(kind, words, frozenset({f"way to {where}"}), PROCESSES, happen)

    return drawn


def _cut(proxy: Proxy, _: float) -> None:
    proxy.cut()


def _delay(proxy: Proxy, seconds: float) -> None:
    proxy.delay(seconds)


def _stall(proxy: Proxy, _: float) -> None:
    proxy.stall()


def _lose_answers(proxy: Proxy, _: float) -> None:
    """What was asked is done; whoever asked loses the connection, not knowing that it was."""
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
    """The kinds that this machine allows."""
    missing = {
        clock: not world.clocks.there,
        full_disk: not world.stage.disk.mounted,
    }
    return {kind: weight for kind, weight in KINDS.items() if not missing.get(kind)}
