"""What a fault is."""

from __future__ import annotations

from abc import ABC, abstractmethod

from tests.alerts.prometheus import Prometheus
from tests.alerts.system import System


class Fault(ABC):
    """Something that goes wrong, and the alerts that have to fire because of it.

    alerts    their names
    words     what goes wrong and what mends it, for the table
    lingers   whether its alerts look back so far that the drill goes on before they clear
    """

    alerts: tuple[str, ...]
    words: str
    lingers = False

    def __init__(self, system: System, prometheus: Prometheus) -> None:
        self.system = system
        self.prometheus = prometheus

    @property
    def impossible(self) -> str:
        """Why it can't be caused on this machine; empty if it can."""
        return ""

    @abstractmethod
    def cause(self) -> None:
        """Lets it happen."""

    def go_on(self) -> None:  # noqa: B027 - most faults need nothing more
        """Called every moment until all alerts fire."""

    @abstractmethod
    def mend(self) -> None:
        """Does what the runbook says."""
