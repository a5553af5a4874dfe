"""The schema of `config/site.yaml`, and the checks across its sections."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from shared.contracts.base import Email, Id, Malformed, Name
from shared.contracts.error_texts import ENGLISH, ErrorText, Texts
from shared.contracts.holds import PLAIN_ID
from shared.contracts.money import Amount, Currency, exact
from shared.site.coupons import AmountOff, Code, Coupon
from shared.site.holds import HOLD_TYPES, HoldType
from shared.site.section import Section

MOST_TO_SPLIT_OVER = 8  # warehouses: every combination of them is tried


class PaymentMethod(Section):
    """A payment method. A person records a payment by a manual one, with a reference.

    With a provider, nothing is paid until the provider confirms it. The payment service knows which
    providers exist.

    authorization_days  how long an authorization can be captured; no limit if missing
    renew               whether its provider is asked for a new one then
    """

    name: Name
    manual: bool = False
    provider: Id | None = None
    authorization_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    renew: bool = False


class ShippingMethod(Section):
    """A shipping method, and the market's price for it."""

    name: Name
    price: Amount


class Market(Section):
    """A market: one currency, one warehouse or several.

    capture           when each shipment's share of the authorized money is captured by itself: when
                      it is released, or when it has shipped; if missing, somebody captures it
    warehouse         the warehouse that sends; the first of `warehouses` if there are several
    warehouses        all that may send, by priority; the file may leave out one of the two fields
    split             a shipment that no warehouse has all of is split over as few as possible
    return_days       how long after shipping a line can come back; no limit if missing
    return_warehouse  where returns go; the market's first warehouse if missing
    """

    name: Name
    currency: Currency
    languages: tuple[str, ...] = ("en",)
    payment_methods: tuple[Id, ...]
    shipping_methods: Mapping[Id, ShippingMethod]
    warehouse: Id
    warehouses: Annotated[tuple[Id, ...], Field(min_length=1)]
    split: bool = False
    tax_rate: Annotated[Decimal, Field(ge=0, lt=1)] = Decimal(0)
    preorders: bool = False
    refund_on_cancel: bool = True
    capture: Literal["on-release", "on-ship"] | None = None
    return_days: Annotated[int, Field(ge=0, le=3650)] | None = None
    return_warehouse: Id | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_or_several(cls, data: Any) -> Any:
        """Fills in the one field from the other."""
        if not isinstance(data, Mapping):
            return data
        one, several = data.get("warehouse"), data.get("warehouses")
        if several is None and one is not None:
            return {**data, "warehouses": [one]}
        if one is None and isinstance(several, list | tuple) and several:
            return {**data, "warehouse": several[0]}
        return data


class Returns(Section):
    """Why customers send goods back, and in which condition these arrive, as people choose them."""

    reasons: Annotated[Mapping[Id, Name], Field(min_length=1)] = {"other": "Other"}
    conditions: Annotated[Mapping[Id, Name], Field(min_length=1)] = {
        "as-new": "As new",
        "damaged": "Damaged",
    }


class Seller(Section):
    """Who sells, as invoices and credit notes name them."""

    name: Name
    address: Annotated[tuple[Name, ...], Field(min_length=1, max_length=8)]
    tax_id: Name | None = None
    email: Email | None = None


class ErrorTextOverride(Section):
    """A site's own wording or translation of an error text, with facts in braces."""

    happened: Name
    remedy: Name


class Site(Section):
    """The whole file. Validation checks that every name used is defined."""

    payment_methods: Mapping[Id, PaymentMethod]
    warehouses: Mapping[Id, Name]
    markets: Annotated[Mapping[Id, Market], Field(min_length=1)]
    coupons: Mapping[Code, Coupon] = {}
    returns: Returns = Returns()
    hold_types: Mapping[Id, HoldType] = HOLD_TYPES
    seller: Seller | None = None
    error_texts: Mapping[str, ErrorTextOverride] = {}

    @cached_property
    def texts(self) -> Texts:
        """The error texts that the site overrides."""
        return {key: ErrorText(own.happened, own.remedy) for key, own in self.error_texts.items()}

    @model_validator(mode="after")
    def _error_texts_are_known(self) -> Self:
        for key in self.error_texts:
            if key not in ENGLISH:
                raise Malformed(f"error_texts.{key}", "no error text is called that")
            try:
                unknown = self.texts[key].facts() - ENGLISH[key].facts()
            except ValueError as error:
                raise Malformed(f"error_texts.{key}", f"not a template: {error}") from None
            if unknown:
                known = ", ".join(sorted(ENGLISH[key].facts())) or "none"
                text = f"no fact is called {min(unknown)}; there are: {known}"
                raise Malformed(f"error_texts.{key}", text)
        return self

    @model_validator(mode="after")
    def _hold_types_are_told_apart(self) -> Self:
        if PLAIN_ID in self.hold_types:
            text = f"{PLAIN_ID} is the id of a hold without a type; choose another"
            raise Malformed(f"hold_types.{PLAIN_ID}", text)
        return self

    @model_validator(mode="after")
    def _names_are_defined(self) -> Self:
        for method_id, method in self.payment_methods.items():
            if method.manual and method.provider:
                field = f"payment_methods.{method_id}.provider"
                raise Malformed(field, "a manual method has no provider")
            if method.renew and not (method.provider and method.authorization_days):
                field = f"payment_methods.{method_id}.renew"
                raise Malformed(field, "only a method with provider and authorization_days renews")
        for market_id, market in self.markets.items():
            where = f"markets.{market_id}"
            _warehouses_are_defined(market, self.warehouses, where)
            returns_to = market.return_warehouse
            if returns_to is not None and returns_to not in self.warehouses:
                field = f"{where}.return_warehouse"
                raise Malformed(field, f"no warehouse is called {returns_to}")
            for position, used in enumerate(market.payment_methods):
                if used not in self.payment_methods:
                    field = f"{where}.payment_methods.{position}"
                    raise Malformed(field, f"no payment method is called {used}")
            for method_id, shipping in market.shipping_methods.items():
                field = f"{where}.shipping_methods.{method_id}.price"
                exact(shipping.price, market.currency, field)
        return self

    @model_validator(mode="after")
    def _coupons_fit_the_markets(self) -> Self:
        for code, coupon in self.coupons.items():
            where = f"coupons.{code}"
            for position, market_id in enumerate(coupon.markets):
                field = f"{where}.markets.{position}"
                if market_id not in self.markets:
                    raise Malformed(field, f"no market is called {market_id}")
                if not coupon.valid_in(market_id, self.markets[market_id].currency):
                    currency = self.markets[market_id].currency
                    raise Malformed(field, f"the coupon has no value in {currency}")
            _exact_in_each(coupon.minimum, f"{where}.minimum")
            if isinstance(coupon, AmountOff):
                _exact_in_each(coupon.value, f"{where}.value")
            for market_id, market in self.markets.items():
                valid = coupon.valid_in(market_id, market.currency)
                if coupon.minimum and valid and market.currency not in coupon.minimum:
                    text = f"no amount for {market.currency}, the currency of market {market_id}"
                    raise Malformed(f"{where}.minimum", text)
        return self


def _warehouses_are_defined(market: Market, known: Mapping[str, str], where: str) -> None:
    if market.warehouse not in known and len(market.warehouses) == 1:
        raise Malformed(f"{where}.warehouse", f"no warehouse is called {market.warehouse}")
    if market.warehouse != market.warehouses[0]:
        raise Malformed(f"{where}.warehouse", f"the first of warehouses is {market.warehouses[0]}")
    if market.split and not 1 < len(market.warehouses) <= MOST_TO_SPLIT_OVER:
        message = f"a market that splits shipments has 2 to {MOST_TO_SPLIT_OVER} warehouses"
        raise Malformed(f"{where}.split", message)
    for position, used in enumerate(market.warehouses):
        field = f"{where}.warehouses.{position}"
        if used not in known:
            raise Malformed(field, f"no warehouse is called {used}")
        if used in market.warehouses[:position]:
            raise Malformed(field, f"{used} is listed before")


def _exact_in_each(amounts: Mapping[str, Decimal], where: str) -> None:
    for currency, amount in amounts.items():
        exact(amount, currency, f"{where}.{currency}")
