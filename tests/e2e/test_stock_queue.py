"""Five pieces are available and an order of two gets none: every view shows who is ahead."""

import html
import json
import re

import pytest
from typer.testing import CliRunner

from ops.cli.main import app
from tests.desk import Desk
from tests.e2e.system import System, shipment
from tests.polling import eventually

pytestmark = pytest.mark.engines


def test_pages_and_command_line_say_who_is_before_whom(
    system: System, desk: Desk, order: str, sku: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    system.receive(sku, 5)
    larger, smaller, id_ = f"{order}-8", f"{order}-2", "s-zq1503"
    for each, quantity in ((larger, 8), (smaller, 2)):
        system.place(each, shipment(sku, quantity, shipment_id=id_))
        system.event(each, "shipment.backordered")
        eventually(lambda each=each: desk.knows(each), within=30)

    for name, value in system.cluster.environment.items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(app, ["order", "actions", smaller, "--json"])
    assert result.exit_code == 0, result.output
    (release,) = (
        action
        for action in json.loads(result.stdout)["shipment"]["actions"]
        if action["action"] == "shipment.release"
    )
    (lack,) = release["blockers"]
    assert lack["code"] == "no-inventory"
    assert lack["message"].endswith(f"number 2 for {sku}, after {larger} (wants 8).")
    queue = CliRunner().invoke(app, ["stock", "queue", "seattle", "--sku", sku, "--json"])
    assert [each["order_id"] for each in json.loads(queue.stdout)[0]["queue"]] == [larger, smaller]

    with desk.signed_in("csr") as csr:

        def page(path: str) -> str:
            return html.unescape(csr.get(path).text)

        first = csr.get(f"/api/orders/{larger}").json()["number"]
        after = f"In the queue it is number 2 for {sku}, after {first} (wants 8)."
        eventually(lambda: after in page(f"/orders/{smaller}"), within=30)
        assert f"In the queue it is first for {sku}." in page(f"/orders/{larger}")
        stock = page(f"/warehouse/seattle/stock?sku={sku}")
        waits = re.findall(r'<a href="/orders/([^"]+)">[^<]+</a>, (shipment \d+)</td>', stock)
        assert waits == [(larger, "shipment 1"), (smaller, "shipment 1")]
        for path in (f"/warehouse/seattle/stock?sku={sku}", f"/warehouse/slip/{smaller}/{id_}"):
            assert ">" + id_ not in page(path)
            assert " " + id_ not in page(path)
