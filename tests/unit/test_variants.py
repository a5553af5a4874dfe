"""The message `waybill.variant.v1`."""

import json

import pytest
from pydantic import ValidationError

from shared.contracts.catalog import Variant

LEAST = {"sku": "SKU-1", "name": "Dress"}


def read(**more: object) -> Variant:
    return Variant.model_validate_json(json.dumps({**LEAST, **more}))


def test_prices_are_decimal_strings_by_market():
    variant = read(prices={"US": "39.50", "JP": "5900"}, unknown=1)
    assert json.loads(variant.model_dump_json()) == {
        "sku": "SKU-1",
        "name": "Dress",
        "description": None,
        "prices": {"US": "39.50", "JP": "5900"},
        "url": None,
        "discontinued": False,
    }
    assert variant.key == "SKU-1"


@pytest.mark.parametrize("url", ["http://shop.example", "https://shop.example/a?b=c#d"])
def test_a_link_leads_to_a_page(url):
    assert read(url=url).url == url


@pytest.mark.parametrize(
    "more",
    [
        {"url": url}
        for url in ("javascript:alert(1)", "data:text/html,x", "https://", "//x", "https://a b", "")
    ]
    + [
        {"prices": {"US": 39.5}},
        {"prices": {"US": "-1.00"}},
        {"prices": {"a b": "1.00"}},
        {"prices": []},
        {"name": ""},
        {"sku": "a/b"},
        {"discontinued": "no"},
    ],
)
def test_what_breaks_the_contract_is_refused(more):
    with pytest.raises(ValidationError):
        read(**more)
