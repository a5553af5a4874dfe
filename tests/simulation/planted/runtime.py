"""Bugs of the runtime: effects are lost, doubled, invented or out of order."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from typing import Any
from uuid import uuid4

from shared.runtime.ports import Unavailable
from shared.runtime.processing import (
    batch_runner,
    context,
    failures,
    outcomes,
    processor,
    publications,
    stream,
)
from shared.runtime.processing.batch import BatchAttempt
from tests.simulation.planted.registry import Patch, bug


@bug
def skip_the_fence(patch: Patch) -> None:
    patch.setattr(failures.Failures, "mark_stale", lambda self, name: None)


@bug
def publish_before_append(patch: Patch) -> None:
    async def append(self: Any, touched: dict[str, int]) -> None:
        service = self._context
        for name in touched:
            draft = copy(service.cache.get(name))
            document, happened = draft.finish(service.writer, service.batch, self._now)
            self._publications += self._publications_of(document, happened)
        await service.publish(self._publications, self._now)
        self._publications = []
        await appends(self, touched)

    appends = BatchAttempt._append
    patch.setattr(BatchAttempt, "_append", append)


@bug
def commit_before_publishing(patch: Patch) -> None:
    handles = processor.Processor.handle

    async def handle(self: Any, records: Any, commit: Any = batch_runner.commit_nothing) -> None:
        await commit()
        await handles(self, records, batch_runner.commit_nothing)

    patch.setattr(processor.Processor, "handle", handle)


@bug
def mark_before_publishing(patch: Patch) -> None:
    publishes = context.ServiceContext.publish

    async def publish(self: Any, publishing: Any, now: Any) -> None:
        await self.journal.mark(self.writer, self.batch)
        await publishes(self, publishing, now)

    patch.setattr(context.ServiceContext, "publish", publish)


@bug
def acknowledge_in_spite_of_errors(patch: Patch) -> None:
    does = processor.Processor._attempt

    async def go(self: Any, *work: Any) -> Any:
        try:
            return await does(self, *work)
        except Unavailable:
            return []

    patch.setattr(processor.Processor, "_attempt", go)


@bug
def take_repeats_for_news(patch: Patch) -> None:
    class Forgetful(dict):
        def __contains__(self, key: object) -> bool:
            return False

    begins = stream.Stream.__init__

    def begin(self: Any, *arguments: Any) -> None:
        begins(self, *arguments)
        self.outcomes = Forgetful()

    patch.setattr(stream.Stream, "__init__", begin)


@bug
def leave_a_dead_writers_documents_unpublished(patch: Patch) -> None:
    loads = BatchAttempt._load

    async def load(self: Any, names: Sequence[str]) -> None:
        journal = self._context.journal
        for history in (await journal.load(names)).values() if names else ():
            if history.unpublished:
                await journal.republished(history.unpublished)
        await loads(self, names)

    patch.setattr(BatchAttempt, "_load", load)


@bug
def keep_a_writers_name_after_a_failure(patch: Patch) -> None:
    patch.setattr(context.ServiceContext, "reset", lambda self: self.cache.clear())


@bug
def believe_memory_after_a_failure(patch: Patch) -> None:
    def reset(self: Any) -> None:
        self.writer, self.batch = uuid4().hex, 0

    patch.setattr(context.ServiceContext, "reset", reset)


@bug
def divide_a_batch_within_a_stream(patch: Patch) -> None:
    def parts(self: Any, work: list[Any]) -> list[list[Any]]:
        return [part for part in (work[::2], work[1::2]) if part]

    patch.setattr(processor.Processor, "_parts", parts)


@bug
def forget_what_happened_before_a_snapshot(patch: Patch) -> None:
    async def recorded(self: Any) -> dict[str, Any]:
        return {}

    patch.setattr(BatchAttempt, "_recorded_outcomes", recorded)


@bug
def answer_no_repeats(patch: Patch) -> None:
    patch.setattr(BatchAttempt, "_answer_repeat", lambda *_: None)


@bug
def drop_what_cannot_be_understood(patch: Patch) -> None:
    patch.setattr(processor.Processor, "_reject", lambda *_: [])


@bug
def name_messages_again_each_time(patch: Patch) -> None:
    patch.setattr(publications, "_short", lambda name: uuid4().hex)


@bug
def publish_events_backwards(patch: Patch) -> None:
    derives = publications.Publications.of
    patch.setattr(publications.Publications, "of", lambda *given: reversed(list(derives(*given))))


@bug
def tell_a_deferred_outcome_at_once(patch: Patch) -> None:
    patch.setattr(
        stream.Stream,
        "_decide",
        lambda self, incoming, context: replace(
            self.decider.decide(incoming.message, self.state, context), deferred=False
        ),
    )


@bug
def tell_a_repeat_the_present_state(patch: Patch) -> None:
    def reply(self: Any, command_id: str, subject: str) -> Any:
        told = tells(self, command_id, subject)
        seen[command_id] = seen.get(command_id, 0) + 1
        return told.model_copy(update={"version": told.version + seen[command_id] - 1})

    seen: dict[str, int] = {}
    tells = outcomes.Outcome.reply
    patch.setattr(outcomes.Outcome, "reply", reply)


@bug
def rename_the_writer_of_a_batch_in_flight(patch: Patch) -> None:
    patch.setattr(processor.Processor, "forget", lambda self: self._context.reset())
