"""Records what the processes of a released version write, on real engines.

python -m tests.recorded.released REVISION    records its topics and journals in a new folder

The steps are those that version 0.1.0 knows. Afterwards `python -m tests.recorded --meant` writes
down what this version understands: look whether that is what happened.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from confluent_kafka import KafkaException

from ops.local import engines
from shared.contracts.topics import PROCESSES, SERVICES, TOPICS, dead_letter_topic
from tests.cluster import Cluster, Got, Sent, command
from tests.cluster.consumer_groups import ConsumerGroups
from tests.cluster.databases import Databases
from tests.e2e.system import ADDRESS, cart, converted, shipment
from tests.engines import AnyEngines
from tests.polling import eventually
from tests.processes import until_ready
from tests.recorded.recording import Message, Stream, Written, save
from tests.upgrade.releases import unpack

PATIENCE = 120.0  # seconds
REPLIES = "waybill.replies"
LINE = {"shipment_id": "1", "line_id": "1"}
MUG = {"sku": "TEA-MUG", "name": "Tea mug", "quantity": 3, "placed_price": "8.00"}
FIRST = {"shipment_id": "1"}
Step = Sent | tuple[str, str, dict[str, Any]]
STEPS: tuple[Step, ...] = (
    ("stock.receive", "seattle", {"sku": "TEA-MUG", "quantity": 30}),
    ("stock.count", "seattle", {"sku": "TEA-CUP", "quantity": 1}),
    # Shipped and completed, after a detour over the pick list.
    converted(cart("o-1", shipment("TEA-MUG"), customer={"name": "Mercy Taylor"})),
    ("shipment.complete", "o-1", FIRST),
    ("shipment.release", "o-1", FIRST),
    ("shipment.add-to-picklist", "o-1", FIRST),
    ("shipment.remove-from-picklist", "o-1", FIRST),
    ("shipment.add-to-picklist", "o-1", FIRST),
    ("shipment.complete", "o-1", {**FIRST, "tracking_number": "1Z-1"}),
    ("order.add-note", "o-1", {"text": "Thank you"}),
    # Waits for stock, is held, and canceled.
    converted(cart("o-2", shipment("TEA-CUP", 3))),
    ("order.hold", "o-2", {"reason": "Odd address"}),
    ("order.add-note", "o-2", {"text": "Called back"}),
    ("order.release-hold", "o-2", {}),
    ("order.cancel", "o-2", {"reason": "Changed their mind"}),
    # Unpaid; authorized, captured in parts, the rest voided, some of it refunded; then paid.
    converted(cart("o-3", shipment("TEA-MUG", 4), paid=False)),
    (
        "payment.add",
        "o-3",
        {
            "payment_id": "p-1",
            "method": "credit-card",
            "transaction_type": "Authorization",
            "amount": "30.00",
            "reference": "psp_1",
        },
    ),
    ("payment.capture", "o-3", {"payment_id": "p-1", "amount": "12.00"}),
    ("payment.void", "o-3", {"payment_id": "p-1"}),
    ("payment.refund", "o-3", {"payment_id": "p-1", "amount": "2.00"}),
    ("payment.add", "o-3", {"payment_id": "p-2", "method": "check", "transaction_type": "Sale"}),
    # Held after its release, which recalls it from the warehouse, and still on hold.
    converted(cart("o-4", shipment("TEA-MUG", 1))),
    ("shipment.release", "o-4", FIRST),
    ("order.hold", "o-4", {"reason": "Fraud?"}),
    # Two shipments of which one has shipped and the other waits for stock.
    converted(cart("o-5", shipment("TEA-MUG", 1), shipment("TEA-CUP", 2))),
    ("shipment.release", "o-5", FIRST),
    ("shipment.add-to-picklist", "o-5", FIRST),
    ("shipment.complete", "o-5", FIRST),
    # Two shipments of which one is canceled.
    converted(cart("o-6", shipment("TEA-MUG", 1), shipment("TEA-MUG", 2))),
    ("shipment.cancel", "o-6", {"shipment_id": "2"}),
    # Drafts: one is converted, one deleted, one goes on.
    ("cart.create-draft", "d-1", {"market": "US", "customer": {"name": "Mercy Taylor"}}),
    ("cart.set-shipment", "d-1", {**FIRST, "address": ADDRESS, "shipping_method": "standard"}),
    ("cart.add-line", "d-1", {**LINE, **MUG}),
    ("cart.add-line", "d-1", {**LINE, **MUG, "line_id": "2", "sku": "TEA-CUP"}),
    ("cart.change-line", "d-1", {**LINE, "quantity": 2, "placed_price": "7.50"}),
    ("cart.remove-line", "d-1", {**LINE, "line_id": "2"}),
    ("cart.convert", "d-1", {}),
    ("cart.create-draft", "d-2", {"market": "US"}),
    ("cart.delete", "d-2", {}),
    ("cart.create-draft", "d-3", {"market": "SE"}),
    ("order.hold", "no-such-order", {}),
)


class _Unprefixed(Cluster):
    """A cluster whose topics have the contract's names, on engines of its own."""

    def __init__(self, local: AnyEngines, logs: Path) -> None:
        Databases.__init__(self, local, "waybill")
        self.logs = logs
        self._started = []
        names = [t.name for t in TOPICS] + [dead_letter_topic(s) for s in PROCESSES]
        ConsumerGroups.__init__(self, local, "", names)

    def close(self) -> None:
        """Kills the processes; the engines end with all that they have."""
        for process in self._started:
            process.kill()


def main() -> None:
    """Plays the steps to that revision's processes, and writes what they have written."""
    parser = argparse.ArgumentParser(prog="python -m tests.recorded.released", description=__doc__)
    parser.add_argument("revision")
    parser.add_argument("--code", type=Path, help="keep that revision's code and packages here")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))  # so that cleanup runs
    with tempfile.TemporaryDirectory(prefix="waybill-released-") as folder:
        release = unpack(asked.revision, asked.code or Path(folder) / "code")
        with engines.start(Path(folder)) as local:
            cluster = _Unprefixed(local, Path(folder))
            cluster.make = release.process
            try:
                until_ready(*map(cluster.start, SERVICES), within=PATIENCE)
                play(cluster, {service: release.topics_of(service) for service in SERVICES})
                print(f"recorded in {save([*messages(cluster), *streams(cluster)])}")
            finally:
                cluster.close()


def play(cluster: Cluster, topics: Mapping[str, list[str]]) -> None:
    """Sends each step once what followed from the one before is done.

    topics  those that each service reads
    """
    ids = count(1)
    for step in STEPS:
        if isinstance(step, Sent):
            cluster.produce([step])
        else:
            name, key, data = step
            field = {"cart": "cart_id", "stock": "warehouse"}.get(name.split(".")[0], "order_id")
            topic = f"{name.split('.')[0]}.commands"
            sent = {"actor": "csr:17", "replyto": REPLIES}
            message_id = f"s-{next(ids)}"
            kind = f"waybill.{name}.v1"
            cluster.produce([command(message_id, kind, topic, key, {field: key, **data}, **sent)])
            print(name, key, _outcome(cluster, message_id), flush=True)
        for _ in range(2):  # what the last one publishes may be for the first one
            eventually(lambda: _is_done(cluster, topics), within=PATIENCE)


def _is_done(cluster: Cluster, topics: Mapping[str, list[str]]) -> bool:
    with suppress(KafkaException):  # a busy machine's broker looks for its coordinator
        return not any(cluster.behind(f"waybill-{name}", read) for name, read in topics.items())
    return False


def _outcome(cluster: Cluster, message_id: str) -> str:
    def reply(found: list[Got]) -> Got | None:
        return next((got for got in found if got.key == message_id.encode()), None)

    got = cluster.until(reply, REPLIES, within=PATIENCE)
    return f"{got.data['outcome']} {(got.data.get('reason') or {}).get('code', '')}"


def messages(cluster: Cluster) -> Iterator[Written]:
    """Yields all records of the contract's topics."""
    for got in cluster.read(*(topic.name for topic in TOPICS)):
        value, key = (got.value or b"").decode(), (got.key or b"").decode()
        yield Message(got.topic, key, got.headers, value)


def streams(cluster: Cluster) -> Iterator[Written]:
    """Yields all streams of all journals."""
    for service in SERVICES:
        documents = cluster.journal(service)
        for stream in sorted({document["stream"] for document in documents}):
            own = [document for document in documents if document["stream"] == stream]
            yield Stream(service, stream, own)


if __name__ == "__main__":
    main()
