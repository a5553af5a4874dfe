"""A process of the portal, as far as its read models go."""

from __future__ import annotations

from collections.abc import Callable

from services.portal.projecting.projector import Projector
from tests.simulation.host import Host, Remote
from tests.simulation.kafka import Group, Log, Producer
from tests.simulation.member import Member
from tests.simulation.process import START, UNREAD
from tests.simulation.weather import Weather
from tests.unit.portal.memory import MemoryStore


class Portal(Member):
    """The real projector on a host that fails."""

    def __init__(
        self,
        name: str,
        group: Group,
        log: Log,
        weather: Weather,
        store: MemoryStore,
        tell: Callable[[str, str], None],
    ) -> None:
        def mine(words: str) -> None:
            tell(name, words)

        host = Host(name, weather, mine)
        projector = Projector(
            Remote(store, host),  # type: ignore[arg-type]
            Remote(Producer(log, weather, mine), host),  # type: ignore[arg-type]
            UNREAD,  # type: ignore[arg-type]
            lambda: START,
            sleep=host.pause,
        )
        super().__init__(projector, host, group, log, weather, mine)
