"""The figures of the home page."""

from datetime import datetime

from pydantic import BaseModel


class Hour(BaseModel):
    """So many in the hour that begins at `hour`."""

    hour: datetime
    number: int


class Age(BaseModel):
    """So many that are older than the age before and at most `up_to_hours` old; None: any age."""

    up_to_hours: int | None
    number: int


class DashboardFigures(BaseModel):
    """The home page: today in the zone that was asked for, the last 24 hours, and what waits.

    placed_today   orders created since midnight
    placed         orders created, by hour, of the last 24 hours
    shipped        shipments that have shipped, by hour, of the last 24 hours
    awaiting       shipments that await inventory, by age
    held           orders on hold, by age
    """

    placed_today: int
    placed: list[Hour]
    shipped: list[Hour]
    awaiting: list[Age]
    held: list[Age]
