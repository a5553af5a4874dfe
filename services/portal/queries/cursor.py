"""A place in a list, as a page names it: the last one's time and name. Nothing can move it."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

from shared.contracts import Malformed

PAGE = 50
LONGEST_PAGE = 200
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


def name_of(created: datetime, name: str) -> str:
    """The name of the place after this one."""
    since = (created - EARLIEST) // timedelta(milliseconds=1)
    return urlsafe_b64encode(f"{since} {name}".encode()).decode().rstrip("=")


def place_of(following: str) -> tuple[datetime, str]:
    """The inverse. Raises `Malformed` if it is no such name."""
    try:
        padded = following + "=" * (-len(following) % 4)
        since, _, name = urlsafe_b64decode(padded).decode().partition(" ")
        return EARLIEST + timedelta(milliseconds=int(since)), name
    except (ValueError, OverflowError):
        raise Malformed("after", "not the `after` of a page") from None
