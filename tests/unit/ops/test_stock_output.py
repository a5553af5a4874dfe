"""Who is short and who waits, for people and for programs."""

import json

import pytest

from ops.cli.stock_output import print_stock
from shared.contracts.stock_status import Lacking, Queued, StockStatus, Wanted

SHORT = Lacking(order_id="c-1", shipment_id="2", sku="A", lacks=3)
WAITS = Queued(place=1, order_id="c-2", shipment_id="1", lines=(Wanted(sku="A", quantity=2),))
TOLD = StockStatus(short=(SHORT,), lacking=2, queue=(WAITS,), waiting=1)
NOBODY = StockStatus(short=(), lacking=0, queue=(), waiting=0)


def test_each_has_words(capsys: pytest.CaptureFixture[str]) -> None:
    print_stock([("seattle", TOLD)])
    said = capsys.readouterr().out
    assert "Short: Order c-1 shipment 2 lacks 3 of A." in said
    assert "… and 1 more in seattle." in said
    assert "2 × A" in said


def test_a_quiet_warehouse_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    print_stock([("seattle", NOBODY)])
    print_stock([], only_short=True)
    assert capsys.readouterr().out == "No shipment is waiting in seattle.\nNo shipment is short.\n"


def test_json_has_everything(capsys: pytest.CaptureFixture[str]) -> None:
    print_stock([("seattle", TOLD)], as_json=True)
    (told,) = json.loads(capsys.readouterr().out)
    assert told["warehouse"] == "seattle"
    assert told["queue"][0]["lines"] == [{"sku": "A", "quantity": 2}]
