"""The orders that somebody looks for, as the page's address says it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams

from services.portal.queries import PRESETS, OrderFilter, preset, span

CREATED = {name: name.replace("-", " ").capitalize() for name in PRESETS}
TEXTS = ("number", "name", "customer", "email", "customer_id")
LONGEST = 254  # characters: as long as an email may be, which is found as a whole


@dataclass(frozen=True)
class OrderSearch:
    """What is in the fields of the filter form."""

    texts: dict[str, str]
    created: str
    start: str
    end: str
    markets: tuple[str, ...]
    statuses: tuple[str, ...]
    anonymous: bool

    @classmethod
    def of(cls, query: QueryParams) -> "OrderSearch":
        """As it stands in an address."""
        return cls(
            texts={name: query.get(name, "").strip()[:LONGEST] for name in TEXTS},
            created=query.get("created", ""),
            start=query.get("start", ""),
            end=query.get("end", ""),
            markets=tuple(dict.fromkeys(query.getlist("market")))[:100],
            statuses=tuple(dict.fromkeys(query.getlist("status")))[:100],
            anonymous=query.get("anonymous") == "yes",
        )

    def address(self, **more: str) -> str:
        """The page's address: this and nothing else is looked for."""
        pairs = [(name, text) for name, text in self.texts.items() if text]
        pairs += [("created", self.created)] if self.created else []
        pairs += [(name, text) for name, text in self._days() if text]
        pairs += [("market", market) for market in self.markets]
        pairs += [("status", status) for status in self.statuses]
        pairs += [("anonymous", "yes")] if self.anonymous else []
        pairs += [(name, value) for name, value in more.items() if value]
        return f"/orders?{urlencode(pairs)}" if pairs else "/orders"

    def filter(self, zone: ZoneInfo) -> OrderFilter:
        """What to ask the read models for. Raises `Malformed` for a day that isn't one."""
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
        """Whether anything is asked for at all."""
        return self.address() != "/orders"

    def _days(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """Days count where they are asked for: a preset that was chosen before them doesn't."""
        days = self.created == "between"
        return ("start", self.start if days else ""), ("end", self.end if days else "")

    def _times(self, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
        if self.created == "between":
            return span(self.start, self.end, zone)
        if self.created:
            return preset(self.created, datetime.now(UTC), zone)
        return None, None
