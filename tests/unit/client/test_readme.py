"""The programs of the client's README run one after the other."""

import re
from functools import partialmethod

import pytest

from tests.processes import PROJECT
from tests.unit.client.memory_kafka import Kafka
from waybill_client import Client

README = (PROJECT / "client" / "README.md").read_text(encoding="utf-8")


def test_programs_run_as_printed(
    kafka: Kafka, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Client, "consume", partialmethod(Client.consume, idle=0.05))
    kafka.append("warehouse.releases", "c-1", b'{"moon": 1}', "waybill.shipment.flown-away.v1")
    programs = re.findall(r"^```python\n(.*?)^```", README, flags=re.M | re.S)
    names: dict[str, object] = {"__name__": "readme"}

    for program in programs:
        exec(compile(program, "README.md", "exec"), names)

    said = capsys.readouterr().out
    assert "done: None, version 2" in said
    assert "unknown or unreadable: waybill.shipment.flown-away.v1 None {'moon': 1}" in said
    written = [record.topic for record in kafka.written]
    assert written[:4] == [
        "order.commands",
        "order.commands",
        "checkout.cart-converted",
        "checkout.cart-converted",
    ]
    assert len(written) == 104


def test_readme_names_every_module_of_messages() -> None:
    modules = {"order", "shipment", "stock", "warehouse", "payment", "cart", "checkout"}
    modules |= {"customer", "catalog", "notification"}
    assert {each for each in modules if f"`{each}`" not in README} == set()
