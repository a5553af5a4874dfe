"""How a service is put together: its rules, and which messages go to which of them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.contracts import Message, Topic
from shared.runtime.decider import Decider, LookUp
from shared.runtime.decider.tables import Table
from shared.runtime.ports import Worker
from shared.site import Site


@dataclass(frozen=True)
class Service:
    """A service: its name and its deciders.

    Each message class goes to exactly one decider, and its key says to which stream. `numbered`
    is the class of message that may draw a number for people, `number_prefix` what these begin
    with. `tables` are what the service keeps of compacted topics, for its deciders to look up;
    `questions` are the classes that only ask. `check` raises `Malformed` for what this service
    can't use in the site's configuration; `worker` makes what runs beside it in every process.
    """

    name: str
    deciders: Sequence[Decider[Any]]
    numbered: type[Message] | None = None
    number_prefix: str = ""
    tables: Sequence[Table] = ()
    check: Callable[[Site], None] = lambda site: None
    worker: Callable[..., Worker] | None = None
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
            raise TypeError(f"{self.name}: a table needs a name that nothing else has")
        models = [*routes, *(table.model for table in self.tables)]
        object.__setattr__(self, "reads", dict.fromkeys(models).keys())
        looks_up = {model: ask for d in self.deciders for model, ask in d.looks_up.items()}
        object.__setattr__(self, "looks_up", looks_up)

    @property
    def topics(self) -> list[Topic]:
        """The topics that the service reads."""
        return list({model.topic.name: model.topic for model in self.reads}.values())

    @property
    def writes(self) -> list[Topic]:
        """The topics that the service writes, beside outcomes and its dead letters."""
        made = [model for d in self.deciders for model in (*d.events, *d.publishes)]
        return list({model.topic.name: model.topic for model in made}.values())

    @property
    def long_lived(self) -> list[str]:
        """The kinds of streams that are kept as snapshots."""
        return [decider.kind for decider in self.deciders if decider.long_lived]

    def stream_of(self, message: Message) -> str | None:
        """The name of the stream that a message goes to; None if the service has no use for it."""
        decider = self.routes.get(type(message))
        return f"{decider.kind}/{message.key}" if decider else None

    def decider_of(self, stream: str) -> Decider[Any]:
        """The decider of a stream, by its name."""
        return self.kinds[stream.partition("/")[0]]
