"""The counts on the home page's dashboard."""

from datetime import datetime

from pydantic import BaseModel


class Hour(BaseModel):
    """The count for the hour that begins at `hour`."""

    hour: datetime
    number: int


class Age(BaseModel):
    """The count of those above the previous limit and at most `up_to_hours` old; None: no limit."""

    up_to_hours: int | None
    number: int


class DashboardFigures(BaseModel):
    """The dashboard: today in the requested zone, the last 24 hours, and what waits.

    placed_today   orders created since midnight
    placed         orders created in the last 24 hours, by hour
    shipped        shipments shipped in the last 24 hours, by hour
    awaiting       shipments that await inventory, by age
    held           orders on hold, by age
    """

    placed_today: int
    placed: list[Hour]
    shipped: list[Hour]
    awaiting: list[Age]
    held: list[Age]
