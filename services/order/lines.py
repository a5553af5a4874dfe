"""The lines of an order: how an edit creates, changes, splits and merges them.

An edit changes quantity and price; discounts and taxes are calculated afterwards, for all lines
together (`repricing.py`). If the checkout sent amounts and no rules, its discount and tax follow
the line's basis: their amounts when the line was placed, in proportion to its value now, rounded
once. The sequence of edits makes no difference, and undoing an edit restores every cent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from shared.contracts.money import ZERO, zero
from shared.contracts.order_edits import LineAdded, LineAltered
from shared.contracts.orders import Basis, EditedLine, Line, Origin, WholeLine
from shared.contracts.totals import tax_on, writable
from shared.pricing.allocation import scaled, shares


def value(line: Line) -> Decimal:
    """Returns quantity times price, before discount and tax."""
    return line.quantity * line.placed_price


def net(line: Line) -> Decimal:
    """Returns the value after the line's discount; never below zero."""
    return max(value(line) - line.discount, ZERO)


def manual(line: Line) -> Decimal:
    """Returns the manual discount."""
    return line.manual_discount or ZERO


@dataclass(frozen=True, slots=True)
class Priced:
    """Creates, changes, splits and merges priced lines.

    `ruled` says that the order has the rules of its discounts; then a line without a basis has no
    amounts from the checkout. A `rate` of None means that the site no longer has the market; then
    taxes stay in proportion.
    """

    currency: str
    rate: Decimal | None
    ruled: bool = False

    def basis_of(self, line: Line) -> Basis | None:
        """Returns what the checkout's discount and the tax follow.

        For an unedited line, the line itself.
        """
        if isinstance(line, EditedLine) and line.basis is not None:
            return line.basis
        return None if self.ruled else self._as_it_stands(line)

    def own(self, line: Line) -> Decimal:
        """Returns the checkout's own discount on the line, without coupons and manual discounts."""
        basis = line.basis if isinstance(line, EditedLine) else None
        if basis is None:
            return self._own_as_it_stands(line)
        worth = value(line)
        discount = scaled(basis.discount, basis.value, worth, self.currency)
        return discount if worth == basis.value else min(discount, worth)

    def tax(self, line: Line, after: Decimal, before: Line | None) -> Decimal:
        """Returns the tax on `after`, the line's value after discounts; `before` is the line
        before the edit.
        """
        basis = self.basis_of(line)
        if basis and basis.tax is not None and (basis.net > 0 or after == basis.net):
            return scaled(basis.tax, basis.net, after, self.currency)
        if self.rate is None:
            was = line if before is None else before
            return scaled(was.tax, net(was), after, self.currency)
        return tax_on(after, self.rate, self.currency)

    def made(self, edit: LineAdded) -> Line:
        """Returns the line that `edit` adds.

        Without a tax in the edit, the market's rate applies.
        """
        worth = writable(edit.quantity * edit.placed_price, "placed_price")
        discount = min(edit.discount or zero(self.currency), worth)
        basis = None
        if edit.tax is not None or not self.ruled:
            nothing = zero(self.currency)
            basis = Basis(value=worth, discount=nothing, net=worth - discount, tax=edit.tax)
        return EditedLine(
            line_id=edit.line_id,
            sku=edit.sku,
            name=edit.name,
            quantity=edit.quantity,
            placed_price=edit.placed_price,
            discount=discount,
            tax=zero(self.currency) if edit.tax is None else edit.tax,
            preorder=edit.preorder,
            manual_discount=edit.discount or None,
            basis=basis,
        )

    def altered(self, line: Line, edit: LineAltered) -> Line:
        """Returns the line with another quantity, price or discount; `line` itself if
        nothing changes.
        """
        quantity = line.quantity if edit.quantity is None else edit.quantity
        price = line.placed_price if edit.placed_price is None else edit.placed_price
        by_hand = manual(line) if edit.manual_discount is None else edit.manual_discount
        same = (quantity, price, by_hand) == (line.quantity, line.placed_price, manual(line))
        if same and edit.discount in (None, line.discount):
            return line
        basis = self.basis_of(line)
        worth = writable(quantity * price, "placed_price")
        if edit.discount is not None:  # as version 0.1 asked for it: instead of the checkout's own
            base = basis or self._as_it_stands(line)
            given = {"value": worth, "discount": min(edit.discount, worth)}
            basis = base.model_copy(update=given)
        changed = {
            "quantity": quantity,
            "placed_price": price,
            "manual_discount": by_hand or None,
            "basis": basis,
        }
        return EditedLine(**{**dict(line), **changed})

    def parted(self, line: Line, quantity: int, line_id: str) -> tuple[Line, Line]:
        """Returns the part that stays and the part that moves.

        Together they equal the line, to the cent.
        """
        whole, part = Decimal(line.quantity), Decimal(quantity)
        own, by_hand = self.own(line), manual(line)
        own_goes = scaled(own, whole, part, self.currency)
        both_go = scaled(own + by_hand, whole, part, self.currency)
        tax_goes = scaled(line.tax, whole, part, self.currency)
        by_hand_goes = both_go - own_goes
        rest = line.quantity - quantity
        goes = self._part(line, quantity, own_goes, by_hand_goes, tax_goes)
        stays = self._part(line, rest, own - own_goes, by_hand - by_hand_goes, line.tax - tax_goes)
        return stays, goes.model_copy(update={"line_id": line_id})

    def weight(self, line: Line) -> Decimal:
        """Returns what the discounts on a divided line apply to in this part of it, in proportion:
        its value after its own and manual discounts.
        """
        return max(value(line) - self.own(line) - manual(line), ZERO)

    def divided(self, line: Line, whole: WholeLine, quantities: Sequence[int]) -> list[EditedLine]:
        """Returns parts with these quantities, which are all of the line; `whole` identifies it.

        Every amount is shared to the cent. So is what discount rules took off: the parts are priced
        together from now on (`repricing.py`). Each part's tax follows its own amounts.
        """
        pieces = [Decimal(quantity) for quantity in quantities]
        own = shares(self.own(line), pieces, self.currency)
        by_hand = shares(manual(line), pieces, self.currency)
        taxes = shares(line.tax, pieces, self.currency)
        values = [quantity * line.placed_price for quantity in quantities]
        weights = [
            max(worth - off - hand, ZERO)
            for worth, off, hand in zip(values, own, by_hand, strict=True)
        ]
        nets = shares(net(line), weights, self.currency)
        part_of = line.part_of if isinstance(line, EditedLine) and line.part_of else whole
        parts = []
        for n, quantity in enumerate(quantities):
            discount = values[n] - nets[n]
            changed = {
                "quantity": quantity,
                "discount": discount if by_hand[n] else max(discount, own[n]),
                "tax": taxes[n],
                "manual_discount": by_hand[n] or None,
                "basis": Basis(value=values[n], discount=own[n], net=nets[n], tax=taxes[n]),
                "origin": self._split_from(line),
                "part_of": part_of,
            }
            parts.append(EditedLine(**{**dict(line), **changed}))
        return parts

    def renamed(self, line: Line, line_id: str) -> Line:
        """Returns the line under another id."""
        return line.model_copy(update={"line_id": line_id})

    def merged(self, line: Line, part: Line) -> Line:
        """Returns `line` plus the quantity of `part`.

        The line before a split, if nothing changed since.
        """
        quantity = line.quantity + part.quantity
        worth = writable(quantity * line.placed_price, "placed_price")
        tax = line.tax + part.tax
        discount = line.discount + part.discount
        own = self.own(line) + self.own(part)
        origin = _common(_origin(line), _origin(part))
        basis = None
        if origin and (origin.value, origin.discount, origin.tax) == (worth, own, tax):
            basis, origin = origin.basis, origin.origin
        elif self.basis_of(line) or self.basis_of(part):
            after = max(worth - discount, zero(self.currency))
            basis = Basis(value=worth, discount=own, net=after, tax=tax)
        changed = {
            "quantity": quantity,
            "discount": discount,
            "tax": tax,
            "manual_discount": manual(line) + manual(part) or None,
            "basis": basis,
            "origin": origin,
        }
        return EditedLine(**{**dict(line), **changed})

    def settled(self, line: Line) -> Line:
        """Returns `line` without its basis, if the basis adds nothing to the line."""
        if not isinstance(line, EditedLine) or self.ruled or line.basis is None:
            return line
        if line.manual_discount or line.basis != self._as_it_stands(line):
            return line
        return line.model_copy(update={"basis": None})

    def _part(
        self, line: Line, quantity: int, own: Decimal, by_hand: Decimal, tax: Decimal
    ) -> EditedLine:
        """Returns a part of a line with its amounts as its basis."""
        worth = quantity * line.placed_price
        left = max(worth - own, zero(self.currency))
        after = left - min(by_hand, left)
        basis = self.basis_of(line)
        changed = {
            "quantity": quantity,
            "discount": worth - after,
            "tax": tax,
            "manual_discount": by_hand or None,
            "basis": basis and Basis(value=worth, discount=own, net=after, tax=tax),
            "origin": self._split_from(line),
        }
        return EditedLine(**{**dict(line), **changed})

    def _split_from(self, line: Line) -> Origin | None:
        """Returns what the parts need to become the line again."""
        basis = line.basis if isinstance(line, EditedLine) else None
        if basis is None or basis == self._as_it_stands(line):
            return _origin(line)
        return Origin(
            value=value(line),
            discount=self.own(line),
            tax=line.tax,
            basis=basis,
            origin=_origin(line),
        )

    def _as_it_stands(self, line: Line) -> Basis:
        """Returns the basis of a line as the checkout placed it."""
        return Basis(value=value(line), discount=self.own(line), net=net(line), tax=line.tax)

    def _own_as_it_stands(self, line: Line) -> Decimal:
        if self.ruled:
            return zero(self.currency)
        return max(line.discount - manual(line), zero(self.currency))


def _origin(line: Line) -> Origin | None:
    return line.origin if isinstance(line, EditedLine) else None


def _common(one: Origin | None, other: Origin | None) -> Origin | None:
    """Returns the nearest split that both come from."""
    theirs = list(_ancestors(other))
    return next((each for each in _ancestors(one) if each in theirs), None)


def _ancestors(origin: Origin | None) -> Iterator[Origin]:
    while origin is not None:
        yield origin
        origin = origin.origin
