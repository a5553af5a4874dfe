"""The programs in docs/tutorial.md run as printed and do what the tutorial says."""

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
TOPICS = ("checkout.cart-converted", "order.events", "shipment.commands", "warehouse.releases")


def programs() -> dict[str, str]:
    """Returns the programs by file name."""
    text = TUTORIAL.read_text(encoding="utf-8")
    found = re.findall(r"Save this as `(\w+\.py)`.*?```python\n(.*?)```", text, flags=re.S)
    return dict(found)


def _saved(folder: Path, system: System) -> Path:
    """Saves the programs, with the prefix of the test's topics."""
    for name, code in programs().items():
        for topic in TOPICS:
            code = code.replace(f'"{topic}"', f'"{system.cluster.prefix}{topic}"')
        (folder / name).write_text(code, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", programs())
def test_a_program_has_under_forty_lines(name: str) -> None:
    lines = [line for line in programs()[name].splitlines() if line.strip()]
    assert len(lines) < MAX_LINES


def test_a_checkout_and_a_warehouse_of_ones_own(system: System, order: str, tmp_path: Path) -> None:
    folder, kafka = _saved(tmp_path, system), system.cluster.engines.kafka
    system.receive("LINEN-DRESS", 10)
    checkout = [sys.executable, str(folder / "checkout.py"), kafka, order]

    numbers = {subprocess.check_output(checkout, text=True, timeout=60) for _ in range(2)}

    number = system.event(order, "order.placed").data["order_number"]
    assert numbers == {f"{number}\n"}
    system.event(order, "shipment.inventory-assigned")
    system.do("shipment.release", order, "1")
    warehouse = subprocess.Popen(
        [sys.executable, str(folder / "warehouse.py"), kafka], stdout=subprocess.PIPE, text=True
    )
    try:
        assert system.event(order, "shipment.shipped").data["tracking_number"] == "1Z-0001"
        system.event(order, "order.completed")
    finally:
        warehouse.terminate()
        warehouse.wait(10)
