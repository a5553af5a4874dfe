"""What operators have done about dead letters."""

from shared.contracts.base import Id, Message, Text, message
from shared.contracts.topics import DEAD_LETTER_VERDICTS


@message("waybill.dead-letter.redriven.v1", on=DEAD_LETTER_VERDICTS)
class Redriven(Message):
    """The record went back to the topic that it had come from; the envelope's actor sent it.

    Should it die again, that is another letter.
    """

    letter_id: Id
    service: Id
    sent_to: str


@message("waybill.dead-letter.dropped.v1", on=DEAD_LETTER_VERDICTS)
class Dropped(Message):
    """Nothing more is to be done about it; `note` says why, in the operator's words."""

    letter_id: Id
    service: Id
    note: Text | None = None
