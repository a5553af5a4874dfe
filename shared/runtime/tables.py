"""Tables: what a service keeps, in its own database, of others' compacted topics.

Why, and what that means for a decision: `docs/decisions/0009-what-a-decision-may-look-up.md`.
"""

from dataclasses import dataclass

import orjson

from shared.contracts import Message


@dataclass(frozen=True, slots=True)
class Table:
    """The latest `model` of each key on its topic, which has to be compacted.

    Deciders look an entry up as `name/key`: `level/coventry/SKU-1`.
    """

    name: str
    model: type[Message]

    def __post_init__(self) -> None:
        if self.model.topic.cleanup != "compact":
            topic = self.model.topic.name
            raise TypeError(f"{self.name}: {topic} doesn't keep the latest of a key")

    def written(self, message: Message) -> str:
        """An entry's data: the message as JSON, and its type, so that later versions read it."""
        return f'{message.model_dump_json()[:-1]},"type":"{message.type}"}}'

    def read(self, data: str) -> Message:
        """The message of an entry. One without a type is of the first version."""
        type_name = orjson.loads(data).get("type", self.model.types()[0])
        return self.model.read(type_name, data)
