"""Keyset cursors: a position in a list, named by the sort key of the last row before it.

New rows don't move such a position.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

from services.portal.queries.sorting import Place
from shared.contracts import Malformed

PAGE = 50
LONGEST_PAGE = 200
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


def encode_cursor(created: datetime, name: str) -> str:
    """The cursor of the position after the row with this time and name."""
    since = (created - EARLIEST) // timedelta(milliseconds=1)
    return urlsafe_b64encode(f"{since} {name}".encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> Place:
    """The inverse of `encode_cursor`. Raises `Malformed` for anything else."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        since, _, name = urlsafe_b64decode(padded).decode().partition(" ")
        return EARLIEST + timedelta(milliseconds=int(since)), name
    except (ValueError, OverflowError):
        raise Malformed("after", "isn't the position of a page; open the list again") from None
