"""The commands of an item, and their results.

The id of each command follows from the job, the order and the shipment. Whoever sends it again,
after a crash or a takeover, gets the result of the first one, and nothing happens twice.
"""

from services.portal.bulk.checks import Checks, Outcome
from services.portal.bulk.model import Item, LeasedJob, State
from services.portal.command_client import CommandClient
from services.portal.queries import Queries
from services.portal.queries.models.details import OrderDetails
from services.portal.queries.shipment_labels import label
from services.portal.web.frame.blockers import rejection_texts
from services.portal.web.frame.permissions import NO_CONTEXT
from shared.contracts.error_texts import Texts
from shared.contracts.replies import Reply


class Execution:
    """Sends the commands of items, for the person who started the job."""

    def __init__(
        self, queries: Queries, commands: CommandClient, checks: Checks, texts: Texts, wait: float
    ) -> None:
        self._queries = queries
        self._commands = commands
        self._checks = checks
        self._texts = texts
        self._wait = wait

    async def carry_out(self, job: LeasedJob, item: Item) -> Outcome | None:
        """The item with the result of its commands; None if one has no result yet: send it again.

        Raises `Unavailable` if Kafka or MongoDB can't be reached.
        """
        replies: list[tuple[str, Reply]] = []
        for shipment_id in item.shipments or [""]:
            command = job.does.message(item.order_id, shipment_id, job.reason)
            submission = await self._commands.submit(
                command,
                job.starter.actor,
                wait=self._wait,
                key=f"{job.job_id} {item.order_id} {shipment_id}",
            )
            if submission.reply is None:
                return None
            replies.append((shipment_id, submission.reply))
        rejected = [(id_, reply) for id_, reply in replies if reply.outcome == "rejected"]
        if not rejected:
            return Outcome(item.model_copy(update={"state": "accepted", "reasons": []}))
        state: State = "rejected" if len(rejected) == len(replies) else "partly"
        reasons = await self._reasons(job, item, rejected)
        causes = sorted({reply.reason.code for _, reply in rejected if reply.reason})
        update = {"state": state, "reasons": reasons}
        return Outcome(item.model_copy(update=update), " ".join(causes))

    async def _reasons(
        self, job: LeasedJob, item: Item, rejected: list[tuple[str, Reply]]
    ) -> list[str]:
        order = await self._queries.orders.get(item.order_id)
        context = NO_CONTEXT
        if isinstance(order, OrderDetails):
            context = await self._checks.context_of(order, per_shipment=job.does.per_shipment)
        reasons: list[str] = []
        for shipment_id, reply in rejected:
            texts = rejection_texts(reply, context, self._texts, shipment_id)
            named = shipment_id and len(context.numbers) > 1
            prefix = f"{label(context.numbers.get(shipment_id))}: " if named else ""
            reasons += [prefix + text for text in texts]
        return reasons
