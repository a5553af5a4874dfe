"""A process dies while it erases deleted orders; its successor finishes the erasure."""

import pytest

from tests.cluster import Cluster, Sent, command
from tests.integration.runtime.conftest import NewCluster
from tests.integration.runtime.orders import addressed, cart, note
from tests.processes import ServiceProcess
from tests.service import GONE

pytestmark = [
    pytest.mark.engines,
    pytest.mark.slow,
    pytest.mark.usefixtures("survivors"),
]

STEPS = ["appended", "published", "erased"]
ORDERS = [f"c-{number:03}" for number in range(40)]
PERSON = {"name": "Wilhelmina Odegard", "email": "wilhelmina@odegard.example"}
SECRETS = [*PERSON.values(), "note 0", "csr:17", "waybill.replies"]


def gone(order: str) -> Sent:
    """The shipment service's event about a deleted order; the test publishes it."""
    data = {
        "order_id": order,
        "order_number": "PO1",
        "by": "csr:18",
        "at": "2026-11-23T09:00:00Z",
        "given_up": [],
    }
    kind = "waybill.shipment.deleted.v1"
    return command(f"gone-{order}", kind, "shipment.events", order, data)


def traces(cluster: Cluster) -> set[str]:
    """The personal data that the journal still has."""
    kept = [str(document) for document in cluster.journal("order")]
    return {secret for secret in SECRETS if any(secret in document for document in kept)}


@pytest.fixture(scope="module")
def crashes(clusters: NewCluster) -> dict[str, tuple[Cluster, ServiceProcess]]:
    """For each step, a system whose process died there while deleting orders."""
    systems = {step: clusters() for step in STEPS}
    first = {step: cluster.start("order") for step, cluster in systems.items()}
    for cluster in systems.values():
        cluster.produce(addressed(cluster, cart(order, customer=PERSON)) for order in ORDERS)
        cluster.produce(addressed(cluster, note(order, 0)) for order in ORDERS)
    for cluster in systems.values():
        cluster.until_done("order")
    for process in first.values():
        process.kill()
    dying = {step: cluster.start("order", "exit", step, "1") for step, cluster in systems.items()}
    for cluster in systems.values():
        cluster.produce(gone(order) for order in ORDERS)
    for process in dying.values():
        assert process.ended(90) == GONE, process.last_words()
    return {step: (cluster, cluster.start("order")) for step, cluster in systems.items()}


@pytest.mark.parametrize("step", STEPS)
def test_what_a_dead_process_left_of_deleted_orders_is_erased_by_its_heir(
    crashes: dict[str, tuple[Cluster, ServiceProcess]], step: str
) -> None:
    cluster, heir = crashes[step]

    cluster.until_done("order")

    assert traces(cluster) == set()
    documents = cluster.journal("order")
    causes = [cause["id"] for document in documents for cause in document["causes"]]
    assert sorted(causes) == sorted(
        name
        for order in ORDERS
        for name in (f"cart-{order}", f"note-{order}-0000", f"gone-{order}")
    )
    told = cluster.read("order.events")
    for order in ORDERS:
        mine = [got for got in told if got.key == order.encode()]
        names = {got.headers["ce_sequence"]: got.type.split(".")[2] for got in mine}
        assert list(names) == [str(n) for n in range(1, len(names) + 1)], "in order, without a gap"
        assert [name for name in names.values() if name == "deleted"] == ["deleted"]
        assert list(names.values())[-1] == "deleted"
    if step in ("appended", "published"):
        assert heir.metric("republished_total") > 0, "or it died somewhere else"
