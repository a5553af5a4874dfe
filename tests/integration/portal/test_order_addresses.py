"""Where the latest orders of a customer went, on a real MongoDB."""

from datetime import timedelta

import pytest

from services.portal.queries import order_addresses
from shared.contracts import orders, shipments
from tests.integration.portal.models import Models
from tests.unit.portal.builders import MERCY, NOW, PIKE, Stream, about, placed, shipment

pytestmark = pytest.mark.engines

HOME = PIKE.model_copy(update={"line1": "2 Elm Street"})


def an_order(number: int, **more: object) -> Stream:
    created = NOW + timedelta(minutes=number)
    event = placed(f"c-{number}", f"PO{1000000 + number}", converted_at=created, **more)
    return Stream(created).tell(event)


async def test_addresses_of_orders_come_newest_first_and_once(models: Models) -> None:
    await models.store.prepare()
    for number, address in enumerate((PIKE, HOME, PIKE), 1):
        goes = (shipment(address=address),)
        await models.apply_streams(an_order(number, customer=MERCY, shipments=goes))
    await models.apply_streams(an_order(9, customer=None))
    assert await models.queries.orders.addresses_of(str(MERCY.customer_id)) == [PIKE, HOME]
    assert await models.queries.orders.addresses_of("nobody") == []


async def test_an_address_that_was_edited_is_the_one_that_counts(models: Models) -> None:
    await models.store.prepare()
    order = an_order(1, customer=MERCY, shipments=(shipment(address=PIKE),))
    await models.apply_streams(order)
    edited = Stream(NOW).tell(about(shipments.Edited, "AwaitingInventory", address=HOME))
    await models.apply_streams(edited)
    assert await models.queries.orders.addresses_of(str(MERCY.customer_id)) == [HOME]


async def test_deleted_orders_tell_no_address(models: Models) -> None:
    await models.store.prepare()
    order = an_order(1, customer=MERCY, shipments=(shipment(address=HOME),))
    await models.apply_streams(
        order.tell(orders.Deleted(order_id="c-1", order_number="PO1000001", by=None, at=NOW))
    )
    assert await models.queries.orders.addresses_of(str(MERCY.customer_id)) == []


async def test_only_the_latest_orders_are_looked_at(
    models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    await models.store.prepare()
    monkeypatch.setattr(order_addresses, "LATEST", 1)
    for number, address in enumerate((PIKE, HOME), 1):
        goes = (shipment(address=address),)
        await models.apply_streams(an_order(number, customer=MERCY, shipments=goes))
    assert await models.queries.orders.addresses_of(str(MERCY.customer_id)) == [HOME]
