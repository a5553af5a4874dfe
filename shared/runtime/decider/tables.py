"""Tables: what a service keeps, in its own database, of others' topics.

Why, and what that means for a decision: `docs/decisions/0009-what-a-decision-may-look-up.md`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from shared.contracts import Message


@dataclass(frozen=True, slots=True)
class Table:
    """The latest `model` of each key on its topic, which has to be compacted.

    Deciders look an entry up as `name/key`: `level/coventry/SKU-1`. `keeps` names the fields that
    are kept of what is said once of each key and never again, on any topic: an entry is a mapping
    of them then, and nothing removes it.
    """

    name: str
    model: type[Message]
    keeps: tuple[str, ...] = ()

    @property
    def removable(self) -> bool:
        """Whether a record without a value removes an entry."""
        return not self.keeps

    def __post_init__(self) -> None:
        if not self.keeps and self.model.topic.cleanup != "compact":
            topic = self.model.topic.name
            raise TypeError(f"{self.name}: {topic} doesn't keep the latest of a key")

    def written(self, message: Message) -> str:
        """An entry's data: the message as JSON, and its type, so that later versions read it."""
        if self.keeps:
            return message.model_dump_json(include=set(self.keeps))
        return f'{message.model_dump_json()[:-1]},"type":"{message.type}"}}'

    def read(self, data: str) -> Message | Mapping[str, Any]:
        """The message of an entry, or what is kept of it.

        A message without a type is of the first version.
        """
        if self.keeps:
            kept: dict[str, Any] = orjson.loads(data)
            return kept
        type_name = orjson.loads(data).get("type", self.model.types()[0])
        return self.model.read(type_name, data)
