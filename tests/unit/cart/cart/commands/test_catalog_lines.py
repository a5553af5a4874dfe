"""Lines that give only a SKU: name and price come from the catalog."""

from decimal import Decimal

import pytest

from shared.contracts.carts import AddLine
from shared.contracts.catalog import Variant
from tests.unit.cart.cart.builders import CART, a_cart, add_line, line_set

DRESS = Variant(sku="SKU-1", name="Dress", prices={"US": Decimal("39.50"), "JP": Decimal("5900")})
KNOWN = {"variant/SKU-1": DRESS}


def add_sku(quantity: int = 1, name: str | None = None, price: str | None = None) -> AddLine:
    return AddLine(
        cart_id=CART,
        shipment_id="1",
        line_id="1",
        sku="SKU-1",
        name=name,
        quantity=quantity,
        placed_price=None if price is None else Decimal(price),
    )


def known(**changes: object) -> dict[str, Variant]:
    return {"variant/SKU-1": DRESS.model_copy(update=changes)}


@pytest.mark.parametrize(
    ("market", "price", "tax"), [("US", "39.50", "7.11"), ("JP", "5900", "1180")]
)
def test_a_line_has_the_catalogs_name_and_its_price_in_the_carts_market(market, price, tax):
    outcome = a_cart(market=market).when(add_sku(2), known=KNOWN)
    outcome.says(line_set(price, tax, quantity=2))


def test_given_fields_take_precedence_over_the_catalog():
    priced = a_cart().when(add_sku(price="10.00"), known=KNOWN)
    priced.says(line_set("10.00", "0.90"))
    named = a_cart().when(add_sku(name="Gown"), known=KNOWN).events[0]
    assert (named.name, named.placed_price) == ("Gown", Decimal("39.50"))


@pytest.mark.parametrize("variant", [{}, {"variant/SKU-1": None}, known(discontinued=True)])
def test_a_line_with_name_and_price_needs_no_catalog(variant):
    a_cart().when(add_line(), known=variant).says(line_set("10.00", "0.90"))


@pytest.mark.parametrize(
    ("missing", "text"),
    [
        (add_sku(), "SKU-1 is not in the catalog."),
        (add_sku(price="1.00"), "SKU-1 is not in the catalog."),
        (add_sku(name="Dress"), "SKU-1 is not in the catalog."),
    ],
)
def test_an_article_that_is_not_in_the_catalog_is_rejected(missing, text):
    assert a_cart().when(missing).rejected("not-in-catalog").reason.message == text


def test_a_removed_article_has_its_own_message():
    refused = a_cart().when(add_sku(), known={"variant/SKU-1": None}).rejected("not-in-catalog")
    assert "no longer in the catalog" in refused.reason.message


def test_an_article_without_a_price_in_the_market_is_rejected():
    refused = a_cart(market="SE").when(add_sku(), known=KNOWN).rejected("no-price")
    assert refused.reason.message == "SKU-1 has no price in SE."


@pytest.mark.parametrize("price", ["39.5", "39", "39.500"])
def test_a_price_with_wrong_decimals_for_the_currency_is_rejected(price):
    wrong = known(prices={"US": Decimal(price)})
    refused = a_cart().when(add_sku(), known=wrong).rejected("no-price")
    assert price in refused.reason.message


def test_a_discontinued_article_is_sold_at_a_given_price_only():
    a_cart().when(add_sku(), known=known(discontinued=True)).rejected("discontinued")
    both = a_cart(market="SE").when(add_sku(), known=known(discontinued=True))
    both.rejected("discontinued", "discontinued", "no-price")
    sold = a_cart().when(add_sku(price="5.00"), known=known(discontinued=True))
    sold.says(line_set("5.00", "0.45"))


def test_a_repeated_line_has_no_second_effect_even_if_the_catalog_changed():
    cart = a_cart().when(add_sku(), known=KNOWN).after
    for later in ({}, {"variant/SKU-1": None}, known(prices={"US": Decimal("45.00")}, name="Gown")):
        cart.when(add_sku(), known=later).then()
    cart.when(add_sku(quantity=2), known=KNOWN).rejected("id-reused")
    cart.when(add_sku(price="39.49"), known=KNOWN).rejected("id-reused")


def test_a_given_price_with_wrong_decimals_is_malformed():
    a_cart().when(add_sku(price="10.0")).malformed("placed_price")
