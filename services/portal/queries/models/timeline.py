"""What happened to an order."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel


class Entry(BaseModel):
    """Something that happened to an order.

    entry    its name, for `order as of`
    what     in words; `why` where somebody gave a reason
    cause    the message that made it happen: its id, its type where that is known, its entry
             where it is one of this timeline
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
