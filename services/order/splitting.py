"""Shipments that were split over several warehouses: their lines, and which of these are parts.

Such a split changes no cost. So the parts of a divided line are priced together ever after: a
coupon takes as much off them as off the whole line, and is rounded once.
"""

from collections.abc import Iterable, Mapping

from services.order.lines import Priced
from shared.contracts.orders import EditedLine, Line, Shipment, WholeLine
from shared.pricing.discounts import LineKey


def divided_lines(
    whole: Shipment, parts: Mapping[str, Mapping[str, int]], priced: Priced
) -> dict[str, tuple[Line, ...]]:
    """Returns the lines of `whole` after a split, and those of its new shipments, by shipment.

    `parts` has the quantity of each line that goes into each new shipment; the rest stays.
    """
    found: dict[str, list[Line]] = {which: [] for which in (whole.shipment_id, *parts)}
    for line in whole.lines:
        gone = {
            which: lines[line.line_id] for which, lines in parts.items() if line.line_id in lines
        }
        quantities = {whole.shipment_id: line.quantity - sum(gone.values()), **gone}
        quantities = {which: quantity for which, quantity in quantities.items() if quantity}
        key = WholeLine(shipment_id=whole.shipment_id, line_id=line.line_id)
        pieces: Iterable[Line] = (
            priced.divided(line, key, list(quantities.values())) if len(quantities) > 1 else [line]
        )
        for which, piece in zip(quantities, pieces, strict=True):
            found[which].append(piece)
    return {which: tuple(lines) for which, lines in found.items()}


def parts_by_whole(shipments: Iterable[Shipment]) -> dict[LineKey, dict[LineKey, Line]]:
    """Returns all lines by their keys, those together that were one line before a split.

    Parts belong together as long as they have the same price. The first part's key stands for them.
    """
    first: dict[object, LineKey] = {}
    found: dict[LineKey, dict[LineKey, Line]] = {}
    for each in shipments:
        for line in each.lines:
            key = whole = (each.shipment_id, line.line_id)
            if isinstance(line, EditedLine) and line.part_of is not None:
                part_of = line.part_of
                same = (part_of.shipment_id, part_of.line_id, line.sku, line.placed_price)
                whole = first.setdefault(same, key)
            found.setdefault(whole, {})[key] = line
    return found
