"""Coupons in the site's file, and the lines that errors name."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from shared.site import AmountOff, PercentOff, Site, SiteError, load

MARKET = """\
payment_methods: {}
warehouses: {w: W}
markets:
  US: {name: US, currency: USD, payment_methods: [], shipping_methods: {}, warehouse: w}
  JP: {name: JP, currency: JPY, payment_methods: [], shipping_methods: {}, warehouse: w}
coupons:
  TEN:
"""
TEN = {"name": "10 % off", "kind": "percentage", "value": "10", "scope": "line"}
FIVE = {"name": "5 off", "kind": "amount", "value": {"USD": "5.00"}, "scope": "order"}


def site(path: Path, coupon: dict[str, object]) -> Site:
    """The site with this coupon; each of its fields has a line, the first one line 8."""
    lines = yaml.safe_dump(coupon, sort_keys=False, default_flow_style=False).splitlines()
    file = path / "site.yaml"
    file.write_text(MARKET + "".join(f"    {line}\n" for line in lines), encoding="utf-8")
    return load(file)


def test_a_percentage_coupon(tmp_path):
    coupon = site(tmp_path, {**TEN, "value": "12.5", "skus": ["A"]}).coupons["TEN"]
    assert isinstance(coupon, PercentOff)
    assert (coupon.value, coupon.skus) == (Decimal("12.5"), ("A",))
    assert coupon.valid_in("US", "USD")
    assert coupon.valid_in("JP", "JPY")


def test_an_amount_coupon_is_valid_for_the_currencies_it_lists(tmp_path):
    coupon = site(tmp_path, FIVE).coupons["TEN"]
    assert isinstance(coupon, AmountOff)
    assert coupon.value == {"USD": Decimal("5.00")}
    assert coupon.valid_in("US", "USD")
    assert not coupon.valid_in("JP", "JPY")


def test_a_coupon_may_be_limited_to_markets(tmp_path):
    coupon = site(tmp_path, {**TEN, "markets": ["JP"]}).coupons["TEN"]
    assert coupon.valid_in("JP", "JPY")
    assert not coupon.valid_in("US", "USD")


@pytest.mark.parametrize("written", ["2026-06-01T00:00:00Z", "2026-06-01T02:00:00+02:00"])
def test_a_coupons_period_excludes_its_end(tmp_path, written):
    until = {**TEN, "valid_until": written}
    begin, end = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    coupon = site(tmp_path, {**until, "valid_from": "2026-05-01T00:00:00Z"}).coupons["TEN"]
    assert (coupon.valid_from, coupon.valid_until) == (begin, end)
    moment = timedelta(microseconds=1)
    assert [coupon.has_started(at) for at in (begin - moment, begin)] == [False, True]
    assert [coupon.has_ended(at) for at in (end - moment, end)] == [False, True]


@pytest.mark.parametrize(
    ("coupon", "line", "text"),
    [
        ({**TEN, "value": "101"}, 10, "coupons.TEN.value: must be at most 100"),
        ({**TEN, "value": "0"}, 10, "coupons.TEN.value: must be above 0"),
        ({**TEN, "value": {"USD": "5.00"}}, 10, "coupons.TEN.value: "),
        ({**TEN, "scope": "everything"}, 11, "coupons.TEN.scope: must be line, order or shipping"),
        ({**TEN, "kind": "present"}, 7, "coupons.TEN: must be percentage or amount"),
        ({**TEN, "until": "tomorrow"}, 12, "coupons.TEN.until: is not a field here"),
        (
            {**TEN, "valid_until": "tomorrow"},
            12,
            "coupons.TEN.valid_until: must be a time with its",
        ),
        ({**TEN, "markets": ["US", "SX"]}, 14, "coupons.TEN.markets.1: no market is called SX"),
        ({**TEN, "scope": "order", "skus": ["A"]}, 7, "coupons.TEN: skus require the scope line"),
        (
            {**TEN, "minimum": {"USD": "1.00"}},
            12,
            "coupons.TEN.minimum: no amount for JPY, the currency of market JP",
        ),
        (
            {**TEN, "minimum": {"USD": "1.0", "JPY": "1"}},
            13,
            "coupons.TEN.minimum.USD: must have 2 decimals (USD)",
        ),
        (
            {
                **TEN,
                "valid_from": "2026-06-01T00:00:00Z",
                "valid_until": "2026-06-01T00:00:00Z",
            },
            7,
            "coupons.TEN: valid_until must be after valid_from",
        ),
        ({**FIVE, "value": {"USD": "5.0"}}, 11, "coupons.TEN.value.USD: must have 2 decimals"),
        ({**FIVE, "value": {"USD": 5.0}}, 11, "coupons.TEN.value.USD: must be an amount in quotes"),
        ({**FIVE, "value": {"US": "5.00"}}, 11, "coupons.TEN.value.US.[key]: must be an ISO 4217"),
        ({**FIVE, "value": {}}, 10, "coupons.TEN.value: "),
        ({**FIVE, "value": "5"}, 10, "coupons.TEN.value: "),
        ({**FIVE, "markets": ["JP"]}, 14, "coupons.TEN.markets.0: the coupon has no value in JPY"),
    ],
)
def test_an_error_names_its_line(tmp_path, coupon, line, text):
    with pytest.raises(SiteError) as error:
        site(tmp_path, coupon)
    assert f"line {line}: {text}" in str(error.value)


def test_a_missing_field_is_reported_at_its_coupon(tmp_path):
    with pytest.raises(SiteError, match=r"line 7: coupons\.TEN\.name: is missing"):
        site(tmp_path, {name: value for name, value in TEN.items() if name != "name"})


def test_a_code_must_be_in_capitals(tmp_path):
    file = tmp_path / "site.yaml"
    file.write_text(f"{MARKET}    {TEN}\n".replace("TEN:", "Ten:"), encoding="utf-8")
    with pytest.raises(SiteError, match=r"line 7: coupons\.Ten: .*must be in capitals: TEN"):
        load(file)
