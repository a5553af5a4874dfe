"""The search of the order list, as the page's address holds it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams

from services.portal.i18n import N_
from services.portal.projections.needs import EXPIRING, FAILED, OWED, PENDING
from services.portal.queries import OrderFilter, preset, span
from services.portal.queries.sorting import Sorting, sorting_of

CREATED = {
    "today": N_("Today"),
    "yesterday": N_("Yesterday"),
    "last-7-days": N_("Last 7 days"),
    "last-30-days": N_("Last 30 days"),
    "this-month": N_("This month"),
    "last-month": N_("Last month"),
}
TEXTS = ("number", "name", "customer", "email", "customer_id", "sku", "tracking", "reference")
FLAGS = ("anonymous", "waiting")
# What orders may need of somebody, as a page calls it.
NEEDS = {
    OWED: N_("Not paid in full"),
    FAILED: N_("A payment failed"),
    EXPIRING: N_("An authorization expires soon"),
    PENDING: N_("A request is not answered yet"),
}
LONGEST = 254  # characters: the maximum length of an email, which is compared as a whole
ADDRESS = "/orders"


@dataclass(frozen=True)
class OrderSearch:
    """The search box, the fields of the filter form, the sorting, and the columns of a view."""

    q: str
    texts: dict[str, str]
    created: str
    start: str
    end: str
    markets: tuple[str, ...]
    statuses: tuple[str, ...]
    flags: frozenset[str]
    needs: str
    sort: str
    columns: str

    @classmethod
    def of(cls, query: QueryParams) -> "OrderSearch":
        """Parses the query of an address."""
        return cls(
            q=query.get("q", "").strip()[:LONGEST],
            texts={name: query.get(name, "").strip()[:LONGEST] for name in TEXTS},
            created=query.get("created", ""),
            start=query.get("start", ""),
            end=query.get("end", ""),
            markets=tuple(dict.fromkeys(query.getlist("market")))[:100],
            statuses=tuple(dict.fromkeys(query.getlist("status")))[:100],
            flags=frozenset(name for name in FLAGS if query.get(name) == "yes"),
            needs=query["needs"] if query.get("needs") in NEEDS else "",
            sort=query.get("sort", ""),
            columns=query.get("columns", "")[:LONGEST],
        )

    @classmethod
    def of_text(cls, query: str) -> "OrderSearch":
        """Parses a query as a text: `status=OnHold&sort=oldest`."""
        return cls.of(QueryParams(parse_qsl(query)))

    @property
    def query(self) -> str:
        """The query of the address, in one form for one search."""
        pairs = [("sort", self.sort)] if self.sort not in ("", "newest") else []
        pairs += [("columns", self.columns)] if self.columns else []
        return urlencode([*self._filters(), *pairs])

    def address(self, page: str = ADDRESS, **more: str | int) -> str:
        """The address of the page with this search; `more` adds parameters."""
        added = urlencode([(name, str(value)) for name, value in more.items() if value])
        query = "&".join(filter(None, (self.query, added)))
        return f"{page}?{query}" if query else page

    def sorted_by(self, name: str) -> "OrderSearch":
        """The same search, sorted otherwise."""
        return replace(self, sort=name)

    def filter(self, zone: ZoneInfo) -> OrderFilter:
        """The filter for the query. Raises `Malformed` for an invalid day."""
        since, before = self._times(zone)
        return OrderFilter(
            number=self.texts["number"],
            name=self.texts["name"],
            customer=self.texts["customer"],
            email=self.texts["email"],
            customer_id=self.texts["customer_id"],
            sku=self.texts["sku"],
            tracking=self.texts["tracking"],
            reference=self.texts["reference"],
            since=since,
            before=before,
            markets=self.markets,
            statuses=self.statuses,
            anonymous="anonymous" in self.flags,
            waiting="waiting" in self.flags,
            needs=self.needs,
        )

    @property
    def sorting(self) -> Sorting:
        """The sorting; that by number is for the whole list. Raises `Malformed`."""
        found = sorting_of(self.sort)
        return replace(found, by_number=False) if self.narrow else found

    @property
    def narrow(self) -> bool:
        """Whether any filter is set, or a text searched for."""
        return bool(self._filters())

    @property
    def filters_set(self) -> int:
        """How many fields of the filter form are set."""
        return len({name for name, _ in self._filters()} - {"q", "start", "end"})

    def _filters(self) -> list[tuple[str, str]]:
        pairs = [("q", self.q)] if self.q else []
        pairs += [(name, text) for name, text in self.texts.items() if text]
        pairs += [("created", self.created)] if self.created else []
        pairs += [(name, text) for name, text in self._days() if text]
        pairs += [("market", market) for market in self.markets]
        pairs += [("status", status) for status in self.statuses]
        pairs += [("needs", self.needs)] if self.needs else []
        return pairs + [(name, "yes") for name in FLAGS if name in self.flags]

    def _days(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """Start and end, which apply only if the preset "between" is selected."""
        days = self.created == "between"
        return ("start", self.start if days else ""), ("end", self.end if days else "")

    def _times(self, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
        if self.created == "between":
            return span(self.start, self.end, zone)
        if self.created:
            return preset(self.created, datetime.now(UTC), zone)
        return None, None
