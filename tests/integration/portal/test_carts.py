"""The list of carts and the details of one, on a real MongoDB."""

from datetime import timedelta

import pytest

from shared.contracts import carts
from tests.integration.portal.models import Models
from tests.unit.portal.builders import MERCY, NOW, PIKE, Stream, recorded

pytestmark = pytest.mark.engines


def a_draft(number: int) -> Stream:
    cart_id = f"c-{number}"
    return Stream(NOW + timedelta(hours=number)).tell(
        carts.DraftCreated(cart_id=cart_id, market="US", currency="USD", customer=MERCY),
        carts.ShipmentSet(
            cart_id=cart_id,
            shipment_id="1",
            address=PIKE,
            shipping_method="standard",
            shipping_cost=recorded().amount,
        ),
        actor="csr:17",
    )


async def test_carts_are_listed_until_they_are_orders(models: Models) -> None:
    for number in range(1, 6):
        await models.apply_streams(a_draft(number))
    deleted = a_draft(6).tell(carts.Deleted(cart_id="c-6"))
    await models.apply_streams(deleted)
    first = await models.queries.carts.list(limit=3)
    second = await models.queries.carts.list(first.after, limit=3)
    ids = [row.cart_id for page in (first, second) for row in page.carts]
    assert (ids, second.after) == (["c-5", "c-4", "c-3", "c-2", "c-1"], None)
    cart = await models.queries.carts.get("c-5")
    assert cart is not None
    assert (cart.by, cart.shipments[0].address, cart.version) == ("csr:17", PIKE, 2)
    assert await models.queries.carts.get("c-6") is None
    assert [entry.type for entry in await models.queries.timeline.of("c-6")] == ["cart.deleted"]
