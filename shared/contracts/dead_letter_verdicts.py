"""What operators decided about dead letters."""

from shared.contracts.base import Id, Message, Text, message
from shared.contracts.topics import DEAD_LETTER_VERDICTS


@message("waybill.dead-letter.redriven.v1", on=DEAD_LETTER_VERDICTS)
class Redriven(Message):
    """The record was published to its original topic again, by the envelope's actor.

    If it fails again, that makes another dead letter.
    """

    letter_id: Id
    service: Id
    sent_to: str


@message("waybill.dead-letter.dropped.v1", on=DEAD_LETTER_VERDICTS)
class Dropped(Message):
    """The dead letter was closed without redriving it; `note` is the operator's reason."""

    letter_id: Id
    service: Id
    note: Text | None = None
