"""Bulk jobs over HTTP: checked, confirmed, taken over from a portal that is killed."""

from __future__ import annotations

import csv
import signal
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.desk import Desk
from tests.e2e.system import System, shipment
from tests.engines import AnyEngines
from tests.polling import eventually
from tests.processes import until_ready

pytestmark = [pytest.mark.engines, pytest.mark.usefixtures("survivors")]

ORDERS = 60


@pytest.fixture(scope="module")
def own(engines: AnyEngines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A separate system, since its processes are stopped and killed."""
    with System(engines, tmp_path_factory.mktemp("bulk")) as running:
        yield running


@pytest.fixture
def portals(own: System) -> Iterator[Desk]:
    """Two portals that only this test uses."""
    desk = Desk(own.cluster, portals=2)
    yield desk
    for portal in desk.portals:
        portal.kill()


def placed(own: System, desk: Desk, prefix: str, number: int, **more: Any) -> list[str]:
    """Places orders, and waits until the portals show them."""
    orders = [f"{prefix}-{n:03}" for n in range(number)]
    for order in orders:
        own.place(order, shipment(f"SKU-{prefix}", 1), **more)
    eventually(lambda: all(desk.knows(order) for order in orders), within=60)
    return orders


def start(tool: httpx.Client, action: str, orders: list[str], **more: Any) -> str:
    """Starts a job and waits for its check."""
    answer = tool.post("/api/bulk-jobs", json={"action": action, "orders": orders, **more})
    assert answer.status_code == 201, answer.text
    job_id = str(answer.json()["job_id"])
    until(tool, job_id, "ready")
    return job_id


def until(tool: httpx.Client, job_id: str, phase: str) -> dict[str, Any]:
    """Waits until a job is in a phase."""
    seen: dict[str, Any] = {}

    def there() -> bool:
        seen.update(tool.get(f"/api/bulk-jobs/{job_id}").json())
        return bool(seen["phase"] == phase)

    eventually(there, within=90)
    return seen


def take(tool: httpx.Client, job_id: str, step: str) -> httpx.Response:
    return tool.post(f"/api/bulk-jobs/{job_id}/{step}")


def lease_renewed(own: System, job_id: str) -> None:
    """Waits until the lease of a job is extended."""

    def lease() -> object:
        (kept,) = [
            each for each in own.cluster.collection("portal", "bulk_jobs") if each["_id"] == job_id
        ]
        return kept["lease"]

    before = lease()
    eventually(lambda: lease() != before)


def times(own: System, orders: list[str], name: str) -> Counter[int]:
    """How many orders have how many events with this name."""
    return Counter(own.names(order, "order.events").count(name) for order in orders)


def test_another_portal_ends_the_job_of_one_that_was_killed_before_any_result(
    own: System, portals: Desk
) -> None:
    orders = placed(own, portals, "killed", ORDERS)
    for order in orders[:5]:
        own.do("order.hold", order)
    (service,) = own.of("order")
    with portals.tool("csr") as tool:
        job_id = start(tool, "hold", orders, reason="Recall of the linen dresses")
        checked = until(tool, job_id, "ready")
        assert checked["counts"] == {"possible": ORDERS - 5, "impossible": 5}
        assert [cause["items"] for cause in checked["causes"]] == [5]
        assert times(own, orders, "held") == {1: 5, 0: ORDERS - 5}  # nothing has happened

        service.send(signal.SIGSTOP)  # commands are sent, and nobody answers
        assert take(tool, job_id, "confirm").status_code == 200
        eventually(lambda: tool.get(f"/api/bulk-jobs/{job_id}").json()["counts"].get("sent", 0) > 9)
        portals.portals[0].kill()
        service.send(signal.SIGCONT)

        tool.base_url = httpx.URL(portals.at(portals.portals[1]))
        ended = until(tool, job_id, "finished")
        assert ended["counts"] == {"accepted": ORDERS - 5, "impossible": 5}
        assert ended["reason"] is None  # the orders keep it
        items = tool.get(f"/api/bulk-jobs/{job_id}/items", params={"limit": 100}).json()["items"]
    assert sorted(item["order_id"] for item in items) == orders
    numbers = [item["number"] for item in items]
    assert numbers == sorted(numbers)  # in the order in which they were created
    own.until(lambda _: times(own, orders, "held") == {1: ORDERS})
    assert times(own, orders, "hold-requested") == {1: ORDERS}


def test_a_job_goes_on_by_itself_after_a_restart(own: System, portals: Desk) -> None:
    orders = placed(own, portals, "restart", 20)
    (service,) = own.of("order")
    with portals.tool("csr") as tool:
        job_id = start(tool, "cancel", orders, reason="Called off")
        service.send(signal.SIGSTOP)
        assert take(tool, job_id, "confirm").status_code == 200
        eventually(lambda: tool.get(f"/api/bulk-jobs/{job_id}").json()["counts"].get("sent", 0) > 0)
        for portal in portals.portals:
            portal.kill()
        service.send(signal.SIGCONT)
        restarted = own.cluster.start("portal")
        portals.portals.append(restarted)
        until_ready(restarted)
        tool.base_url = httpx.URL(portals.at(restarted))
        assert until(tool, job_id, "finished")["counts"] == {"accepted": 20}
    own.until(lambda _: times(own, orders, "canceled") == {1: 20})


def test_a_stopped_job_keeps_what_is_done_and_resumes_the_rest(own: System, portals: Desk) -> None:
    orders = placed(own, portals, "stopped", 40)
    (service,) = own.of("order")
    with portals.tool("csr") as tool, portals.tool("viewer") as viewer:
        job_id = start(tool, "hold", orders)
        assert take(viewer, job_id, "confirm").status_code == 403
        service.send(signal.SIGSTOP)
        assert take(tool, job_id, "confirm").status_code == 200
        eventually(lambda: tool.get(f"/api/bulk-jobs/{job_id}").json()["counts"].get("sent", 0) > 0)
        assert take(tool, job_id, "stop").json()["phase"] == "stopping"
        lease_renewed(own, job_id)  # whoever works on it knows by now
        service.send(signal.SIGCONT)
        stopped = until(tool, job_id, "stopped")["counts"]
        assert stopped["accepted"] > 0
        assert stopped["possible"] > 0
        assert stopped.keys() == {"accepted", "possible"}  # every result is told
        again = take(tool, job_id, "stop")
        assert (again.status_code, again.json()["code"]) == (409, "wrong-phase")
        assert take(tool, job_id, "resume").status_code == 200
        assert until(tool, job_id, "finished")["counts"] == {"accepted": 40}
    own.until(lambda _: times(own, orders, "held") == {1: 40})


def test_shipments_are_released_and_what_cannot_be_says_why(own: System, portals: Desk) -> None:
    own.receive("SKU-ship", 5)
    orders = placed(own, portals, "ship", 5)
    for order in orders:
        own.event(order, "shipment.inventory-assigned")
    orders.append("ship-waits")
    own.place("ship-waits", shipment("SKU-ship", 1))
    eventually(lambda: portals.knows("ship-waits"), within=30)
    own.event("ship-waits", "shipment.inventory-requested")
    with portals.signed_in("supervisor") as browser:
        job_id = start(browser, "release", orders)
        browser.post(f"/jobs/{job_id}/confirm")
        assert until(browser, job_id, "finished")["counts"] == {"accepted": 5, "impossible": 1}
        page = browser.get(f"/jobs/{job_id}?state=impossible").text
        why = "SKU-ship"
        assert why in page
        text = browser.get(f"/jobs/{job_id}/results.csv").text
        rows = list(csv.DictReader(text.splitlines()))
        assert sorted(row["Order id"] for row in rows) == orders
        assert Counter(row["Result"] for row in rows) == {"Done": 5, "Can't be done": 1}
        assert [why in row["Reasons"] for row in rows if row["Order id"] == orders[-1]] == [True]


def test_deleting_leaves_no_personal_data_in_the_job(own: System, portals: Desk) -> None:
    person = {"name": "Wilhelmina Skellefte", "email": "wilhelmina@example.com"}
    orders = placed(own, portals, "gone", 3, customer=person)
    with portals.signed_in("supervisor") as browser:
        job_id = start(browser, "delete", orders)
        assert "Wilhelmina" in browser.get(f"/jobs/{job_id}").text  # from the orders, before
        browser.post(f"/jobs/{job_id}/confirm")
        assert until(browser, job_id, "finished")["counts"] == {"accepted": 3}
        eventually(lambda: "Wilhelmina" not in browser.get(f"/jobs/{job_id}").text, within=30)
        assert browser.get(f"/jobs/{job_id}").status_code == 200
        items = browser.get(f"/api/bulk-jobs/{job_id}/items").text
        assert "Wilhelmina" not in items
        assert items.count("PO1") == 3
