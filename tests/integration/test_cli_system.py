"""`waybill up` and what people do with a system that runs, each command a process of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from ops.local.home import Home, State
from shared.contracts.topics import STARTED
from tests.engines import AnyEngines
from tests.polling import eventually

pytestmark = [pytest.mark.engines, pytest.mark.slow]

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
SALES = (
    "1001,22196,SMALL SPOONS,24,12/1/2010 10:03,0.85,12431,Australia",
    "1001,22196,SMALL SPOONS,100,12/1/2010 10:03,0.055,12431,Australia",
    "1002,85123A,HEART HOLDER ,6,12/1/2010 8:26,18,,EIRE",
    "C1003,85123A,HEART HOLDER ,-6,12/1/2010 8:26,18,,United Kingdom",
)


class System:
    """The command, as a newcomer's shell runs it."""

    def __init__(self, home: Path, engines: AnyEngines) -> None:
        self.home = Home(home)
        name = uuid4().hex[:8]
        self._environment = os.environ | {
            "WAYBILL_HOME": str(home),
            "WAYBILL_KAFKA": engines.kafka,
            "WAYBILL_MONGO": engines.mongo,
            "WAYBILL_TOPIC_PREFIX": f"t{name}.",
            "WAYBILL_DATABASE": f"t{name}",
            "WAYBILL_SESSION_TIMEOUT_MS": "6000",
        }

    def waybill(self, *arguments: str, code: int = 0, limit: float = 120) -> str:
        """What the command prints; its exit code has to be `code`."""
        done = subprocess.run(
            [sys.executable, "-m", "ops.cli.main", *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
        assert done.returncode == code, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    @property
    def state(self) -> State:
        """What the system has written down."""
        found = self.home.state()
        assert found
        return found


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory, engines: AnyEngines) -> Iterator[System]:
    """A system on topics and databases of its own."""
    found = System(tmp_path_factory.mktemp("home"), engines)
    found.waybill("up", "--detach")
    yield found
    found.waybill("down")


def test_up_again_says_that_it_runs(system: System) -> None:
    assert "Waybill is already running." in system.waybill("up")


def test_status_is_healthy(system: System) -> None:
    status = json.loads(system.waybill("status", "--json"))
    assert status["healthy"]
    assert {s["name"] for s in status["services"]} == set(STARTED)


def test_demo_carries_two_orders_to_shipped(system: System) -> None:
    told = [json.loads(line) for line in system.waybill("demo", "--json").splitlines()]

    events = [line["event"] for line in told if "event" in line]
    assert events.count("waybill.shipment.shipped.v1") == 2
    assert "waybill.shipment.backordered.v1" in events
    assert [line["warehouse"] for line in told if "warehouse" in line] == [
        "waybill.shipment.released.v1"
    ] * 2
    assert told[-1]["shipped"] == 2


def test_replay_agrees_with_the_file_however_often_it_runs(system: System, tmp_path: Path) -> None:
    file = tmp_path / "sales.csv"
    file.write_text("\n".join([HEADER, *SALES]), encoding="utf-8")

    first = json.loads(system.waybill("replay", str(file), "--json"))
    again = json.loads(system.waybill("replay", str(file), "--json"))

    assert first["equal"]
    assert first["figures"]["orders"] == {"expected": 2, "found": 2}
    assert first["figures"]["lines"] == {"expected": 3, "found": 3}
    assert first["figures"]["money"] == {"expected": "133.90", "found": "133.90"}
    assert first["aside"] == 1
    assert again == first


def test_order_is_commanded_and_shown_by_id_and_by_number(system: System, tmp_path: Path) -> None:
    file = tmp_path / "sales.csv"
    file.write_text(f"{HEADER}\n{SALES[2].replace('1002', '2002')}\n", encoding="utf-8")
    system.waybill("replay", str(file))
    hold = ("send", "order.hold", "--order-id", "retail-2002", "--reason", "Looks odd")

    assert "Order retail-2002 is OnHold" in system.waybill(*hold, "--actor", "csr:17")
    assert "Rejected." in system.waybill("send", "order.hold", "--order-id", "none", code=3)

    order = json.loads(system.waybill("show", "retail-2002", "--json"))
    assert (order["status"], order["shipments"]["1"]["status"]) == ("OnHold", "OnHold")
    assert order["total"] == order["payments"]["retail-2002-1"]["amount"] == "108.00"
    assert {line["service"] for line in order["history"]} == {"order", "payment", "shipment"}
    held = next(line for line in order["history"] if line["what"] == "order.hold-requested")
    assert (held["who"], held["why"]) == ("csr:17", "order.hold: Looks odd")
    may = system.waybill("order", "actions", order["number"].lower())
    assert "The order is on hold. Release the hold first." in may
    said = json.loads(system.waybill("order", "actions", "retail-2002", "--json"))
    assert said["order"]["version"] >= 3
    assert {"order", "payment", "shipment"} < said.keys()
    system.waybill("order", "actions", "no-such-order", code=3)
    by_number = system.waybill("show", order["number"].lower())
    assert "retail-2002" in by_number
    system.waybill("show", "no-such-order", code=1)


def test_deleted_orders_are_told_of_one_by_one_and_show_their_tombstones(
    system: System, tmp_path: Path
) -> None:
    file = tmp_path / "sales.csv"
    sales = (SALES[2].replace("1002", number) for number in ("3001", "3002"))
    file.write_text("\n".join([HEADER, *sales]), encoding="utf-8")
    system.waybill("replay", str(file))
    number = json.loads(system.waybill("show", "retail-3001", "--json"))["number"]

    told = system.waybill(
        *("order", "delete", number, "no-such-order", "--yes", "--actor", "csr:17"), code=3
    )

    assert f"{number}  Deleted." in told
    assert "no-such-order  Not deleted. There is no order no-such-order. (unknown-order)" in told
    assert "Deleted." in system.waybill("order", "delete", "retail-3002", number, "--yes")
    tombstone = json.loads(system.waybill("show", number, "--json"))
    assert (tombstone["status"], tombstone["order_id"]) == ("Deleted", "retail-3001")
    assert tombstone["deleted"]["by"] == "csr:17"
    eventually(lambda: "108.00 GBP were captured" in system.waybill("show", number), within=30)
    assert "was deleted on" in system.waybill("order", "actions", number, code=3)


def test_deleted_customer_is_told_of_with_what_kafka_still_has(system: System) -> None:
    about = ("--customer-id", "cu-cli")
    system.waybill("send", "customer.create", *about, "--name", "Mercy Taylor")
    draft = ("--cart-id", "d-cli", "--market", "US", *about)
    system.waybill("send", "cart.create-draft", *draft)

    told = system.waybill("customer", "delete", "cu-cli", "--yes", "--actor", "csr:17")

    assert "Accepted." in told
    assert "expire" in told
    assert "was deleted" in system.waybill(
        "send", "customer.update", *about, "--phone", "1", code=3
    )
    assert "Accepted." in system.waybill("customer", "delete", "cu-cli", "--yes")
    eventually(lambda: "Deleted" in system.waybill("show", "d-cli"), within=30)
    assert "no customer" in system.waybill("customer", "delete", "no-such", "--yes", code=3)


def test_command_sent_again_with_its_id_has_no_second_effect(system: System) -> None:
    receive = ("stock", "receive", "coventry", "TWICE", "5", "--id", uuid4().hex, "--json")

    first, again = system.waybill(*receive), system.waybill(*receive)

    assert json.loads(first)["outcome"] == "accepted"
    assert again == first
    levels = json.loads(system.waybill("stock", "show", "--sku", "TWICE", "--json"))
    assert [level["on_hand"] for level in levels] == [5]


def test_catalog_is_imported_and_a_line_needs_no_more_than_its_sku(
    system: System, tmp_path: Path
) -> None:
    sku, draft = f"S-{uuid4().hex[:8]}", f"d-{uuid4().hex[:8]}"
    file = tmp_path / "catalog.csv"
    file.write_text(f"sku,name,price_US\n{sku},Apron,19.50\nbad,Bad,1\n", encoding="utf-8")
    imported = ("catalog", "import", str(file), "--json")

    assert json.loads(system.waybill(*imported, code=1)) == {
        "rows": 2, "broken": 1, "new": 1, "changed": 0, "unchanged": 0,
    }  # fmt: skip
    assert json.loads(system.waybill(*imported, code=1))["unchanged"] == 1
    shown = json.loads(system.waybill("catalog", "show", sku, "--json"))
    assert shown["prices"] == {"US": "19.50"}
    assert "Apron" in system.waybill("catalog", "show", sku)
    system.waybill("catalog", "show", "bad", code=1)

    system.waybill("send", "cart.create-draft", "--cart-id", draft, "--market", "US")
    line = ("--cart-id", draft, "--shipment-id", "1", "--line-id", "1", "--quantity", "2")

    def added() -> bool:  # the cart service hears of the catalog a moment later
        try:
            return bool(system.waybill("send", "cart.add-line", *line, "--sku", sku))
        except AssertionError:
            return False

    eventually(added, within=60)
    lines = system.waybill("tail", "cart.events", "--from-beginning", "--to-end", "--json")
    (found,) = [d for d in map(json.loads, lines.splitlines()) if d["data"].get("sku") == sku]
    assert (found["data"]["name"], found["data"]["placed_price"]) == ("Apron", "19.50")


def test_example_catalog_is_put_in_once_and_changes_nothing_that_is_there(
    system: System, tmp_path: Path
) -> None:
    system.waybill("setup", "--example-stock")
    dress = json.loads(system.waybill("catalog", "show", "LINEN-DRESS", "--json"))
    assert dress["prices"]["US"] == "39.50"
    file = tmp_path / "catalog.csv"
    file.write_text("sku,name,price_US\nLINEN-DRESS,Linen dress,41.00\n", encoding="utf-8")
    system.waybill("catalog", "import", str(file))

    assert "Catalog: 0 articles" in system.waybill("setup", "--example-stock")

    dress = json.loads(system.waybill("catalog", "show", "LINEN-DRESS", "--json"))
    assert dress["prices"] == {"US": "41.00"}


def test_tail_shows_what_a_topic_holds(system: System) -> None:
    system.waybill("stock", "count", "coventry", "TAILED", "3")

    lines = system.waybill("tail", "stock.events", "--from-beginning", "--to-end", "--json")

    skus = [json.loads(line)["data"].get("sku") for line in lines.splitlines()]
    assert "TAILED" in skus


def test_service_that_is_killed_comes_back(system: System) -> None:
    before = next(i for i in system.state.instances if i.name == "order")
    assert before.process
    os.kill(before.process.pid, signal.SIGKILL)

    def back() -> bool:
        now = next(i for i in system.state.instances if i.name == "order")
        return now.process is not None and now.process != before.process

    eventually(back, within=30)
    eventually(lambda: json.loads(_status(system))["healthy"], within=60)


def _status(system: System) -> str:
    try:
        return system.waybill("status", "--json")
    except AssertionError:
        return '{"healthy": false}'
