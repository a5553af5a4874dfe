"""Blockers of an edit that the order can judge: which lines exist, and money.

The shipments judge whether it comes in time.
"""

from collections.abc import Collection
from decimal import Decimal

from services.order.content import Content
from services.order.lines import net
from shared.contracts import line_edits
from shared.contracts.error_texts import blocker, id_reused
from shared.contracts.line_edits import find
from shared.contracts.money import zero
from shared.contracts.order_edits import DiscountSet, Edit, LineAdded, LineAltered, LineMoved
from shared.contracts.replies import Blocker

Blockers = tuple[Blocker, ...]


def why_not(content: Content, edit: Edit, canceled: Collection[str]) -> Blockers:
    """Returns every blocker of `edit` for an order with `content`."""
    if found := line_edits.why_not(content.goods, edit):
        return found
    match edit:
        case LineAdded():
            return _why_no_addition(content, edit)
        case LineAltered():
            return _why_no_alteration(content, edit, canceled)
        case LineMoved():
            return _why_no_move(content, edit)
        case DiscountSet():
            without = edit.model_copy(update={"amount": zero(content.currency)})
            off, _ = content.edited(without, None, canceled).bill(canceled)
            most = max(content.net(canceled) - off, zero(content.currency))
            return _too_much_off(content, edit.amount, most)
    return ()


def _why_no_addition(content: Content, edit: LineAdded) -> Blockers:
    """Adding the same line again is no error; the same id with another price is."""
    there = find(content.goods, edit.shipment_id, edit.line_id)
    if there is None:
        worth = edit.quantity * edit.placed_price
        return _too_much_off(content, edit.discount, worth)
    same = (
        (there.placed_price, there.preorder) == (edit.placed_price, edit.preorder)
        and edit.discount in (None, there.manual_discount or zero(content.currency))
        and edit.tax in (None, there.tax)
    )
    if same:
        return ()
    return (id_reused(f"Line {edit.line_id} of shipment {edit.shipment_id}"),)


def _why_no_alteration(content: Content, edit: LineAltered, canceled: Collection[str]) -> Blockers:
    """A manual discount never exceeds the line's value after the other discounts."""
    line = find(content.goods, edit.shipment_id, edit.line_id)
    if line is None or not edit.manual_discount:
        return ()
    without = edit.model_copy(update={"manual_discount": zero(content.currency)})
    altered = content.edited(without, None, canceled)
    left = find(altered.goods, edit.shipment_id, edit.line_id)
    return _too_much_off(content, edit.manual_discount, net(left or line))


def _why_no_move(content: Content, edit: LineMoved) -> Blockers:
    """A move to an existing shipment can't change its address or method."""
    if blocked := _why_no_merge(content, edit):
        return blocked
    there, wanted = content.shipment(edit.to_shipment_id), edit.destination
    if there is None or wanted is None:
        return ()
    if (there.address, there.shipping_method) == (wanted.address, wanted.shipping_method):
        return ()
    return (blocker("id-reused.shipment", shipment=edit.to_shipment_id),)


def _why_no_merge(content: Content, edit: LineMoved) -> Blockers:
    """Lines merge only if they have the same article and price."""
    line = find(content.goods, edit.shipment_id, edit.line_id)
    there = find(content.goods, edit.to_shipment_id, edit.to_line_id)
    if line is None or there is None:
        return ()
    if (line.placed_price, line.preorder) == (there.placed_price, there.preorder):
        return ()
    which = {"shipment": edit.to_shipment_id, "line": edit.to_line_id}
    return (blocker("id-reused.line", **which),)


def _too_much_off(content: Content, amount: Decimal | None, most: Decimal) -> Blockers:
    """A discount never exceeds what it applies to."""
    if amount is None or amount <= most:
        return ()
    told = {"amount": f"{amount:f}", "most": f"{most:f}", "currency": content.currency}
    return (blocker("discount-too-high", **told),)
