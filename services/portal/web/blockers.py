"""What stands in the way, as a person reads it: with shipments' labels and places in the queue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.portal.queries.models.stock import QueuePlace
from services.portal.queries.shipment_labels import Numbers, blocker_with_labels
from shared.contracts.error_texts import Texts, said
from shared.contracts.queue_places import Before, Place, with_places
from shared.contracts.replies import Blocker

Queue = Mapping[tuple[str, str], QueuePlace]  # by shipment and article


@dataclass(frozen=True)
class Surroundings:
    """What a page knows of the order or cart that an answer is about.

    numbers  those of its shipments
    queue    where its shipments stand in the queues for stock
    """

    numbers: Numbers = field(default_factory=dict)
    queue: Queue = field(default_factory=dict)

    def say(self, blocker: Blocker, shipment_id: str, texts: Texts) -> str:
        """What happened and what to do; `shipment_id` is what was asked for, if it is one."""
        placed = with_places(blocker, self._places(shipment_id))
        return said(blocker_with_labels(placed, self.numbers), texts)

    def _places(self, shipment_id: str) -> Sequence[Place]:
        return [
            Place(sku, [Before(wait.number, wait.wanted) for wait in place.before])
            for (shipment, sku), place in self.queue.items()
            if shipment == shipment_id
        ]
