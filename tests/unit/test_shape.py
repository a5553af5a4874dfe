"""Every aggregate has the same files for the same roles, as docs/architecture.md says."""

import importlib
import re

import pytest

from shared.runtime.decider import Decider
from tests.processes import PROJECT

AGGREGATES = {
    "cart": "services/cart/cart",
    "customer": "services/cart/customer",
    "order": "services/order",
    "payment": "services/payment",
    "fulfilment": "services/shipment/fulfilment",
    "stock": "services/shipment/stock",
}
ROLES = (
    "decider.py", "state.py", "evolution.py", "commands/", "preconditions.py", "reactions/",
    "allowed.py", "outgoing.py",
)  # fmt: skip

ALWAYS = ("state.py", "evolution.py", "commands/", "preconditions.py")


def _has(folder: str, role: str) -> bool:
    return (PROJECT / folder / role).exists()


def _documented() -> dict[str, dict[str, bool]]:
    """For each role's file, which aggregates the table of the architecture page ticks."""
    text = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
    (head,) = re.findall(r"^\| role \| file \| (.*) \|$", text, flags=re.M)
    names = re.findall(r"\[(\w+)\]", head)
    rows = re.findall(r"^\| [^|]+ \| `([\w./]+)` \|(.*)\|$", text, flags=re.M)
    return {
        role: dict(zip(names, (mark.strip() == "✓" for mark in marks.split("|")), strict=True))
        for role, marks in rows
    }


def test_the_table_says_what_is_there() -> None:
    there = {
        role: {name: _has(folder, role) for name, folder in AGGREGATES.items()} for role in ROLES
    }
    assert _documented() == there


@pytest.mark.parametrize("folder", AGGREGATES.values(), ids=AGGREGATES)
def test_a_decider_has_a_file_for_each_of_its_parts(folder: str) -> None:
    """What a decider publishes, reacts to and explains stands where the table says."""
    decider: Decider = importlib.import_module(f"{folder.replace('/', '.')}.decider").decider
    modules = {handler.__module__ for handler in decider.handlers.values()}
    assert modules, "it decides something"
    assert bool(decider.publishes) == _has(folder, "outgoing.py")
    assert all(_has(folder, role) for role in ALWAYS)


@pytest.mark.parametrize("service", ["cart", "order", "payment", "shipment"])
def test_a_service_is_wired_in_one_small_file(service: str) -> None:
    wiring = (PROJECT / "services" / service / "app.py").read_text(encoding="utf-8")
    assert len(wiring.splitlines()) <= 15
