"""Two processes each of the order and the shipment service, of which one each is killed."""

import threading
from collections.abc import Iterator

import pytest

from tests.audit import audit, every_command_answered
from tests.e2e.system import System, cart, converted, shipment
from tests.engines import AnyEngines

pytestmark = [
    pytest.mark.engines,
    pytest.mark.slow,
    pytest.mark.usefixtures("survivors"),
]

ORDERS = 300
STOCK = 500


@pytest.fixture
def scaled(engines: AnyEngines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A separate system."""
    logs = tmp_path_factory.mktemp("scaled")
    with System(engines, logs, {"order": 2, "shipment": 2}) as running:
        yield running


def test_processes_share_the_work_and_what_one_leaves_another_ends(scaled: System) -> None:
    scaled.receive("S-1", STOCK)
    orders = [f"c-{n:04}" for n in range(ORDERS)]
    carts = [converted(cart(order, shipment("S-1", 2))) for order in orders]

    def check_out() -> None:
        for first in range(0, ORDERS, 10):
            scaled.cluster.produce(carts[first : first + 10])

    placing = threading.Thread(target=check_out)
    placing.start()
    assigned = "waybill.shipment.inventory-assigned.v1"
    scaled.until(lambda seen: sum(got.type == assigned for got in seen) >= 20, within=30)
    for service in ("order", "shipment"):
        scaled.of(service)[0].kill()
    placing.join()
    notes = [
        scaled.post("order.add-note", order, {"order_id": order, "text": f"note {n}"})
        for n in range(3)
        for order in orders[:50]
    ]
    for note in notes[-5:]:
        scaled.reply(note, within=60)
    scaled.cluster.until_done("cart", "order", "payment", "shipment")

    placed = audit(scaled.cluster, "order", ["order.events"])
    assert sorted(placed) == [f"order/{order}" for order in orders]
    audit(scaled.cluster, "payment", ["payment.events"])
    fulfilled = audit(scaled.cluster, "shipment", ["shipment.events", "stock.events"])
    assert len(fulfilled) == ORDERS + 1
    every_command_answered(scaled.cluster, {**placed, **fulfilled})
    # First come, first served, all or nothing: all stock is allocated to the first orders.
    seen = {got.headers["ce_id"]: got for got in scaled.cluster.read("stock.events")}
    kinds = [got.type.split(".")[2] for got in seen.values()]
    assert kinds.count("allocated") == STOCK // 2
    assert kinds.count("backordered") == ORDERS - STOCK // 2
    assert scaled.level("S-1") == {
        "on_hand": STOCK, "allocated": STOCK, "backordered": 2 * ORDERS - STOCK,
    }  # fmt: skip
