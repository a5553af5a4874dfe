"""Specifications of rules: given these events, when this message comes, then that happens.

Given(decider).events(placed).when(Hold(order_id="c-1")).then(HoldRequested(...))
Given(decider).events(placed, held).when(Cancel(order_id="c-1")).rejected("on-hold")
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Generic, TypeVar

from shared.contracts import Malformed, Message
from shared.contracts.replies import Action, Amounts, Reason
from shared.runtime.decider import Context, Decider, Decision, DeferredOutcome, Rejected
from shared.site import Site, load

S = TypeVar("S")

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
SITE = load(Path(__file__).parents[2] / "config" / "site.yaml")


def site_with(*warehouses: str, split: bool = False) -> Site:
    """The site, with these warehouses in its market US, which may split shipments over them."""
    several = {"warehouse": warehouses[0], "warehouses": warehouses, "split": split}
    market = SITE.markets["US"].model_copy(update=several)
    return SITE.model_copy(update={"markets": {**SITE.markets, "US": market}})


def numbers(start: int = 1000001) -> Callable[[], str]:
    """A source of order numbers that is the same every time."""
    following = count(start)
    return lambda: f"PO{next(following)}"


def fold(decider: Decider[S], events: Sequence[Message], state: S | None = None) -> S:
    """The state after `events`."""
    state = decider.initial() if state is None else state
    for event in events:
        state = decider.evolve(state, event)
    return state


def _nothing(_: Message, __: Any) -> Iterable[str]:
    return ()


class Given(Generic[S]):
    """A stream with a past."""

    def __init__(self, decider: Decider[S], past: Sequence[Message] = ()) -> None:
        self.decider = decider
        self.past = tuple(past)

    def events(self, *events: Message) -> Given[S]:
        """The same stream after `events`."""
        return Given(self.decider, self.past + events)

    @property
    def state(self) -> S:
        """The state after the past events."""
        return fold(self.decider, self.past)

    @property
    def status(self) -> str | None:
        """The status of the state."""
        return self.decider.status(self.state)

    def answer(self, question: Message, site: Site = SITE) -> dict[tuple[str, str], Action]:
        """Returns the answer to a question: its actions by name and subject."""
        context = Context("test#q", "test#q", NOW, None, site, numbers())
        query = self.decider.queries[type(question)]
        answer = query(question, self.state, context)
        assert answer == query(question, self.state, context), "the same answer again"
        return {(each.action, each.subject): each for each in answer if each.given is None}

    def amounts(self, site: Site = SITE) -> Amounts | None:
        """The amounts that a dry run tells of the state."""
        return self.decider.amounts(self.state, Context("q", "q", NOW, None, site, numbers()))

    def when(
        self,
        message: Message,
        actor: str | None = None,
        site: Site = SITE,
        now: datetime = NOW,
        cause: str = "test#1",
        known: Mapping[str, Any] | None = None,
        sent: str | None = None,
    ) -> Outcome[S]:
        """What `message` does. Decides twice, because a rule that is pure says the same twice.

        Of what is `known` outside, the rule gets to see what it looks up.
        """
        state = self.state
        ask = self.decider.looks_up.get(type(message), _nothing)
        seen = {key: known[key] for key in ask(message, state) if key in known} if known else {}
        once, twice = (
            self._decide(
                message,
                state,
                Context(cause, cause, now, actor, site, numbers(), seen, sent=sent),
            )
            for _ in range(2)
        )
        assert once == twice, "deciding has changed the state, or isn't a function of its input"
        return Outcome(self, *once)

    def _decide(
        self, message: Message, state: S, context: Context
    ) -> tuple[Decision | None, Reason | None, tuple[str, str] | None]:
        try:
            decision = self.decider.decide(message, state, context)
        except Rejected as no:
            return None, no.reason, None
        except Malformed as wrong:
            return None, None, (wrong.field, wrong.message)
        return (
            Decision(list(decision.events), decision.deferred, list(decision.outcomes)),
            None,
            None,
        )


class Outcome(Generic[S]):
    """What came of a message; every check returns the outcome, so that checks can follow."""

    def __init__(
        self,
        given: Given[S],
        decision: Decision | None,
        reason: Reason | None,
        wrong: tuple[str, str] | None,
    ) -> None:
        self._given = given
        self._decision = decision
        self.reason = reason
        self.wrong = wrong

    @property
    def decision(self) -> Decision:
        """The decision, if there is one."""
        assert self._decision is not None, f"no decision, but {self.reason or self.wrong}"
        return self._decision

    @property
    def events(self) -> list[Message]:
        """The events that were decided, without what is only written down beside them."""
        aside = self._given.decider.is_annotation
        return [event for event in self.decision.events if not aside(event)]

    @property
    def aside(self) -> list[Message]:
        """What is only written down beside them."""
        aside = self._given.decider.is_annotation
        return [event for event in self.decision.events if aside(event)]

    @property
    def outgoing(self) -> list[Message]:
        """What is published beside the events; the decider has to have announced it."""
        decider = self._given.decider
        messages = [m for event in self.decision.events for m in decider.outgoing(event)]
        assert {type(message) for message in messages} <= set(decider.publishes)
        return messages

    @property
    def after(self) -> Given[S]:
        """The stream with what came of the message; a refusal leaves it as it was."""
        return self._given.events(*self._decision.events) if self._decision else self._given

    @property
    def status(self) -> str | None:
        """The word for the state afterwards."""
        return self.after.status

    def when(self, message: Message, **context: Any) -> Outcome[S]:
        """And then, when this message comes."""
        return self.after.when(message, **context)

    def then(self, *events: Message) -> Outcome[S]:
        """Exactly these events; none at all if none are named."""
        assert self.events == list(events)
        return self

    def says(self, *events: Message) -> Outcome[S]:
        """These events, as far as the fields go that are spelled out in `events`."""
        assert [type(event) for event in self.events] == [type(event) for event in events]
        for event, wanted in zip(self.events, events, strict=True):
            spelled_out = wanted.model_fields_set
            assert event.model_dump(include=spelled_out) == wanted.model_dump(include=spelled_out)
        return self

    def publishes(self, *messages: Message) -> Outcome[S]:
        """Exactly these messages beside the events."""
        assert self.outgoing == list(messages)
        return self

    def deferred(self) -> Outcome[S]:
        """The outcome of the command comes later."""
        assert self.decision.deferred
        return self

    def settles(self, *settlements: DeferredOutcome) -> Outcome[S]:
        """Exactly these commands have their outcome now."""
        assert list(self.decision.outcomes) == list(settlements)
        return self

    def rejected(self, code: str, *blockers: str) -> Outcome[S]:
        """A rule said no, for this reason; `blockers`, if given, are the codes of all of them."""
        assert self.reason is not None, f"not rejected: {self._decision or self.wrong}"
        assert self.reason.code == code
        if blockers:
            assert tuple(blocker.code for blocker in self.reason.blockers) == blockers
        return self

    def malformed(self, field: str) -> Outcome[S]:
        """The message makes no sense here, because of this field."""
        assert self.wrong is not None, f"not malformed: {self._decision or self.reason}"
        assert self.wrong[0] == field
        return self
