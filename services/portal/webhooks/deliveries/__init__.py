"""Deliveries in MongoDB: in order for each key of a subscription, leased, kept for a while.

A lane is what has to stay in order: the deliveries of one subscription about one key (an order). It
knows when it is due and who works on it. A process works on a lane while it holds its lease, and
writes results only with the lease's token. So one that was slow changes nothing once another has
taken over; the receiver may get an event twice then, with the same id.
"""

from services.portal.webhooks.deliveries.collections import DELIVERIES, LANES, Document
from services.portal.webhooks.deliveries.intake import Intake, Overtaken
from services.portal.webhooks.deliveries.leases import LEASE, Lane, Leases
from services.portal.webhooks.deliveries.log import Log

__all__ = ["DELIVERIES", "LANES", "LEASE", "Deliveries", "Document", "Lane", "Overtaken"]


class Deliveries(Intake, Leases, Log):
    """All that is done with deliveries."""
