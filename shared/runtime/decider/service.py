"""A service: its deciders, and the routes from messages to deciders."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.contracts import Message, Topic
from shared.runtime.decider import Decider, LookUp
from shared.runtime.decider.tables import Table
from shared.runtime.ports import Worker
from shared.runtime.settings import Settings
from shared.site import Site


@dataclass(frozen=True)
class Service:
    """A service: its name and its deciders.

    Each message class goes to exactly one decider; the message's key names the stream.

    numbered, number_prefix  the message class that may draw an order number, and how numbers begin
    tables     copies of compacted topics, for its deciders to look up
    check      raises `Malformed` for what the service can't use in the site's configuration
    worker     makes the work that runs beside the deciders in every process (`ports.Worker`)
    settings   the class of its settings, if it has some of its own
    routes     the decider of each message class
    kinds      the deciders by kind
    reads      all message classes that the service reads
    looks_up   the look-up function of each message class that has one
    questions  the message classes that only ask
    """

    name: str
    deciders: Sequence[Decider[Any]]
    numbered: type[Message] | None = None
    number_prefix: str = ""
    tables: Sequence[Table] = ()
    check: Callable[[Site], None] = lambda site: None
    worker: Callable[..., Worker] | None = None
    settings: type[Settings] = Settings
    routes: Mapping[type[Message], Decider[Any]] = field(init=False)
    kinds: Mapping[str, Decider[Any]] = field(init=False)
    reads: Collection[type[Message]] = field(init=False)
    looks_up: Mapping[type[Message], LookUp] = field(init=False)
    questions: Collection[type[Message]] = field(init=False)

    def __post_init__(self) -> None:
        routes = {model: d for d in self.deciders for model in (*d.handlers, *d.queries)}
        if len(routes) != sum(len(d.handlers) + len(d.queries) for d in self.deciders):
            raise TypeError(f"{self.name}: a message may go to one decider only")
        object.__setattr__(self, "routes", routes)
        questions = frozenset(model for d in self.deciders for model in d.queries)
        object.__setattr__(self, "questions", questions)
        object.__setattr__(self, "kinds", {decider.kind: decider for decider in self.deciders})
        names = [*self.kinds, *(table.name for table in self.tables)]
        if len(set(names)) != len(names):
            raise TypeError(f"{self.name}: a table needs a unique name")
        models = [*routes, *(table.model for table in self.tables)]
        object.__setattr__(self, "reads", dict.fromkeys(models).keys())
        looks_up = {model: keys for d in self.deciders for model, keys in d.looks_up.items()}
        object.__setattr__(self, "looks_up", looks_up)

    @property
    def topics(self) -> list[Topic]:
        """The topics that the service reads."""
        return list({model.topic.name: model.topic for model in self.reads}.values())

    @property
    def writes(self) -> list[Topic]:
        """The topics that the service writes, without replies and dead letters."""
        made = [model for d in self.deciders for model in (*d.events, *d.publishes)]
        return list({model.topic.name: model.topic for model in made}.values())

    @property
    def long_lived(self) -> list[str]:
        """The kinds of streams that have snapshots."""
        return [decider.kind for decider in self.deciders if decider.long_lived]

    def stream_of(self, message: Message) -> str | None:
        """The name of the stream that a message goes to; None if no decider handles it."""
        decider = self.routes.get(type(message))
        return f"{decider.kind}/{message.key}" if decider else None

    def decider_of(self, stream: str) -> Decider[Any]:
        """The decider of a stream, given its name. Raises `KeyError`."""
        return self.kinds[stream.partition("/")[0]]
