"""The system that is examined."""

import os
from dataclasses import dataclass

from ops.local.home import Home, State
from shared.runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class System:
    """A system: its settings, the data folder and, if `waybill up` started it, its state."""

    settings: Settings
    home: Home
    state: State | None

    @property
    def engines_given(self) -> bool:
        """Whether the environment names engines, so that none has to be started here."""
        named = {"WAYBILL_KAFKA", "WAYBILL_MONGO", "WAYBILL_MONGO_FILE"}
        return bool(named & os.environ.keys())

    def due(self, name: str) -> str:
        """When an engine or service that is down starts again; empty if it isn't down."""
        due = self.state.due_restarts().get(name) if self.state and self.state.running() else None
        return due.when if due else ""
