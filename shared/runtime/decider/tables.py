"""Tables: copies of other services' topics in a service's own database.

`docs/decisions/0009-what-a-decision-may-look-up.md` gives the reasons and the consequences.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from shared.contracts import Message


@dataclass(frozen=True, slots=True)
class Table:
    """The latest message of each key on a compacted topic.

    Deciders look up an entry as `name/key`: `level/coventry/SKU-1`.

    model  the message class
    keeps  for a message that is published once for each key, on a topic of any kind: the fields to
           store. An entry is a mapping of these fields then, and is never removed.
    owner  returns to whom a message belongs, such as a customer's id, or None. Deciders look up all
           entries of an owner, by key, as `name-of/owner`: `order-of/cu-7`.
    """

    name: str
    model: type[Message]
    keeps: tuple[str, ...] = ()
    owner: Callable[[Any], str | None] | None = None

    @property
    def owned(self) -> str:
        """The name under which all entries of an owner are looked up."""
        return f"{self.name}-of"

    def owned_by(self, owner: str) -> str:
        """Returns the key under which all entries of `owner` are looked up."""
        return f"{self.owned}/{owner}"

    @property
    def removable(self) -> bool:
        """Whether a record without a value removes an entry."""
        return not self.keeps

    def __post_init__(self) -> None:
        if not self.keeps and self.model.topic.cleanup != "compact":
            topic = self.model.topic.name
            raise TypeError(f"{self.name}: {topic} doesn't keep the latest record of a key")

    def written(self, message: Message) -> str:
        """Encodes an entry: the message as JSON with its type, for later versions to read."""
        if self.keeps:
            return message.model_dump_json(include=set(self.keeps))
        return f'{message.model_dump_json()[:-1]},"type":"{message.type}"}}'

    def read(self, data: str) -> Message | Mapping[str, Any]:
        """Decodes an entry: the message, or the mapping of its stored fields.

        A message without a type is of the first version.
        """
        if self.keeps:
            kept: dict[str, Any] = orjson.loads(data)
            return kept
        type_name = orjson.loads(data).get("type", self.model.types()[0])
        return self.model.read(type_name, data)
