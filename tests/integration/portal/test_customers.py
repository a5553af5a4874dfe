"""The search for customers, and their address books, on a real MongoDB."""

import pytest

from shared.contracts import customers
from tests.integration.portal.models import Models
from tests.unit.portal.builders import PIKE, Stream

pytestmark = pytest.mark.engines


@pytest.mark.shows("4.5")
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("tay", ["cu-1", "cu-2"]),
        ("ayl", ["cu-1", "cu-2"]),
        ("TAYLOR H", ["cu-2"]),
        ("t", ["cu-1", "cu-2"]),
        ("zoe", ["cu-3"]),
        ("example.org", ["cu-3"]),
        ("ex", []),
        (".*", []),
        ("", []),
        ("nobody", []),
    ],
)
async def test_customers_are_found_by_any_part_of_name_or_email(
    models: Models, typed: str, found: list[str]
) -> None:
    people = [("Mercy Taylor", "m@example.com"), ("Taylor Hayes", None), (None, "zoe@example.org")]
    for number, (name, email) in enumerate(people, 1):
        who = customers.Created(customer_id=f"cu-{number}", name=name, email=email, phone="1")
        await models.apply_streams(Stream().tell(who))
    rows = await models.queries.customers.search(typed)
    assert sorted(row.customer_id for row in rows) == found


async def test_customer_has_an_address_book(models: Models) -> None:
    changed = PIKE.model_copy(update={"city": "Tacoma"})
    book = Stream().tell(
        customers.Created(customer_id="cu-7", name="Mercy Taylor", email=None, phone=None),
        customers.AddressAdded(customer_id="cu-7", address_id="home", address=PIKE),
        customers.AddressAdded(customer_id="cu-7", address_id="work", address=PIKE),
        customers.AddressChanged(customer_id="cu-7", address_id="home", address=changed),
        customers.AddressRemoved(customer_id="cu-7", address_id="work"),
    )
    await models.apply_streams(book)
    customer = await models.queries.customers.get("cu-7")
    assert customer is not None
    assert [(each.address_id, each.address.city) for each in customer.addresses] == [
        ("home", "Tacoma")
    ]
    assert await models.queries.customers.get("cu-8") is None
