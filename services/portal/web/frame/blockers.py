"""Texts of blockers for people, with shipment labels and queue positions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.portal.i18n import _
from services.portal.queries.models.stock import QueuePosition
from services.portal.queries.shipment_labels import Numbers, blocker_with_labels
from shared.contracts.error_texts import Texts, said
from shared.contracts.queue_places import Before, Place, with_places
from shared.contracts.replies import Blocker, Reply

Queue = Mapping[tuple[str, str], QueuePosition]  # by shipment id and SKU


@dataclass(frozen=True)
class PageContext:
    """What a page knows about the order or cart that a reply is about.

    numbers   the numbers of its shipments, by id
    queue     the positions of its shipments in the queues for stock
    order_id  the order, if the page is an order's
    """

    numbers: Numbers = field(default_factory=dict)
    queue: Queue = field(default_factory=dict)
    order_id: str = ""

    def text(self, blocker: Blocker, shipment_id: str, texts: Texts) -> str:
        """The text of a blocker, with its remedy. `shipment_id` is the command's, if it has one."""
        with_queue = with_places(blocker, self._positions(shipment_id))
        return said(blocker_with_labels(with_queue, self.numbers), texts)

    def _positions(self, shipment_id: str) -> Sequence[Place]:
        return [
            Place(sku, [Before(wait.number, wait.wanted) for wait in position.before])
            for (shipment, sku), position in self.queue.items()
            if shipment == shipment_id
        ]


def rejection_texts(
    reply: Reply, context: PageContext, texts: Texts, shipment_id: str = ""
) -> list[str]:
    """The reasons for a rejection, each with its remedy."""
    if reply.reason is None:
        return [_("No reason was given.")]
    lines = [context.text(blocker, shipment_id, texts) for blocker in reply.reason.blockers]
    return lines or [reply.reason.message]
