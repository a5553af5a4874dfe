"""The search of the order list, as the page's address holds it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams

from services.portal.queries import PRESETS, OrderFilter, preset, span

CREATED = {name: name.replace("-", " ").capitalize() for name in PRESETS}
TEXTS = ("number", "name", "customer", "email", "customer_id")
LONGEST = 254  # characters: the maximum length of an email, which is compared as a whole


@dataclass(frozen=True)
class OrderSearch:
    """The fields of the filter form."""

    texts: dict[str, Any]
    created: str
    start: str
    end: str
    markets: tuple[str, ...]
    statuses: tuple[str, ...]
    anonymous: bool

    @classmethod
    def of(cls, query: QueryParams) -> "OrderSearch":
        """Parses the query of an address."""
        return cls(
            texts={name: query.get(name, "").strip()[:LONGEST] for name in TEXTS},
            created=query.get("created", ""),
            start=query.get("start", ""),
            end=query.get("end", ""),
            markets=tuple(dict.fromkeys(query.getlist("market")))[:100],
            statuses=tuple(dict.fromkeys(query.getlist("status")))[:100],
            anonymous=query.get("anonymous") == "yes",
        )

    def address(self, **more: str | int) -> str:
        """The address of the page with this search; `more` adds parameters."""
        pairs = [(name, text) for name, text in self.texts.items() if text]
        pairs += [("created", self.created)] if self.created else []
        pairs += [(name, text) for name, text in self._days() if text]
        pairs += [("market", market) for market in self.markets]
        pairs += [("status", status) for status in self.statuses]
        pairs += [("anonymous", "yes")] if self.anonymous else []
        pairs += [(name, str(value)) for name, value in more.items() if value]
        return f"/orders?{urlencode(pairs)}" if pairs else "/orders"

    def filter(self, zone: ZoneInfo) -> OrderFilter:
        """The filter for the query. Raises `Malformed` for an invalid day."""
        since, before = self._times(zone)
        return OrderFilter(
            **self.texts,
            since=since,
            before=before,
            markets=self.markets,
            statuses=self.statuses,
            anonymous=self.anonymous,
        )

    @property
    def narrow(self) -> bool:
        """Whether any filter is set."""
        return self.address() != "/orders"

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
