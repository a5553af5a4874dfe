"""Previews of where the goods of a command's shipments would come from.

The services that decide commands don't know the stock, so the portal tells it from its read models.
It is a preview: stock is allocated by its warehouses, later, and may have changed by then.
"""

from services.portal.queries import Queries
from services.portal.queries.models.details import OrderDetails
from services.portal.sourcing.known_stock import known_stock
from services.portal.sourcing.preview import preview
from services.portal.sourcing.wanted import Wanted, in_cart, wanted_after
from shared.contracts import Message
from shared.contracts.replies import Reply
from shared.contracts.sourcing import Sourcing
from shared.runtime.ports import Unavailable
from shared.site import Site

__all__ = ["in_cart", "sourcing_of", "with_sourcing"]


async def sourcing_of(
    wanted: list[Wanted], queries: Queries, site: Site
) -> tuple[Sourcing, ...] | None:
    """Where the goods of these shipments would come from; None if there are none.

    Raises `Unavailable`.
    """
    return preview(wanted, await known_stock(wanted, queries, site), site) if wanted else None


async def with_sourcing(reply: Reply, command: Message, queries: Queries, site: Site) -> Reply:
    """Returns the reply to a dry run with `sourcing_preview`, if the command would allocate goods.

    Without it if it would be rejected, or MongoDB can't be reached: the reply is worth more.
    """
    run = reply.dry_run
    if run is None or reply.outcome == "rejected":
        return reply
    try:
        is_order = command.topic.name.startswith("order.")
        order = await queries.orders.get(command.key) if is_order else None
        wanted = wanted_after(run, order if isinstance(order, OrderDetails) else None)
        found = await sourcing_of(wanted, queries, site)
    except Unavailable:
        return reply
    known = run.model_copy(update={"sourcing_preview": found})
    return reply.model_copy(update={"dry_run": known})
