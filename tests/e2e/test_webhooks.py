"""Webhooks of a running system: nothing is lost when portals and the receiver are killed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.cluster import Cluster
from tests.desk import Desk
from tests.e2e.system import System, shipment
from tests.engines import AnyEngines
from tests.polling import eventually
from tests.processes import ServiceProcess, until_ready
from tests.receiver import Receiver

pytestmark = [pytest.mark.engines, pytest.mark.slow]

SETTINGS = {"WAYBILL_PORTAL_WEBHOOK_LOOPBACK": "true"}


class WebhookDesk(Desk):
    """Two portals that may deliver to this machine."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.portals = [self.start() for _ in range(2)]
        until_ready(*self.portals)

    def start(self) -> ServiceProcess:
        return self.cluster.start("portal", **SETTINGS)


@pytest.fixture(scope="module")
def system(engines: AnyEngines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system without other portals, which would deliver too, but not to this machine."""
    with System(engines, tmp_path_factory.mktemp("webhooks")) as running:
        yield running


@pytest.fixture(scope="module")
def hooks(system: System) -> Iterator[WebhookDesk]:
    made = WebhookDesk(system.cluster)
    yield made
    for portal in made.portals:
        portal.kill()


def events_of(system: System, order: str) -> dict[str, list[str]]:
    """The ids of an order's events on each topic, in their order."""
    return {
        topic: [got.headers["ce_id"] for got in system.events(order, topic)]
        for topic in ("order.events", "shipment.events", "payment.events")
    }


def test_everything_arrives_in_order_through_kills(
    system: System, hooks: WebhookDesk, sku: str
) -> None:
    orders = [f"w-{uuid4().hex[:8]}" for _ in range(4)]
    with Receiver() as receiver:
        wanted = {
            "name": "Shop",
            "url": receiver.url,
            "types": ["waybill.order.*", "waybill.shipment.*", "waybill.payment.*"],
        }
        made = hooks.tool("operator").post("/api/webhooks", json=wanted)
        assert made.status_code == 201, made.text
        assert made.json()["secret"].startswith("whsec_")

        system.receive(sku, 50)
        for order in orders:
            system.place(order, shipment(sku, 1))
        eventually(lambda: len(receiver.requests) > 3, within=60)

        hooks.portals[0].kill()  # with events read, stored, and in flight
        for order in orders:
            system.ship(order)
        receiver.go_away()
        hooks.portals[1].kill()
        for order in orders:
            system.do("order.add-note", order, text="Thank you")
        hooks.portals = [hooks.start(), hooks.start()]
        until_ready(*hooks.portals)
        receiver.come_back()

        for order in orders:
            system.event(order, "order.completed")
        due = {order: events_of(system, order) for order in orders}

        def arrived() -> bool:
            got = {request.event["id"] for request in receiver.accepted()}
            return all(
                got >= {each for ids in topics.values() for each in ids} for topics in due.values()
            )

        eventually(arrived, within=150)

    for order in orders:
        by_source: dict[str, list[int]] = defaultdict(list)
        sequences = [request.sequence for request in receiver.accepted(order)]
        assert sequences == list(range(1, len(sequences) + 1)), "in order, without a gap"
        for request in receiver.accepted(order):
            by_source[request.event["source"]].append(request.event["sequence"])
        for source, numbers in by_source.items():
            assert numbers == sorted(numbers), source


def test_a_deleted_order_is_erased_though_its_webhook_is_disabled(
    system: System, hooks: WebhookDesk, sku: str
) -> None:
    order, operator = f"w-{uuid4().hex[:8]}", hooks.tool("operator")
    with Receiver() as receiver:
        url = receiver.url
    wanted = {"name": "Off", "url": url, "types": ["waybill.order.*"]}
    made = operator.post("/api/webhooks", json=wanted).json()["subscription"]["subscription_id"]
    log = f"/api/webhooks/{made}/deliveries?key={order}"

    def states() -> set[str]:
        return {each["state"] for each in operator.get(log).json()["deliveries"]}

    system.receive(sku, 5)
    system.place(order, shipment(sku, 1))
    eventually(states, within=60)
    for each in operator.get("/api/webhooks").json():  # others would keep the reader going
        off = {"name": each["name"], "url": each["url"], "types": each["types"], "enabled": False}
        assert operator.post(f"/api/webhooks/{each['subscription_id']}", json=off).is_success
    system.do("order.delete", order)
    eventually(lambda: states() == {"erased"}, within=60)
    assert operator.post(f"/api/webhooks/{made}/delete").is_success


def test_only_operators_manage_webhooks(hooks: WebhookDesk) -> None:
    for role in ("csr", "supervisor", "viewer", "warehouse"):
        assert hooks.tool(role).get("/api/webhooks").status_code == 403
        with hooks.signed_in(role) as page:
            assert page.get("/operations/webhooks").status_code == 403


def test_the_api_names_a_wrong_field(hooks: WebhookDesk) -> None:
    wanted = {"name": "Shop", "url": "http://intranet.example/", "types": ["waybill.order.*"]}
    refused = hooks.tool("operator").post("/api/webhooks", json=wanted)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "url"


def test_pages_create_test_and_delete_a_webhook(hooks: WebhookDesk) -> None:
    with Receiver() as receiver, hooks.signed_in("operator") as page:
        form = {"name": "Page <b>", "url": receiver.url, "types": "waybill.order.*\n"}
        shown = page.post("/operations/webhooks", data=form)
        assert shown.status_code == 200
        assert "whsec_" in shown.text
        listed = page.get("/operations/webhooks").text
        assert "Page &lt;b&gt;" in listed
        tool = hooks.tool("operator").get("/api/webhooks").json()
        (name,) = [each["subscription_id"] for each in tool if each["name"] == "Page <b>"]
        here = f"/operations/webhooks/{name}"

        assert page.post(f"{here}/test", headers={"HX-Request": "true"}).status_code == 204
        eventually(lambda: receiver.requests, within=20)
        eventually(lambda: "Delivered" in page.get(here).text, within=20)
        (made,) = (
            hooks.tool("operator").get(f"/api/webhooks/{name}/deliveries").json()["deliveries"]
        )
        detail = page.get(f"{here}/deliveries/{made['delivery_id']}").text
        assert "waybill.webhook.test.v1" in detail
        assert "whsec_" in page.post(f"{here}/secret").text
        assert page.post(f"{here}/delete", headers={"HX-Request": "true"}).status_code == 204
        assert page.get(here).status_code == 404
