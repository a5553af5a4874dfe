"""What the catalog adds to a line that names its article by the SKU alone.

For whoever adds lines, to carts or to orders: declare `TABLE`, look up `looked_up`, and take name
and price from `completed`.
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


class Named(Protocol):
    """A command that names an article."""

    @property
    def sku(self) -> str:
        """Which one."""

    @property
    def name(self) -> str | None:
        """What it is called; None: as in the catalog."""

    @property
    def placed_price(self) -> Decimal | None:
        """What a piece of it costs; None: as in the catalog."""


def variant_lookups(line: Named, _: Any = None) -> Iterable[str]:
    """The article in the catalog, unless the line says everything itself."""
    complete = line.name is not None and line.placed_price is not None
    return () if complete else (_key(line.sku),)


def completed(
    line: Named, market: str, currency: str, known: Mapping[str, Any]
) -> tuple[str, Decimal]:
    """The line's name, and the price of a piece in `currency`; what is given wins.

    `known` is the context's. Raises `Rejected` if the catalog hasn't what isn't given.
    """
    refuse(why_no_article(line, market, currency, known))
    name, price = line.name, line.placed_price
    if name is None or price is None:
        variant: Variant = known[_key(line.sku)]
        name = name or variant.name
        price = variant.prices[market] if price is None else price
    return name, price


def why_no_article(
    line: Named, market: str, currency: str, known: Mapping[str, Any]
) -> tuple[Blocker, ...]:
    """Why what the line leaves out can't be taken from the catalog; nothing if it can."""
    if line.name is not None and line.placed_price is not None:
        return ()
    variant: Variant | None = known.get(_key(line.sku))
    if variant is None:
        wanted = [field for field in ("name", "placed_price") if getattr(line, field) is None]
        key = "not-in-catalog.removed" if _key(line.sku) in known else "not-in-catalog"
        return (blocker(key, sku=line.sku, missing=" and ".join(wanted)),)
    if line.placed_price is not None:
        return ()
    found = _why_no_price(variant, market, currency)
    if variant.discontinued:
        found = (blocker("discontinued", sku=line.sku), *found)
    return found


def _why_no_price(variant: Variant, market: str, currency: str) -> tuple[Blocker, ...]:
    price = variant.prices.get(market)
    if price is None:
        return (blocker("no-price", sku=variant.sku, market=market),)
    if not price.same_quantum(zero(currency)):
        told = {"sku": variant.sku, "market": market, "currency": currency}
        return (blocker("no-price.currency", price=f"{price:f}", **told),)
    return ()


def _key(sku: str) -> str:
    return f"{TABLE.name}/{sku}"
