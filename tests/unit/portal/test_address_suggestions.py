"""Addresses that are offered while somebody types one."""

import httpx
import pytest

from services.portal.web.customers.suggestions import OFFERED, matching
from shared.contracts.address import Address
from tests.unit.portal.builders import PIKE
from tests.unit.portal.test_wrong_input import CUSTOMER, client

__all__ = ["client"]

OFFICE = Address(
    name="Zoë Łuczak", line1="12 O’Hare Street", city="Rotterdam", postal_code="3011 AB",
    country="NL",
)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", [PIKE, OFFICE]),
        ("1 pi", [PIKE]),
        ("pike 1", [PIKE]),
        ("zoe", [OFFICE]),
        ("o'hare rott", [OFFICE]),
        ("ike", []),
        ("zoe pike", []),
        ("%", []),
    ],
)
def test_each_word_that_is_typed_starts_a_word(typed: str, expected: list[Address]) -> None:
    assert matching([PIKE, OFFICE], typed) == expected


def test_the_same_address_is_offered_once_as_it_was_first_known() -> None:
    again = PIKE.model_copy(update={"name": PIKE.name.upper(), "phone": "206 555 0100"})
    assert matching([PIKE, again], "") == [PIKE]


def test_no_more_are_offered_than_one_can_look_through() -> None:
    many = [PIKE.model_copy(update={"line1": f"{n} Pike Pl"}) for n in range(OFFERED + 5)]
    assert matching(many, "pike") == many[:OFFERED]


async def test_options_carry_the_whole_address(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/customers/{CUSTOMER}/addresses?text=pike")
    assert answer.text.count('role="option"') == 1
    assert "&#34;postal_code&#34;:" in answer.text


@pytest.mark.parametrize("typed", ["no such street", "' onx='1", "%00"])
async def test_what_matches_nothing_offers_nothing(client: httpx.AsyncClient, typed: str) -> None:
    answer = await client.get(f"/customers/{CUSTOMER}/addresses", params={"text": typed})
    assert (answer.status_code, "option" in answer.text) == (200, False)


async def test_fields_offer_addresses_of_customers_on_record_alone(
    client: httpx.AsyncClient,
) -> None:
    at = f"/customers/{CUSTOMER}/dialog/add-address"
    assert f'data-suggests="/customers/{CUSTOMER}/addresses"' in (await client.get(at)).text
