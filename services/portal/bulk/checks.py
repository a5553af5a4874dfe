"""The dry run of an item: whether it can be done, in the words of the order page."""

from dataclasses import dataclass

from services.portal.bulk.model import Item, LeasedJob
from services.portal.command_client import CommandClient
from services.portal.queries import Queries
from services.portal.queries.models.details import OrderDetails
from services.portal.queries.shipment_labels import label
from services.portal.web.frame.blockers import PageContext, rejection_texts
from services.portal.web.frame.permissions import Permissions, actions_of
from shared.contracts.error_texts import Texts

ANSWER_SECONDS = 5.0
GONE = "This order no longer exists."


@dataclass(frozen=True)
class Outcome:
    """An item with its new state, and the cause if that is a failure."""

    item: Item
    cause: str = ""


class Checks:
    """Asks the services what is allowed, as the order page does."""

    def __init__(self, queries: Queries, commands: CommandClient, texts: Texts) -> None:
        self._queries = queries
        self._commands = commands
        self._texts = texts

    async def check(self, job: LeasedJob, item: Item) -> Outcome | None:
        """The item as possible or impossible; None if the service gave no answer.

        Raises `Unavailable` if Kafka or MongoDB can't be reached.
        """
        order = await self._queries.orders.get(item.order_id)
        if not isinstance(order, OrderDetails):
            return _impossible(item, [GONE], "gone")
        query = job.does.explain(item.order_id)
        reply = await self._commands.query(query, job.starter.actor, ANSWER_SECONDS)
        if reply is None:
            return None
        context = await self.context_of(order, per_shipment=job.does.per_shipment)
        if reply.outcome == "rejected":
            reasons = rejection_texts(reply, context, self._texts)
            return _impossible(item, reasons, reply.reason.code if reply.reason else "")
        actions = actions_of([reply])
        can = Permissions(job.starter, item.order_id, actions, self._texts, context)
        return _judged(job, item, order, can)

    async def context_of(self, order: OrderDetails, *, per_shipment: bool) -> PageContext:
        """What the order page knows beside the service's answer."""
        queue = await self._queries.stock.queue_positions(order) if per_shipment else {}
        return PageContext(order.shipment_numbers, queue)


def _judged(job: LeasedJob, item: Item, order: OrderDetails, can: Permissions) -> Outcome:
    action = job.does
    if not action.per_shipment:
        why = can.why_not(action.command, order.order_id)
        if why is None:
            return Outcome(item.model_copy(update={"state": "possible"}))
        return _impossible(item, [why], can.cause(action.command, order.order_id))
    reasons = [(s, can.why_not(action.command, s.shipment_id)) for s in order.shipments]
    able = [shipment.shipment_id for shipment, why in reasons if why is None]
    if able:
        return Outcome(item.model_copy(update={"state": "possible", "shipments": able}))
    several = len(order.shipments) > 1
    texts = [f"{label(s.number)}: {why}" if several else why for s, why in reasons if why]
    causes = {can.cause(action.command, s.shipment_id) for s in order.shipments}
    return _impossible(item, texts, " ".join(sorted(causes)))


def _impossible(item: Item, reasons: list[str], cause: str) -> Outcome:
    return Outcome(item.model_copy(update={"state": "impossible", "reasons": reasons}), cause)
