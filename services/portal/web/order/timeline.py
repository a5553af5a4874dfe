"""The timeline as its page shows it: by day, by kind, some entries at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from services.portal.i18n import N_
from services.portal.queries.activity import ACTIVITY, NOTE
from services.portal.queries.models.timeline import Entry
from services.portal.web.frame.formats import account

# Entries that are shown at first; the rest is a click away.
ENTRIES = 50
KINDS = {
    "all": N_("All"),
    "people": N_("People"),
    "money": N_("Money"),
    "parcels": N_("Parcels"),
    "messages": N_("Messages"),
}
_ICONS = {
    "order": "receipt",
    "payment": "cash",
    "shipment": "truck",
    "stock": "package",
    "cart": "shopping-cart",
}


@dataclass(frozen=True, slots=True)
class Item:
    """An entry with its icon; `begins_day` marks the first one of a day."""

    entry: Entry
    icon: str
    begins_day: bool


@dataclass(frozen=True, slots=True)
class TimelinePart:
    """Some entries, newest first. `left` is the number of older ones, `counts` that of each kind.

    `end` is where the next part begins.
    """

    items: list[Item]
    kind: str
    counts: dict[str, int]
    end: int
    left: int


def part_of(
    entries: Sequence[Entry], kind: str, zone: ZoneInfo, begin: int = 0, most: int | None = ENTRIES
) -> TimelinePart:
    """The entries of a kind from `begin` on, at most `most`; `entries` are in order of time."""
    kind = kind if kind in KINDS else "all"
    kinds = [(entry, kinds_of(entry)) for entry in reversed(entries)]
    counts = {name: sum(name in each for _, each in kinds) for name in KINDS}
    wanted = [entry for entry, each in kinds if kind in each]
    end = len(wanted) if most is None else min(begin + most, len(wanted))
    items = list(_items(wanted, begin, end, zone))
    return TimelinePart(items, kind, counts, end, len(wanted) - end)


def kinds_of(entry: Entry) -> set[str]:
    """The kinds that an entry is shown with.

    `messages` are what only the services tell each other; `people` is what somebody did.
    """
    found = {"all"}
    if account(entry.who):
        found.add("people")
    if entry.service == "payment":
        found.add("money")
    elif entry.service in ("shipment", "stock"):
        found.add("parcels")
    if entry.service != "cart" and entry.type not in (NOTE, *ACTIVITY):
        found.add("messages")
    return found


def _items(wanted: Sequence[Entry], begin: int, end: int, zone: ZoneInfo) -> Iterator[Item]:
    for n in range(begin, end):
        entry = wanted[n]
        day = entry.at.astimezone(zone).date()
        first = n == 0 or wanted[n - 1].at.astimezone(zone).date() != day
        icon = "note" if entry.type == NOTE else _ICONS.get(entry.service, "receipt")
        yield Item(entry, icon, first)
