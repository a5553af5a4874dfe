"""A process dies while it saves table entries; another one takes over and looks them up."""

from collections.abc import Iterator

import pytest

from services.cart.app import SERVICE
from tests.cluster import Cluster, Sent, command
from tests.engines import AnyEngines
from tests.service import GONE

pytestmark = [
    pytest.mark.engines,
    pytest.mark.slow,
    pytest.mark.usefixtures("survivors"),
]

TOPICS = [
    *(topic.name for topic in SERVICE.topics),
    "cart.events",
    "customer.events",
    "checkout.cart-converted",
    "cart.dead-letters",
]
DRAFT = {"cart_id": "c-1", "market": "US"}
LINE = {"cart_id": "c-1", "shipment_id": "1", "line_id": "1", "sku": "SKU-1", "quantity": 2}


@pytest.fixture
def cart_cluster(
    engines: AnyEngines, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cluster]:
    """The topics that a cart service reads and writes."""
    made = Cluster(engines, tmp_path_factory.mktemp("logs"), TOPICS)
    yield made
    made.close()


def variant(message_id: str, sku: str, price: str) -> Sent:
    data = {"sku": sku, "name": "Linen dress", "prices": {"US": price}}
    return command(message_id, "waybill.variant.v1", "catalog.variants", sku, data)


@pytest.mark.parametrize("step", ["kept", "committed"])
def test_what_a_dying_process_kept_is_there_once_and_nothing_is_missing(
    cart_cluster: Cluster, step: str
) -> None:
    cluster = cart_cluster
    cluster.produce(
        [variant(f"v{n}", f"SKU-{n % 40}", f"{n}.00") for n in range(400)]
        + [variant("last", "SKU-1", "39.50")]
    )
    dying = cluster.start("cart", "exit", step, "2")
    assert dying.ended(60) == GONE, dying.last_words()

    cluster.start("cart")
    cluster.until_done("cart")
    cluster.produce(
        [
            command("d", "waybill.cart.create-draft.v1", "cart.commands", "c-1", DRAFT),
            command("l", "waybill.cart.add-line.v1", "cart.commands", "c-1", LINE),
        ]
    )
    cluster.until_done("cart")

    (line,) = [got.data for got in cluster.read("cart.events") if "line-set" in got.type]
    assert (line["name"], line["placed_price"]) == ("Linen dress", "39.50")
    tables = cluster.table("cart", "variant")
    assert len(tables) == 40
    assert {len(entry["seen"]) for entry in tables} == {1}
