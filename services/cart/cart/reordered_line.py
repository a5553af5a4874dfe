"""A line of an order, once more: whether its article is there, and what it costs now."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from services.cart.cart.order_lookup import order_lookups as order_looked_up
from shared.catalog import TABLE as CATALOG
from shared.contracts.catalog import Variant
from shared.contracts.money import zero
from shared.contracts.orders import Line
from shared.contracts.reorders import CreateReorder, Priced, ReorderedLine, Supply
from shared.contracts.stock import Level
from shared.runtime.decider.tables import Table

LEVELS = Table("level", Level)


def reorder_lookups(command: CreateReorder, _: Any = None) -> Iterable[str]:
    """Each article in the catalog, how many there are in the market's warehouse, and whether the
    draft's id is an order's."""
    yield from order_looked_up(command)
    for sku in {line.sku for shipment in command.shipments for line in shipment.lines}:
        yield _article(sku)
        if command.warehouse:
            yield _level(command.warehouse, sku)


class ReorderedLines:
    """What the catalog and the warehouse say of the order's articles; `known` is the context's.

    Lines take their pieces one after the other, so two lines of an article share what there is.
    """

    def __init__(self, command: CreateReorder, known: Mapping[str, Any]) -> None:
        self._command = command
        self._known = known
        self._left: dict[str, int] = {}

    def again(self, shipment_id: str, line: Line) -> ReorderedLine:
        """What becomes of a line of the order."""
        before, currency = line.placed_price, self._command.currency
        price, priced, of_price = self._price(line)
        there = 0 if price is None else self._take(line)
        supply: Supply = "available" if there == line.quantity else "short"
        of_stock = f"{there} of {line.quantity} available"
        if price is None:
            supply, of_stock = "gone", "isn't sold any more and is left out"
        if priced == "repriced":
            of_price = f"costs {price} {currency} now, was {before} {currency}"
        return ReorderedLine(
            shipment_id=shipment_id,
            line_id=line.line_id,
            sku=line.sku,
            name=line.name,
            quantity=line.quantity,
            stock=supply,
            available=there,
            price_before=before,
            price=price,
            priced=priced,
            message=f"{line.sku}: {'; '.join(filter(None, (of_stock, of_price)))}.",
        )

    def _price(self, line: Line) -> tuple[Decimal | None, Priced, str]:
        """What a piece costs now, where that comes from, and words if there is more to say."""
        variant: Variant | None = self._known.get(_article(line.sku))
        if variant is None and _article(line.sku) not in self._known:
            return line.placed_price, "kept", "isn't in the catalog and keeps its price"
        if variant is None or variant.discontinued:
            return None, "gone", ""
        price = variant.prices.get(self._command.market)
        if price is None or not price.same_quantum(zero(self._command.currency)):
            words = f"has no price in {self._command.market} in the catalog and keeps its own"
            return line.placed_price, "kept", words
        return price, "same" if price == line.placed_price else "repriced", ""

    def _take(self, line: Line) -> int:
        """How many pieces of the line there are."""
        if line.sku not in self._left:
            level: Level | None = self._known.get(_level(self._command.warehouse or "", line.sku))
            self._left[line.sku] = max(level.available, 0) if level else 0
        there = min(line.quantity, self._left[line.sku])
        self._left[line.sku] -= there
        return there


def _article(sku: str) -> str:
    return f"{CATALOG.name}/{sku}"


def _level(warehouse: str, sku: str) -> str:
    return f"{LEVELS.name}/{warehouse}/{sku}"
