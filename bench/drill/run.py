"""One run of the restore drill: what each step leaves for those that follow."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.drill.databases import Databases
from bench.drill.orders import CLOSED, Outcomes, Sender, fate, order_id, secrets
from bench.results import Figures
from bench.system import System
from bench.tool import Ran

MOST_PLACED = 10_000  # the others are copied


def check(fine: bool, problem: str) -> None:
    """Raises `RuntimeError` unless it is fine."""
    if not fine:
        raise RuntimeError(problem)


def memory(system: System) -> dict[str, int]:
    """Megabytes of each process."""
    return {name: round(size) for name, size in system.processes.megabytes().items()}


@dataclass
class Run:
    """A drill with this many orders; `folder` has the engines' data and the backup.

    outcomes  of all messages, by their ids
    during    how many orders came in during the backup
    copied    how many copies there are, by what has become of their originals
    token     of an account of the portal
    pages     what the portal showed of some orders before they were archived
    rows      the number and the status of all orders before the backup
    """

    folder: Path
    orders: int
    steps: dict[str, dict[str, float]] = field(default_factory=dict)
    figures: Figures = field(default_factory=dict)
    outcomes: Outcomes = field(default_factory=dict)
    during: int = 0
    copied: dict[str, int] = field(default_factory=dict)
    token: str = ""
    pages: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def placed(self) -> int:
        """How many orders are really placed before the backup."""
        return min(MOST_PLACED, self.orders // 2)

    @property
    def archived(self) -> int:
        """How many orders are archived."""
        return self.orders // 2

    @property
    def old(self) -> list[int]:
        """Those that are archived, of the orders that are really placed."""
        return [number for number in range(self.placed // 2) if fate(number) in CLOSED]

    @property
    def young(self) -> list[int]:
        """Closed orders that were really placed and aren't archived."""
        return [n for n in range(self.placed // 2, self.placed) if fate(n) in CLOSED]

    @property
    def erased(self) -> int:
        """The archived order that is deleted."""
        return self.old[0]

    @property
    def backup(self) -> Path:
        """The folder of the backup."""
        return self.folder / "backup"

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Times a step, and says how it goes."""
        print(f"{name} …")
        began = perf_counter()
        yield
        self.note(name, began)

    def note(self, name: str, began: float) -> None:
        """Notes that a step has ended."""
        self.steps[name] = {"seconds": round(perf_counter() - began, 1)}
        print(f"{name}: {self.steps[name]['seconds']} s")

    def cost(self, name: str, ran: Ran) -> None:
        """Notes the time and the memory of a command."""
        self.steps[name] = {"seconds": round(ran.seconds, 1), "megabytes": round(ran.megabytes)}

    def same(self, again: Outcomes) -> None:
        """Checks that repeats have got the first outcome."""
        changed = [name for name, each in again.items() if each != self.outcomes[name]]
        check(not changed, f"another outcome than the first: {changed[:5]}")

    async def erase(self, sender: Sender) -> None:
        """Deletes the archived order, perhaps again."""
        reply = await sender.erase(self.erased)
        check(reply.status == "Deleted", f"not deleted: {reply}")

    def nothing_left(self, databases: Databases) -> None:
        """Checks that no database has a text of the deleted order, and that it isn't shown."""
        places = databases.traces(secrets(self.erased))
        check(not places, f"texts of the deleted order are in {places}")
        check(not databases.shows(order_id(self.erased)), "the deleted order is shown")
