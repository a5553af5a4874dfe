"""Bugs of the border: unchecked input is accepted."""

from __future__ import annotations

from shared.contracts import border
from tests.simulation.planted.registry import Patch, bug


@bug
def take_what_cannot_be_shown(patch: Patch) -> None:
    patch.setattr(border, "admitted", lambda value, path="": value)
