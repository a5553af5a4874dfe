"""The faults, in the order in which the drill causes them.

Those whose alerts clear slowly come first, so that the others happen meanwhile.
"""

from tests.alerts.fault import Fault
from tests.alerts.faults.database import FrozenDatabase, FullDisk
from tests.alerts.faults.kafka import FrozenKafka
from tests.alerts.faults.payments import DecliningProvider, SilentProvider
from tests.alerts.faults.receivers import RefusingMailServer, RefusingReceiver
from tests.alerts.faults.services import DyingService, FrozenService
from tests.alerts.faults.topics import ForeignPartitioner, UnreadableRecord

FAULTS: tuple[type[Fault], ...] = (
    UnreadableRecord,
    RefusingMailServer,
    FullDisk,
    RefusingReceiver,
    SilentProvider,
    DecliningProvider,
    FrozenService,
    FrozenKafka,
    FrozenDatabase,
    ForeignPartitioner,
    DyingService,
)
