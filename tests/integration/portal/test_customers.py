"""The search for customers, and their address books, on a real MongoDB."""

import pytest

from services.portal.queries.models.details import OrderDetails
from shared.contracts import customers
from shared.contracts.customer_deletion import CartNoted, Deleted
from tests.integration.portal.models import Models
from tests.unit.portal.builders import NOW, PIKE, Stream, placed

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


async def test_a_deleted_customer_is_a_tombstone_and_others_with_the_id_stay(
    models: Models,
) -> None:
    """An order may have the id of a customer: its document and its timeline stay."""
    await models.apply_streams(Stream().tell(placed("7", "PO1000007")))
    told = Stream().tell(
        customers.Created(customer_id="7", name="Mercy Taylor", email="m@x.example", phone=None),
        customers.AddressAdded(customer_id="7", address_id="home", address=PIKE),
        Deleted(customer_id="7", by="csr:17", at=NOW),
    )
    late = told.facts[:2]
    await models.apply_streams(told)
    await models.apply(late)  # delivered again

    found = models.queries.customers
    assert await found.get("7") is None
    assert await found.search("mercy") == []
    stone = await found.tombstone("7")
    assert stone is not None
    assert (stone.who, stone.when) == ("csr:17", NOW)
    assert await found.tombstone("8") is None
    kept = (await models.everything())["customers"]
    assert not any(word in str(kept) for word in ("Mercy", "m@x.example", PIKE.line1))
    assert isinstance(await models.queries.orders.get("7"), OrderDetails)
    assert [each.what for each in await models.queries.timeline.of("7")]


async def test_a_customer_without_a_record_is_none_and_has_a_tombstone(models: Models) -> None:
    noted = CartNoted(customer_id="cu-9", cart_id="d-1")
    await models.apply_streams(Stream().tell(noted))
    assert await models.queries.customers.get("cu-9") is None
    gone = Deleted(customer_id="cu-9", by=None, at=NOW)
    await models.apply_streams(Stream().tell(noted, gone))
    assert await models.queries.customers.tombstone("cu-9") is not None
