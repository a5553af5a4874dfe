"""An order by phone with a coupon, and its reorder after prices and stock have changed."""

from typing import Any

import pytest

from shared.contracts.catalog import Variant
from tests.cluster import command
from tests.e2e.system import ADDRESS, System
from tests.polling import eventually

pytestmark = pytest.mark.engines

NAMES = ("gone", "dearer", "short", "fine")


def sell(system: System, sku: str, price: str, **more: Any) -> None:
    """Publishes an article in the catalog."""
    data = {"sku": sku, "name": f"The {sku}", "prices": {"US": price}, **more}
    sent = command(f"v-{sku}-{price}-{len(more)}", Variant.type, "catalog.variants", sku, data)
    system.cluster.produce([sent])


def ask(system: System, name: str, cart: str, /, **data: Any) -> dict[str, Any]:
    """Returns the outcome of a command about a cart."""
    return system.reply(system.post(f"cart.{name}", cart, {"cart_id": cart, **data}))


def do(system: System, name: str, cart: str, /, **data: Any) -> None:
    """Sends a command about a cart, which has to be accepted."""
    reply = ask(system, name, cart, **data)
    assert reply["outcome"] == "accepted", reply


def heard(system: System, order: str, attempt: int, wanted: dict[str, tuple[str, str]]) -> bool:
    """Whether a reorder gives these results, once the cart service knows catalog and stock."""
    draft = f"{order}-try-{attempt}"
    reply = system.ask("order.reorder", order, cart_id=draft)
    assert reply["outcome"] == "accepted", reply
    summary = system.event(draft, "cart.reordered").data
    return {line["line_id"]: (line["stock"], line["priced"]) for line in summary["lines"]} == wanted


@pytest.mark.shows("9.1", "9.3", "9.4", "9.5", "9.6", "9.7")
def test_order_with_a_coupon_is_ordered_once_more_from_a_shop_that_has_moved_on(
    system: System, order: str, sku: str
) -> None:
    skus = {name: f"{sku}-{name}" for name in NAMES}
    for article in skus.values():
        sell(system, article, "20.00")
    do(system, "create-draft", order, market="US", customer={"name": "Mercy Taylor"})
    do(system, "set-shipment", order, shipment_id="1", address=ADDRESS, shipping_method="standard")
    for line, article in skus.items():
        place = {"shipment_id": "1", "line_id": line, "sku": article, "quantity": 2}
        do(system, "add-line", order, **place, name=f"The {line}", placed_price="20.00")
    refused = ask(system, "apply-coupon", order, code="summer25")
    assert refused["reason"]["code"] == "coupon-expired"
    do(system, "apply-coupon", order, code="spring10")
    do(system, "convert", order)
    placed = system.event(order, "order.placed").data
    checked_out = system.event(order, "cart.checked-out").data
    assert placed["coupons"] == ["SPRING10"]
    # 160.00 less 16.00, with 9 % tax, and 4.90 for shipping
    assert placed["total"] == checked_out["totals"]["total"] == "161.86"

    for name, there in (("gone", 9), ("dearer", 9), ("short", 1), ("fine", 9)):
        system.receive(skus[name], there)
    sell(system, skus["gone"], "20.00", discontinued=True)
    sell(system, skus["dearer"], "25.00")

    wanted = {
        "gone": ("gone", "gone"),
        "dearer": ("available", "repriced"),
        "short": ("short", "same"),
        "fine": ("available", "same"),
    }
    attempts = iter(range(100))
    eventually(lambda: heard(system, order, next(attempts), wanted), within=60)

    draft = f"{order}-again"
    reply = system.ask("order.reorder", order, cart_id=draft)
    assert reply["outcome"] == "accepted", reply
    # The outcome is sent once the draft exists, so it can be changed and converted at once.
    do(system, "change-line", draft, shipment_id="1", line_id="short", quantity=1)
    summary = system.event(draft, "cart.reordered").data
    said = {line["line_id"]: line["message"].partition(": ")[2] for line in summary["lines"]}
    assert said == {
        "gone": "isn't sold any more and is left out.",
        "dearer": "2 of 2 available; costs 25.00 USD now, was 20.00 USD.",
        "short": "1 of 2 available.",
        "fine": "2 of 2 available.",
    }
    assert summary["coupons"] == [{"code": "SPRING10", "why_not": None}]
    # 130.00 less 13.00, with 9 % tax, and 4.90 for shipping
    assert summary["totals"]["total"] == "132.43"

    again = system.ask("order.reorder", order, cart_id=draft)
    assert again["outcome"] == "accepted"
    assert system.names(draft, "cart.events").count("reordered") == 1
    taken = system.ask("order.reorder", order, cart_id=order)
    assert taken["reason"]["code"] == "id-reused"
    assert taken["reason"]["message"].startswith("A cart with this id exists already")

    do(system, "convert", draft)
    second = system.event(draft, "order.placed").data
    assert second["customer"]["name"] == "Mercy Taylor"
    # 110.00 less 11.00, with 9 % tax, and 4.90 for shipping
    assert second["total"] == "112.81"
