"""Which facts are too old to be told.

A service that starts for the first time, or again after its database was lost, reads all facts that
the topics still have. Nobody wants mail about an order of last month.
"""

from datetime import datetime, timedelta

from shared.contracts.orders import Placed
from shared.runtime.decider import Context

TOLD_WITHIN = timedelta(days=3)
IMPORTED_AFTER = timedelta(days=30)


def happened_at(context: Context) -> datetime:
    """When the fact was recorded; the time of the decision if its envelope doesn't say."""
    try:
        when = datetime.fromisoformat(context.sent or "")
    except ValueError:
        return context.now
    return when if when.tzinfo else context.now


def is_recent(context: Context) -> bool:
    """Whether the fact is young enough to be told."""
    return context.now - happened_at(context) <= TOLD_WITHIN


def is_imported(fact: Placed, context: Context) -> bool:
    """Whether an order was long over when it was placed here: history from another system."""
    return happened_at(context) - fact.converted_at > IMPORTED_AFTER
