"""Checks messages before they are sent, by the rules that their service applies."""

from collections.abc import Mapping
from typing import Any, TypeVar

import orjson
from pydantic import ValidationError

from shared.contracts import Malformed, Message, border, field_errors
from shared.contracts.cards import CARD_NUMBER, card_field
from waybill_client.errors import InvalidMessageError

M = TypeVar("M", bound=Message)


def parse(kind: type[M], data: Mapping[str, Any] | str | bytes) -> M:
    """Makes a message of `data`: JSON, or a dict as JSON has it.

    Raises `InvalidMessageError`, which names the first wrong field.
    """
    try:
        content = orjson.dumps(dict(data)) if isinstance(data, Mapping) else data
    except orjson.JSONEncodeError as error:
        raise InvalidMessageError("value", f"can't be written as JSON: {error}") from None
    try:
        return checked(kind.read(kind.type, content))
    except ValidationError as error:
        wrong = field_errors.first(error)
        raise InvalidMessageError(wrong.field, wrong.message) from None


def checked(message: M) -> M:
    """Returns the message as its service reads it: white space around text is trimmed.

    Raises `InvalidMessageError`.
    """
    try:
        if message.topic.takes_from_outside:
            message = border.admitted(message)
        message.check()
        if not message.topic.facts and (field := card_field(message)) is not None:
            raise Malformed(field, CARD_NUMBER)
    except Malformed as error:
        raise InvalidMessageError(error.field, error.message) from None
    return message
