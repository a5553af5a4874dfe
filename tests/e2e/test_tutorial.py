"""The programs in docs/tutorial.md run as printed and do what the tutorial says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.system import System
from tests.processes import PROJECT

pytestmark = pytest.mark.engines

TUTORIAL = PROJECT / "docs" / "tutorial.md"
MAX_LINES = 40
PLAIN = "plain_checkout.py"
# The plain program has no setting for a prefix.
TOPICS = ("checkout.cart-converted", "order.events")


def programs() -> dict[str, str]:
    """Returns the programs by file name."""
    text = TUTORIAL.read_text(encoding="utf-8")
    found = re.findall(r"Save this as\s`(\w+\.py)`.*?```python\n(.*?)```", text, flags=re.S)
    return dict(found)


def _saved(folder: Path, system: System) -> Path:
    """Saves the programs, the plain one with the prefix of the test's topics."""
    for name, code in programs().items():
        if name == PLAIN:
            for topic in TOPICS:
                code = code.replace(f'"{topic}"', f'"{system.cluster.prefix}{topic}"')
        (folder / name).write_text(code, encoding="utf-8")
    return folder


def _settings(system: System) -> dict[str, str]:
    """The environment of a program that has the client and nothing else of Waybill."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    kafka, prefix = system.cluster.engines.kafka, system.cluster.prefix
    return {**environment, "WAYBILL_KAFKA": kafka, "WAYBILL_TOPIC_PREFIX": prefix}


@pytest.mark.parametrize("name", programs())
def test_a_program_has_under_forty_lines(name: str) -> None:
    lines = [line for line in programs()[name].splitlines() if line.strip()]
    assert len(lines) < MAX_LINES


def test_a_checkout_and_a_warehouse_of_ones_own(
    system: System, client_python: Path, order: str, tmp_path: Path
) -> None:
    folder, environment = _saved(tmp_path, system), _settings(system)
    system.receive("LINEN-DRESS", 10)
    checkout = [client_python, str(folder / "checkout.py"), order]

    numbers = {
        subprocess.check_output(checkout, text=True, timeout=60, env=environment) for _ in range(2)
    }

    number = system.event(order, "order.placed").data["order_number"]
    assert numbers == {f"{number}\n"}
    system.event(order, "shipment.inventory-assigned")
    system.do("shipment.release", order, "1")
    warehouse = subprocess.Popen(
        [client_python, str(folder / "warehouse.py")], stdout=subprocess.PIPE, env=environment
    )
    try:
        assert system.event(order, "shipment.shipped").data["tracking_number"] == "1Z-0001"
        system.event(order, "order.completed")
    finally:
        warehouse.terminate()
        warehouse.wait(10)


def test_a_checkout_with_nothing_but_a_kafka_client(
    system: System, order: str, tmp_path: Path
) -> None:
    program = _saved(tmp_path, system) / PLAIN
    kafka = system.cluster.engines.kafka

    said = subprocess.check_output(
        [sys.executable, str(program), kafka, order], text=True, timeout=60
    )

    number = system.event(order, "order.placed").data["order_number"]
    assert said == f"{number}\n"
