"""Lost records of what reads in a group of its own: the gateway, the mailer and webhooks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests.cluster import Cluster, command
from tests.desk import Desk
from tests.engines import AnyEngines
from tests.polling import eventually
from tests.processes import ServiceProcess, until_ready

pytestmark = [pytest.mark.engines, pytest.mark.usefixtures("survivors")]

DELETED = 3
WITHIN = 120.0
MAIL = {
    "WAYBILL_NOTIFY_SMTP_HOST": "127.0.0.1",
    "WAYBILL_NOTIFY_SMTP_SECURITY": "none",
    "WAYBILL_NOTIFY_FROM": "Tea Shop <orders@shop.example>",
}
LOOPBACK = {"WAYBILL_PORTAL_WEBHOOK_LOOPBACK": "true"}
ACCEPT = {"WAYBILL_ACCEPT_LOST_RECORDS": "true"}


class Group(NamedTuple):
    """A group beside that of a process, and a topic that only this group of the process reads."""

    service: str
    name: str
    topic: str
    reader: str
    settings: dict[str, str]


GATEWAY = Group("payment", "waybill-payment-gateway", "payment.requests", "the gateway", {})
MAILER = Group("notify", "waybill-notify-mail", "customer.notifications", "the mailer", MAIL)
WEBHOOKS = Group(
    "portal", "waybill-portal-webhooks", "customer.notifications", "webhooks", LOOPBACK
)


@pytest.fixture(scope="module")
def cluster(engines: AnyEngines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """All topics: these processes read and write most of them."""
    made = Cluster(engines, tmp_path_factory.mktemp("logs"))
    yield made
    made.close()


def _start(cluster: Cluster, group: Group, **more: str) -> ServiceProcess:
    return cluster.start(group.service, **group.settings, **more)


def _give(cluster: Cluster, topic: str, count: int) -> None:
    """Publishes messages of a type that nobody knows yet: they are read, and nothing follows."""
    first = cluster.end(topic)
    names = [f"{topic}-{first + n}" for n in range(count)]
    cluster.produce(command(name, "waybill.new.v1", topic, name, {}) for name in names)


def _until_read(cluster: Cluster, group: Group, but: int = 0) -> None:
    """Returns once the group has committed all but so many records."""
    eventually(lambda: cluster.behind(group.name, [group.topic]) == but, within=WITHIN)


def _lose_unread(cluster: Cluster, group: Group) -> int:
    """Publishes records and deletes the oldest; returns how many of partition 0 are left.

    The group must have read everything before, and nobody of it may run.
    """
    read = cluster.end(group.topic)
    _give(cluster, group.topic, 40)
    left = cluster.end(group.topic) - read - DELETED
    assert left > 0
    cluster.lose(group.topic, read + DELETED)
    return left


def _check_that_it_stops(cluster: Cluster, group: Group) -> None:
    """Checks that the group leaves the partition alone until somebody accepts the loss."""
    left = _lose_unread(cluster, group)
    refusing = _start(cluster, group)
    reason = (
        f"Kafka deleted {DELETED} records of {cluster.prefix}{group.topic}, partition 0, "
        f"before {group.reader} read them"
    )
    eventually(lambda: refusing.health().get("because") == [reason], within=WITHIN)
    # The other partition is read to its end, this one isn't.
    _until_read(cluster, group, but=left)
    assert refusing.health()["ready"] is False
    refusing.kill()

    accepting = _start(cluster, group, **ACCEPT)
    _until_read(cluster, group)
    until_ready(accepting, within=WITHIN)
    accepting.kill()


@pytest.mark.parametrize("group", [GATEWAY, MAILER], ids=lambda group: group.service)
def test_worker_stops_at_records_that_are_lost_until_somebody_accepts_it(
    cluster: Cluster, group: Group
) -> None:
    before = _start(cluster, group)
    _give(cluster, group.topic, 20)
    _until_read(cluster, group)
    before.kill()
    _check_that_it_stops(cluster, group)


def _subscribe(desk: Desk) -> str:
    """Subscribes a receiver to events of which there are none; returns the subscription's id."""
    wanted = {"name": "Shop", "url": "http://127.0.0.1:9/", "types": ["waybill.stock.*"]}
    made = desk.tool("operator").post("/api/webhooks", json=wanted)
    assert made.status_code == 201, made.text
    return str(made.json()["subscription"]["subscription_id"])


def _subscriptions(cluster: Cluster) -> list[dict[str, Any]]:
    return cluster.collection("portal", "webhook_subscriptions")


def test_webhooks_stop_at_records_that_are_lost_unless_nobody_had_subscribed(
    cluster: Cluster,
) -> None:
    before = Desk(cluster, **LOOPBACK)
    subscription = _subscribe(before)
    _give(cluster, WEBHOOKS.topic, 20)
    _until_read(cluster, WEBHOOKS)
    before.portals[0].kill()
    _check_that_it_stops(cluster, WEBHOOKS)

    nobody = Desk(cluster, **LOOPBACK)
    gone = nobody.tool("operator").post(f"/api/webhooks/{subscription}/delete")
    assert gone.is_success, gone.text
    nobody.portals[0].kill()
    _lose_unread(cluster, WEBHOOKS)
    desk = Desk(cluster, **LOOPBACK)
    _subscribe(desk)
    _until_read(cluster, WEBHOOKS)
    eventually(lambda: [each["read"] for each in _subscriptions(cluster)] == [True], within=WITHIN)
    until_ready(*desk.portals, within=WITHIN)
