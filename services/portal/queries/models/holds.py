"""The list of holds."""

from pydantic import BaseModel

from services.portal.queries.models.details import Hold


class HeldOrder(BaseModel):
    """A hold and its order; `overdue` if its review date has passed."""

    order_id: str
    number: str
    customer: str | None
    market: str
    hold: Hold
    overdue: bool


class HoldPage(BaseModel):
    """Holds: first those whose review date has passed, then the oldest; `more` if some are left
    out.
    """

    holds: list[HeldOrder]
    more: bool
