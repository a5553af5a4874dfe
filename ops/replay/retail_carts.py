"""Turns the sales of the retail data set into converted carts, with the expected totals."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

import pycountry

from ops.demo.checkout import converted
from ops.replay.retail_data import Ledger, Remark, Sale, as_id
from shared.contracts import Malformed
from shared.contracts.address import Address, Customer
from shared.contracts.checkout import MAX_LINES, CartConverted, ConvertedLine, ConvertedShipment
from shared.contracts.money import decimals
from shared.site import Site

CURRENCY = "GBP"
PENNY = Decimal(1).scaleb(-decimals(CURRENCY))
# Country names that the file spells differently.
_NAMES = {"EIRE": "Ireland", "USA": "United States"}
_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Figures:
    """Totals of a set of orders."""

    orders: int = 0
    lines: int = 0
    pieces: int = 0
    money: Decimal = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Replay:
    """The carts to publish, the totals of the file's lines, and the lines that were skipped."""

    carts: list[CartConverted]
    expected: Figures
    totals: dict[str, Decimal]
    aside: list[Remark]


def plan(ledger: Ledger, site: Site) -> Replay:
    """Returns one cart per invoice; the totals are those of the file's lines, not of the carts."""
    carts: list[CartConverted] = []
    aside = list(ledger.aside)
    totals: dict[str, Decimal] = {}
    sold: list[Sale] = []
    for invoice, sales in ledger.invoices.items():
        fit, unfit = _sort_out(sales, site)
        aside += unfit
        if not fit:
            continue
        try:
            carts.append(_cart(invoice, fit, site))
        except (Malformed, ValueError) as error:
            aside += [Remark(sale.line, str(error)) for sale in fit]
            continue
        totals[carts[-1].cart_id] = sum((sale.amount for sale in fit), Decimal("0.00"))
        sold += fit
    aside.sort(key=lambda remark: remark.line)
    return Replay(carts, _add_up(sold, len(carts)), totals, aside)


def _add_up(sold: Iterable[Sale], orders: int) -> Figures:
    sales = list(sold)
    money = sum((sale.amount for sale in sales), Decimal(0)).quantize(PENNY)
    return Figures(orders, len(sales), sum(sale.quantity for sale in sales), money)


def _sort_out(sales: list[Sale], site: Site) -> tuple[list[Sale], list[Remark]]:
    fit: list[Sale] = []
    unfit: list[Remark] = []
    for sale in sales:
        if reason := _objection(sale, len(fit), site):
            unfit.append(Remark(sale.line, reason))
        else:
            fit.append(sale)
    return fit, unfit


def _objection(sale: Sale, before: int, site: Site) -> str | None:
    if market_of(sale.country, site) is None:
        return f"no market sells to {sale.country or 'an unnamed country'} in {CURRENCY}"
    if sale.amount != round(sale.amount, decimals(CURRENCY)):
        return f"{sale.quantity} × {sale.price} isn't a whole number of pence"
    if sale.quantity > _MOST:
        return f"{sale.quantity} pieces: a line has at most {_MOST}"
    if before >= MAX_LINES:
        return f"an order has at most {MAX_LINES} lines"
    return None


def market_of(country: str, site: Site) -> str | None:
    """Returns the market for a country's name in the file; None if no market sells there in GBP."""
    name = _NAMES.get(country, country)
    return next(
        (
            m
            for m, market in site.markets.items()
            if (market.name, market.currency) == (name, CURRENCY)
        ),
        None,
    )


def _cart(invoice: str, sales: list[Sale], site: Site) -> CartConverted:
    first = sales[0]
    market_id = market_of(first.country, site) or ""
    market = site.markets[market_id]
    cart_id = as_id(f"retail-{invoice}")
    delivery = ConvertedShipment(
        shipping_method=next(iter(market.shipping_methods)),
        shipping_cost=Decimal("0.00"),  # the file has shipping as a separate line
        address=_address(first, market.name),
        lines=tuple(_line(sale) for sale in sales),
    )
    customer = Customer(customer_id=as_id(first.customer)) if first.customer else None
    return converted(site, market_id, cart_id, [delivery], customer=customer, at=first.at)


def _line(sale: Sale) -> ConvertedLine:
    """Returns the order line; a price with fractions of a penny is rounded up and discounted."""
    price = sale.price.quantize(PENNY, rounding=ROUND_UP)
    over = (price * sale.quantity - sale.amount).quantize(PENNY)
    if not over:
        return ConvertedLine(
            sku=sale.sku, name=sale.name, quantity=sale.quantity, placed_price=price
        )
    return ConvertedLine(
        sku=sale.sku, name=sale.name, quantity=sale.quantity, placed_price=price, discount=over
    )


def _address(sale: Sale, country: str) -> Address:
    """Returns an address with the country, which is all that the file has."""
    code = pycountry.countries.lookup(country).alpha_2
    name = f"Customer {sale.customer}" if sale.customer else "Anonymous customer"
    return Address(name=name, line1="(not in the file)", city="(not in the file)", country=code)
