"""The types of holds: what each stops, and who may lift it."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, field_validator

from shared.contracts.base import Id, Name
from shared.contracts.holds import STOPS, Stop
from shared.site.section import Section

# The roles of portal accounts that may release holds at all.
LiftRole = Literal["csr", "supervisor"]


class HoldType(Section):
    """A type of holds.

    stops       the actions that its holds stop unless they say otherwise
    lift_roles  the roles of those who may lift its holds in the portal and its API
    """

    name: Name
    stops: tuple[Stop, ...] = STOPS
    lift_roles: Annotated[tuple[LiftRole, ...], Field(min_length=1)] = ("csr", "supervisor")

    @field_validator("stops")
    @classmethod
    def _each_once(cls, stops: tuple[Stop, ...]) -> tuple[Stop, ...]:
        if len(set(stops)) < len(stops):
            raise ValueError("lists an action twice")
        return stops


HOLD_TYPES: Mapping[Id, HoldType] = {
    "fraud": HoldType(name="Fraud check", lift_roles=("supervisor",)),
    "address": HoldType(name="Address check", stops=("release", "ship")),
    "payment": HoldType(name="Payment check", stops=("release", "pick", "pack", "ship")),
    "customer": HoldType(
        name="Customer's request", stops=("release", "pick", "pack", "ship", "capture")
    ),
    "other": HoldType(name="Other"),
}
