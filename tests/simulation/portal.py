"""A process of the portal, with its read models only."""

from __future__ import annotations

from services.portal.projections.projector import Projector
from tests.simulation.host import Host, Remote
from tests.simulation.kafka import Group, Producer
from tests.simulation.member import Member
from tests.simulation.process import PACING, START, UNREAD
from tests.unit.portal.memory import MemoryStore

LANE_RECORDS = 3  # so few that the batches of a history are divided


class Portal(Member):
    """The real projector on a simulated host."""

    def __init__(self, host: Host, group: Group, store: MemoryStore) -> None:
        projector = Projector(
            Remote(store, host),  # type: ignore[arg-type]
            Remote(Producer(group.log, host.faults, host.log), host),  # type: ignore[arg-type]
            UNREAD,  # type: ignore[arg-type]
            lambda: START,
            sleep=host.pause,
            pacing=PACING,
            lane_records=LANE_RECORDS,
        )
        super().__init__(projector, host, group)
