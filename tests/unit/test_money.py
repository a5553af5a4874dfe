"""Amounts are exact, with the currency's decimals, and an error names the field."""

from decimal import Decimal

import pytest
from pydantic import BaseModel, ValidationError

from shared.contracts import Malformed
from shared.contracts.money import Amount, Currency, Signed, all_exact, decimals, exact, zero
from shared.contracts.totals import tax_on, writable


class Piece(BaseModel):
    price: Amount
    off: Amount | None = None


class Parcel(BaseModel):
    note: str = ""
    shipping: Amount | None = None
    first: Piece
    last: Piece | None = None
    pieces: tuple[Piece, ...] = ()


class Balance(BaseModel):
    outstanding: Signed
    paid: Amount
    currency: Currency = "USD"


def piece(price: str, off: str | None = None) -> Piece:
    return Piece(price=Decimal(price), off=None if off is None else Decimal(off))


def balance(outstanding: str = '"0.00"', paid: str = '"0.00"', currency: str = "USD") -> Balance:
    text = f'{{"outstanding": {outstanding}, "paid": {paid}, "currency": "{currency}"}}'
    return Balance.model_validate_json(text)


def test_money_is_a_string_on_the_wire_and_exact_in_memory() -> None:
    read = balance('"-0.10"', '"19.90"')
    assert (read.outstanding, read.paid) == (Decimal("-0.10"), Decimal("19.90"))
    assert '"outstanding":"-0.10","paid":"19.90"' in read.model_dump_json()


@pytest.mark.parametrize("wire", ["19.9", "19", "null", '"1e3"', '" 1.00"', '"NaN"', '"1.00001"'])
def test_what_is_not_a_decimal_string_is_refused_in_words(wire: str) -> None:
    with pytest.raises(ValidationError, match=r'must be an amount in quotes, such as "19.99"'):
        balance(outstanding=wire)


def test_what_cannot_be_below_zero_says_so() -> None:
    with pytest.raises(ValidationError, match=r'such as "19.99", not below zero'):
        balance(paid='"-0.01"')


@pytest.mark.parametrize("made", [1.5, 1, "wrong"])
def test_no_float_becomes_money_in_memory_either(made: object) -> None:
    with pytest.raises(ValidationError, match="must be an amount in quotes"):
        Balance.model_validate({"outstanding": made, "paid": Decimal("1.00")})


def test_a_currency_is_one_of_iso_4217() -> None:
    assert balance(currency="KWD").currency == "KWD"
    with pytest.raises(ValidationError, match="must be an ISO 4217 currency"):
        balance(currency="ABC")


@pytest.mark.parametrize(("currency", "places"), [("JPY", 0), ("USD", 2), ("KWD", 3)])
def test_a_currency_has_its_own_number_of_decimals(currency: str, places: int) -> None:
    assert decimals(currency) == places
    assert zero(currency).as_tuple() == (0, (0,), -places)
    assert exact(zero(currency), currency, "amount") == 0


def test_an_amount_in_other_decimals_names_its_field_and_what_it_got() -> None:
    with pytest.raises(Malformed) as wrong:
        exact(Decimal("1.5"), "USD", "amount")
    assert (wrong.value.field, wrong.value.message) == (
        "amount",
        "must have 2 decimals (USD), such as 19.99",
    )


def test_what_is_exact_all_over_is_accepted() -> None:
    every = Parcel(
        shipping=Decimal("0.00"),
        first=piece("1.00", "0.10"),
        last=piece("3.00"),
        pieces=(piece("1.00"), piece("2.00", "0.20")),
    )
    all_exact(every, "USD")
    all_exact(Parcel(first=piece("1.00")), "USD")


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("shipping", {"shipping": Decimal("1.5")}),
        ("first.price", {"first": piece("1")}),
        ("first.off", {"first": piece("1.00", "1")}),
        ("last.off", {"last": piece("1.00", "0.5")}),
        ("pieces.1.price", {"pieces": (piece("1.00"), piece("2"))}),
        ("pieces.0.off", {"pieces": (piece("1.00", "0.1"), piece("2"))}),
    ],
)
def test_the_first_amount_that_is_not_exact_is_named_by_its_path(
    path: str, wrong: dict[str, object]
) -> None:
    fine = Parcel(shipping=Decimal("0.00"), first=piece("1.00"), pieces=(piece("1.00"),))
    with pytest.raises(Malformed) as refused:
        all_exact(fine.model_copy(update=wrong), "USD")
    assert refused.value.field == path


def test_tax_is_rounded_half_up_to_the_cent() -> None:
    assert str(tax_on(Decimal("0.50"), Decimal("0.09"), "USD")) == "0.05"
    assert str(tax_on(Decimal("0.49"), Decimal("0.09"), "USD")) == "0.04"
    assert str(tax_on(Decimal(5), Decimal("0.10"), "JPY")) == "1"


@pytest.mark.parametrize("sign", [1, -1])
def test_the_contract_writes_fifteen_digits_before_the_point(sign: int) -> None:
    most = sign * Decimal("999999999999999.99")
    assert writable(most, "total") is most
    with pytest.raises(Malformed) as wrong:
        writable(sign * Decimal(10) ** 15, "total")
    assert wrong.value.field == "total"
    words = "more money than the contract can write: 15 digits before the point"
    assert wrong.value.message == words
