"""A line of an order as a reorder copies it: its availability and its price now."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from services.cart.cart.customer_lookup import customer_key
from services.cart.cart.order_lookup import order_lookups
from shared.catalog import TABLE as CATALOG
from shared.contracts.catalog import Variant
from shared.contracts.money import zero
from shared.contracts.orders import Line
from shared.contracts.reorders import CreateReorder, Priced, ReorderedLine, Supply
from shared.contracts.stock import Level
from shared.runtime.decider.tables import Table

LEVELS = Table("level", Level)


def reorder_lookups(command: CreateReorder, _: Any = None) -> Iterable[str]:
    """The keys of what a reorder needs.

    They are an order with the draft's id, the customer, each article in the catalog, and the stock
    level of each article in the market's warehouses.
    """
    yield from order_lookups(command)
    yield from customer_key(command.customer)
    for sku in {line.sku for shipment in command.shipments for line in shipment.lines}:
        yield _article(sku)
        yield from (_level(warehouse, sku) for warehouse in _warehouses(command))


class ReorderedLines:
    """Copies the lines of an order, at the stock and the prices in `known` (`Context.known`).

    Lines use up the stock one after the other, so that two lines of one article share it.
    """

    def __init__(self, command: CreateReorder, known: Mapping[str, Any]) -> None:
        self._command = command
        self._known = known
        self._unused: dict[str, int] = {}

    def reorder(self, shipment_id: str, line: Line) -> ReorderedLine:
        """Copies a line of the order, with its price and availability now."""
        before, currency = line.placed_price, self._command.currency
        price, priced, price_text = self._price(line)
        available = 0 if price is None else self._use_stock(line)
        supply: Supply = "available" if available == line.quantity else "short"
        stock_text = f"{available} of {line.quantity} available"
        if price is None:
            supply, stock_text = "gone", "isn't sold any more and is left out"
        if priced == "repriced":
            price_text = f"costs {price} {currency} now, was {before} {currency}"
        return ReorderedLine(
            shipment_id=shipment_id,
            line_id=line.line_id,
            sku=line.sku,
            name=line.name,
            quantity=line.quantity,
            stock=supply,
            available=available,
            price_before=before,
            price=price,
            priced=priced,
            message=f"{line.sku}: {'; '.join(filter(None, (stock_text, price_text)))}.",
        )

    def _price(self, line: Line) -> tuple[Decimal | None, Priced, str]:
        """The unit price now (None if no longer sold), its origin, and an explanation if needed."""
        variant: Variant | None = self._known.get(_article(line.sku))
        if variant is None and _article(line.sku) not in self._known:
            return line.placed_price, "kept", "isn't in the catalog and keeps its price"
        if variant is None or variant.discontinued:
            return None, "gone", ""
        price = variant.prices.get(self._command.market)
        if price is None or not price.same_quantum(zero(self._command.currency)):
            text = f"has no price in {self._command.market} in the catalog and keeps its own"
            return line.placed_price, "kept", text
        return price, "same" if price == line.placed_price else "repriced", ""

    def _use_stock(self, line: Line) -> int:
        """How many units of the line are available, in the warehouse that has most of them; earlier
        lines have used theirs up.
        """
        if line.sku not in self._unused:
            keys = (_level(warehouse, line.sku) for warehouse in _warehouses(self._command))
            levels: list[Level] = [self._known[key] for key in keys if self._known.get(key)]
            self._unused[line.sku] = max([0, *(level.available for level in levels)])
        available = min(line.quantity, self._unused[line.sku])
        self._unused[line.sku] -= available
        return available


def _warehouses(command: CreateReorder) -> tuple[str, ...]:
    return (command.warehouse, *command.others) if command.warehouse else ()


def _article(sku: str) -> str:
    return f"{CATALOG.name}/{sku}"


def _level(warehouse: str, sku: str) -> str:
    return f"{LEVELS.name}/{warehouse}/{sku}"
