"""Tables: what a service keeps, in its own database, of others' compacted topics.

Why, and what that means for a decision: `docs/decisions/0009-what-a-decision-may-look-up.md`.
"""

from dataclasses import dataclass

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
