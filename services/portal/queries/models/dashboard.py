"""The counts on the home page's dashboard."""

from datetime import datetime

from pydantic import BaseModel


class Hour(BaseModel):
    """The count for the hour that begins at `hour`."""

    hour: datetime
    number: int


class Age(BaseModel):
    """The count of those above the previous limit and at most `up_to_hours` old; None: no limit.

    `oldest` is the time of the oldest of them.
    """

    up_to_hours: int | None
    number: int
    oldest: datetime | None = None


class Bucket(BaseModel):
    """The count of an hour or a day that begins at `start`."""

    start: datetime
    number: int


class Charts(BaseModel):
    """Orders placed and shipments shipped in a period; `any_orders` is false in a new system."""

    placed: list[Bucket]
    shipped: list[Bucket]
    any_orders: bool


class DashboardFigures(BaseModel):
    """The dashboard: today in the requested zone, the last 24 hours, and what waits.

    placed_today   orders created since midnight
    placed         orders created in the last 24 hours, by hour
    shipped        shipments shipped in the last 24 hours, by hour
    awaiting       shipments that await inventory, by age
    held           orders on hold, by age
    released       shipments that nobody packs yet, by age
    packing        shipments that are being packed, by age
    review         orders with a hold whose review date has passed, by the age of that date
    owed           orders that aren't paid in full, by the age of the order
    failed         orders with a failed payment or an expired authorization, by its age
    expiring       orders with an authorization that expires soon, by the time since it did
    pending        orders with a request that isn't answered yet, by its age

    returns_expected  returns whose goods haven't all arrived, by the time since when
    returns_arrived   returns to be completed, by the time since when all goods are there

    Each of them counts the oldest 2,000.
    """

    placed_today: int
    placed: list[Hour]
    shipped: list[Hour]
    awaiting: list[Age]
    held: list[Age]
    released: list[Age] = []
    packing: list[Age] = []
    review: list[Age] = []
    owed: list[Age] = []
    failed: list[Age] = []
    expiring: list[Age] = []
    pending: list[Age] = []
    returns_expected: list[Age] = []
    returns_arrived: list[Age] = []
