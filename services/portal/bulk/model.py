"""Bulk jobs and their items, and the states of both."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from pydantic import BaseModel, Field

from services.portal.auth.sessions import Person
from services.portal.bulk.actions import ACTIONS, ActionName, BulkAction
from services.portal.i18n import N_

MAX_ORDERS = 10_000

# A job is checked, waits for its starter's confirmation, and runs. A stopped one may be resumed.
Phase = Literal["checking", "ready", "running", "finished", "stopping", "stopped"]
# An item is unchecked, then possible or impossible; once its command may have been sent it is sent,
# until the result is known.
State = Literal["unchecked", "possible", "impossible", "sent", "accepted", "partly", "rejected"]
STATES: tuple[State, ...] = get_args(State)
OPEN: tuple[State, ...] = ("unchecked", "possible", "sent")
DONE: tuple[State, ...] = ("accepted", "partly", "rejected")
PHASE_LABELS: Mapping[str, str] = {
    "checking": N_("Checking"),
    "ready": N_("Waiting for confirmation"),
    "running": N_("Running"),
    "finished": N_("Finished"),
    "stopping": N_("Stopping"),
    "stopped": N_("Stopped"),
}


@dataclass(frozen=True)
class Step:
    """What is done in a phase: the items it takes, and the phase that follows."""

    takes: tuple[State, ...]
    then: Phase


STEPS: Mapping[str, Step] = {
    "checking": Step(("unchecked",), "ready"),
    "running": Step(("sent", "possible"), "finished"),
    # What may have been sent is followed to its result before the job counts as stopped.
    "stopping": Step(("sent",), "stopped"),
}


class Job(BaseModel):
    """A bulk job.

    `by` is the account that started it. `reason` is kept only until the job is finished; the orders
    keep it then. `confirmed` is when the starter confirmed it after the check. `revoked` is whether
    it was stopped because that account lost the right to its action, or was removed.
    """

    job_id: str
    action: ActionName
    reason: str | None = None
    by: str
    created: datetime
    phase: Phase
    total: int
    confirmed: datetime | None = None
    ended: datetime | None = None
    revoked: bool = False

    @property
    def does(self) -> BulkAction:
        """Its action."""
        return ACTIONS[self.action]

    @property
    def active(self) -> bool:
        """Whether some portal works on it, or will."""
        return self.phase in STEPS


class LeasedJob(Job):
    """A job to work on.

    roles    its starter's roles, when it was started
    account  whether its starter has an account in this portal, whose roles are asked for again
    fence    the number of the lease that its writes carry
    """

    roles: tuple[str, ...] = ()
    account: bool = False
    fence: int

    @property
    def starter(self) -> Person:
        """Who started it, with the roles of that time."""
        return Person(self.by, self.roles)


class Item(BaseModel):
    """One order of a job. It has no personal data, so it may outlive the order.

    position   its place in the job, from 1 on
    number     the order's number
    shipments  the ids of the shipments whose commands are sent; empty for actions on the order
    reasons    why it can't be done or was rejected
    """

    order_id: str
    position: int
    number: str
    state: State
    shipments: list[str] = []
    reasons: list[str] = []


class Cause(BaseModel):
    """How many items can't be done, or were rejected, for one cause; `text` is of one of them."""

    text: str
    items: int
    state: State


class Counts(BaseModel):
    """The number of items in each state."""

    states: dict[State, int] = Field(default_factory=dict)

    def of(self, *states: State) -> int:
        """The number of items in these states."""
        return sum(self.states.get(state, 0) for state in states)
