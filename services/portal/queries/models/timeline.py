"""The timeline of an order."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel


class Entry(BaseModel):
    """An event of an order.

    entry    the id of the entry, for `order as of`
    what     the event as text; `why` is the reason, if one was given
    cause    the id of the message that caused the event, with its type and entry if it is part of
             this timeline
    """

    entry: str
    at: datetime
    service: str
    version: int
    type: str
    who: str | None
    what: str
    why: str | None
    cause: str | None
    cause_type: str | None
    cause_entry: str | None
    correlation: str | None
    message_id: str
    data: dict[str, Any]
