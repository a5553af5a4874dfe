"""What a line costs after an edit.

Discount and tax follow the line's basis: what they were as it was placed, or last given, in
proportion to what the line is worth now. Fractions are exact and rounded half up once, at the end,
so the order of edits makes no difference, and an edit that is undone restores every cent.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from shared.contracts.editing import LineAdded, LineAltered
from shared.contracts.money import ZERO, decimals, zero
from shared.contracts.orders import Basis, EditedLine, Line
from shared.contracts.totals import tax_on, writable


def value(line: Line) -> Decimal:
    """What its pieces cost, before discount and tax."""
    return line.quantity * line.placed_price


def net(line: Line) -> Decimal:
    """What its pieces cost after the line's discount; never below zero."""
    return max(value(line) - line.discount, ZERO)


def basis_of(line: Line) -> Basis:
    """What the line's discount and tax follow; as it stands if it was never edited."""
    if isinstance(line, EditedLine) and line.basis is not None:
        return line.basis
    return Basis(value=value(line), discount=line.discount, net=net(line), tax=line.tax)


def scaled(amount: Decimal, of: Decimal, to: Decimal, currency: str) -> Decimal:
    """So much of `to` as `amount` is of `of`, rounded half up; nothing of nothing.

    All are at least zero, and have the currency's decimals.
    """
    if of == to:
        return amount
    if of == 0:
        return zero(currency)
    unit = 10 ** decimals(currency)
    exact = Fraction(amount) * Fraction(to) / Fraction(of) * unit
    return Decimal(int(exact + Fraction(1, 2))).scaleb(-decimals(currency))


@dataclass(frozen=True, slots=True)
class Priced:
    """How priced lines are made, altered and parted, in a currency, at the market's tax rate.

    A `rate` of None: the site has the market no more, and taxes stay in proportion.
    """

    currency: str
    rate: Decimal | None

    def made(self, edit: LineAdded) -> Line:
        """The line that `edit` adds; without a tax of its own the market's rate holds."""
        worth = writable(edit.quantity * edit.placed_price, "placed_price")
        discount = min(edit.discount or zero(self.currency), worth)
        after = worth - discount
        basis = None
        tax = edit.tax
        if tax is None:
            basis = Basis(value=worth, discount=discount, net=after, tax=None)
            tax = tax_on(after, self.rate or ZERO, self.currency)
        return EditedLine(
            line_id=edit.line_id,
            sku=edit.sku,
            name=edit.name,
            quantity=edit.quantity,
            placed_price=edit.placed_price,
            discount=discount,
            tax=tax,
            preorder=edit.preorder,
            basis=basis,
        )

    def altered(self, line: Line, edit: LineAltered) -> Line:
        """Another quantity, price or discount; `line` itself if it is like that already."""
        quantity = line.quantity if edit.quantity is None else edit.quantity
        price = line.placed_price if edit.placed_price is None else edit.placed_price
        as_it_is = (quantity, price) == (line.quantity, line.placed_price)
        if as_it_is and edit.discount in (None, line.discount):
            return line
        basis = basis_of(line)
        worth = writable(quantity * price, "placed_price")
        if edit.discount is not None:
            given = {"value": worth, "discount": min(edit.discount, worth)}
            basis = basis.model_copy(update=given)
        discount = scaled(basis.discount, basis.value, worth, self.currency)
        if worth != basis.value:
            discount = min(discount, worth)
        after = max(worth - discount, zero(self.currency))
        changed = {
            "quantity": quantity,
            "placed_price": price,
            "discount": discount,
            "tax": self._tax(line, basis, after),
            "basis": basis,
        }
        return EditedLine(**{**dict(line), **changed})

    def parted(self, line: Line, quantity: int, line_id: str) -> tuple[Line, Line]:
        """What stays and what goes; discount and tax together are what they were, to the cent."""
        discount = scaled(line.discount, Decimal(line.quantity), Decimal(quantity), self.currency)
        tax = scaled(line.tax, Decimal(line.quantity), Decimal(quantity), self.currency)
        goes = self._part(line, quantity, discount, tax).model_copy(update={"line_id": line_id})
        stays = self._part(line, line.quantity - quantity, line.discount - discount, line.tax - tax)
        return stays, goes

    def renamed(self, line: Line, line_id: str) -> Line:
        """All of it, under another id."""
        return line.model_copy(update={"line_id": line_id})

    def _part(self, line: Line, quantity: int, discount: Decimal, tax: Decimal) -> EditedLine:
        """Some pieces of a line; what they cost is their basis, be it at the market's rate."""
        changed = {"quantity": quantity, "discount": discount, "tax": tax, "basis": None}
        part = EditedLine(**{**dict(line), **changed})
        if basis_of(line).tax is not None:
            return part
        return part.model_copy(update={"basis": basis_of(part).model_copy(update={"tax": None})})

    def _tax(self, line: Line, basis: Basis, after: Decimal) -> Decimal:
        if basis.tax is not None and (basis.net > 0 or after == basis.net):
            return scaled(basis.tax, basis.net, after, self.currency)
        if self.rate is None:
            return scaled(line.tax, net(line), after, self.currency)
        return tax_on(after, self.rate, self.currency)
