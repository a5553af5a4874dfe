"""The outcome of a command, and the reason for a no."""

from typing import Literal

from shared.contracts.base import Message, Part, message
from shared.contracts.topics import REPLIES


class Blocker(Part):
    """One thing that stands in the way, in words a person can act on."""

    code: str
    message: str


class Reason(Part):
    """Why something can't be done: the first blocker's code and words, and every blocker."""

    code: str
    message: str
    blockers: tuple[Blocker, ...] = ()

    @classmethod
    def of(cls, *blockers: Blocker) -> "Reason":
        """The reason that these blockers make, told in their order."""
        words = " ".join(blocker.message for blocker in blockers)
        return cls(code=blockers[0].code, message=words, blockers=blockers)


@message("waybill.reply.v1", on=REPLIES)
class Reply(Message):
    """What became of a command; goes to the topic that the command names as `replyto`."""

    command_id: str
    outcome: Literal["accepted", "rejected"]
    subject: str | None = None
    version: int | None = None
    status: str | None = None
    reason: Reason | None = None
