"""Completes a line that gives only the SKU of its article with name and price from the catalog.

A service that adds lines, to carts or to orders, declares `TABLE`, looks up `variant_lookups`, and
takes name and price from `name_and_price`.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Protocol

from shared.contracts.catalog import Variant
from shared.contracts.error_texts import blocker
from shared.contracts.money import zero
from shared.contracts.replies import Blocker
from shared.runtime.decider import refuse
from shared.runtime.decider.tables import Table

TABLE = Table("variant", Variant)


class CatalogLine(Protocol):
    """A command that adds a line for an article."""

    @property
    def sku(self) -> str:
        """The article's SKU."""

    @property
    def name(self) -> str | None:
        """The article's name; None for the catalog's."""

    @property
    def placed_price(self) -> Decimal | None:
        """The price of one unit; None for the catalog's."""


def variant_lookups(line: CatalogLine, _: Any = None) -> Iterable[str]:
    """The key of the article in the catalog; none if the line gives name and price."""
    complete = line.name is not None and line.placed_price is not None
    return () if complete else (_key(line.sku),)


def name_and_price(
    line: CatalogLine, market: str, currency: str, known: Mapping[str, Any]
) -> tuple[str, Decimal]:
    """The line's name and unit price in `currency`, as given or else from the catalog.

    `known` is `Context.known`. Raises `Rejected` if the catalog lacks what the line doesn't give.
    """
    refuse(why_not_in_catalog(line, market, currency, known))
    name, price = line.name, line.placed_price
    if name is None or price is None:
        variant: Variant = known[_key(line.sku)]
        name = name or variant.name
        price = variant.prices[market] if price is None else price
    return name, price


def why_not_in_catalog(
    line: CatalogLine, market: str, currency: str, known: Mapping[str, Any]
) -> tuple[Blocker, ...]:
    """Why the catalog can't complete the line; nothing if it can."""
    if line.name is not None and line.placed_price is not None:
        return ()
    variant: Variant | None = known.get(_key(line.sku))
    if variant is None:
        missing = [field for field in ("name", "placed_price") if getattr(line, field) is None]
        key = "not-in-catalog.removed" if _key(line.sku) in known else "not-in-catalog"
        return (blocker(key, sku=line.sku, missing=" and ".join(missing)),)
    if line.placed_price is not None:
        return ()
    blockers = _why_no_price(variant, market, currency)
    if variant.discontinued:
        blockers = (blocker("discontinued", sku=line.sku), *blockers)
    return blockers


def _why_no_price(variant: Variant, market: str, currency: str) -> tuple[Blocker, ...]:
    price = variant.prices.get(market)
    if price is None:
        return (blocker("no-price", sku=variant.sku, market=market),)
    if not price.same_quantum(zero(currency)):
        facts = {"sku": variant.sku, "market": market, "currency": currency}
        return (blocker("no-price.currency", price=f"{price:f}", **facts),)
    return ()


def _key(sku: str) -> str:
    return f"{TABLE.name}/{sku}"
