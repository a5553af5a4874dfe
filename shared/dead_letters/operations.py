"""Operations on dead letters: list, read, redrive and drop.

Dead letters stay in their topic until its retention ends. An operator's decision is a message on
`dead-letters.verdicts`, so every tool knows it without a database (docs/decisions/0016).
"""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4

from shared.contracts import Malformed, Message
from shared.contracts.cards import CARD_NUMBER, card_field
from shared.contracts.dead_letter_verdicts import Dropped, Redriven
from shared.dead_letters.dead_letter import DeadLetter, can_go_to, for_display, original
from shared.dead_letters.filters import DeadLetterPage, Filter, page_of
from shared.dead_letters.reader import Reader, records_of
from shared.dead_letters.redrive_plan import RedrivePlan, Refusal, Step, plan, why_not_drop
from shared.runtime.envelope import Envelope, rfc3339
from shared.runtime.kafka.publisher import KafkaPublisher
from shared.runtime.kafka.topic_reader import open_consumer
from shared.runtime.ports import Publication
from shared.runtime.settings import Settings

# Records in memory at a time; each may have several megabytes.
WINDOW = 100
GONE = Refusal("gone", "The topic no longer has the dead letter.")
UNKNOWN = Refusal("unknown-letter", "There is no such dead letter.")


@dataclass(frozen=True, slots=True)
class DeadLetterDetails:
    """A dead letter with its content.

    content  JSON, or text if it isn't JSON; card numbers are masked
    headers  the original ones; `letter` has what the service added
    earlier  open dead letters before it, with the same topic and key
    refusal  why it can't be redriven, even after the earlier ones
    """

    letter: DeadLetter
    content: Any
    headers: dict[str, str]
    earlier: list[DeadLetter]
    refusal: str | None


@dataclass(frozen=True, slots=True)
class RedriveResult:
    """The result for one dead letter.

    outcome  redriven; dropped; already: nothing was done, since it was redriven or dropped before;
             refused: `code` and `message` give the reason
    """

    letter_id: str
    outcome: Literal["redriven", "dropped", "already", "refused"]
    code: str | None = None
    message: str | None = None


class DeadLetterOperations:
    """The dead letters of a cluster. Every method raises `Unavailable` if it can't be reached.

    source  the CloudEvents source of verdicts
    most    raise `TooMany` if there are more dead letters than this; None for no limit
    """

    def __init__(self, settings: Settings, source: str, most: int | None = None) -> None:
        self._settings = settings
        self._source = source
        self._reader = Reader(settings, most)

    async def all(self) -> list[DeadLetter]:
        """Returns every dead letter that the topics still have, the oldest first."""
        async with open_consumer(self._settings) as consumer:
            return await self._reader.read(consumer)

    async def page(self, filters: Filter, after: str, limit: int) -> DeadLetterPage:
        """Returns a page of the dead letters that match, the latest first."""
        return page_of(await self.all(), filters, after, limit)

    async def details(self, letter_id: str) -> DeadLetterDetails | None:
        """Returns a dead letter with its content; None if there is none with this id."""
        async with open_consumer(self._settings) as consumer:
            dead_letters = await self._reader.read(consumer)
            dead_letter = next((each for each in dead_letters if each.id == letter_id), None)
            if dead_letter is None:
                return None
            found = await records_of(self._settings, consumer, [dead_letter])
        if letter_id not in found:
            return None
        content, headers = for_display(found[letter_id])
        redrive = plan(dead_letters, [letter_id], with_earlier=True)
        earlier = [each.dead_letter for each in redrive.steps if dead_letter not in each.settles]
        refused = redrive.refused.get(letter_id)
        return DeadLetterDetails(
            dead_letter, content, headers, earlier, refused.message if refused else None
        )

    async def redrive(
        self, chosen: Collection[str], actor: str, *, with_earlier: bool = False
    ) -> list[RedriveResult]:
        """Publishes the original records again, in order for each topic and key.

        with_earlier  also redrive open dead letters before a chosen one, with its topic and key

        Returns a result for every chosen dead letter, and for every one redriven with it. If Kafka
        fails in between, those recorded as redriven are done; repeat the call for the rest.
        """
        async with open_consumer(self._settings) as consumer:
            steps = plan(await self._reader.read(consumer), chosen, with_earlier=with_earlier)
            results = {
                name: RedriveResult(name, "already", None, _decision(dead_letter))
                for name, dead_letter in steps.already.items()
            }
            async with self._publisher() as publisher:
                async for result in self._send(consumer, publisher, steps, actor):
                    results[result.letter_id] = result
        results |= {name: _refused(name, why) for name, why in steps.refused.items()}
        return [
            results.get(name) or _refused(name, UNKNOWN)
            for name in {**dict.fromkeys(chosen), **results}
        ]

    async def preview(
        self, chosen: Collection[str], *, with_earlier: bool = False
    ) -> tuple[RedrivePlan, dict[str, DeadLetter]]:
        """Returns what `redrive` would do now, and the chosen dead letters by id."""
        dead_letters = await self.all()
        found = {each.id: each for each in dead_letters if each.id in chosen}
        return plan(dead_letters, chosen, with_earlier=with_earlier), found

    async def drop(
        self, chosen: Collection[str], actor: str, note: str | None = None
    ) -> list[RedriveResult]:
        """Closes dead letters without publishing their records.

        Raises `Malformed` if the note is invalid.
        """
        dead_letters = {each.id: each for each in await self.all()}
        results: list[RedriveResult] = []
        verdicts: list[Publication] = []
        for name in dict.fromkeys(chosen):
            dead_letter = dead_letters.get(name)
            if dead_letter is None:
                results.append(_refused(name, UNKNOWN))
            elif refusal := why_not_drop(dead_letter):
                results.append(_refused(name, refusal))
            elif dead_letter.state == "dropped":
                results.append(RedriveResult(name, "already", None, _decision(dead_letter)))
            else:
                verdict = Dropped(letter_id=name, service=dead_letter.service, note=note or None)
                verdicts.append(self._verdict(verdict, actor))
                results.append(RedriveResult(name, "dropped"))
        if verdicts:
            async with self._publisher() as publisher:
                await publisher.publish(verdicts)
        return results

    async def _send(
        self, consumer: Any, publisher: KafkaPublisher, redrive: RedrivePlan, actor: str
    ) -> AsyncIterator[RedriveResult]:
        """Publishes the steps in their order, window by window; yields every result."""
        for start in range(0, len(redrive.steps), WINDOW):
            steps = redrive.steps[start : start + WINDOW]
            records = await records_of(self._settings, consumer, [s.dead_letter for s in steps])
            originals = {
                step.dead_letter.id: original(records[step.dead_letter.id])
                for step in steps
                if step.dead_letter.id in records
            }
            missing = await publisher.missing({o.topic for o in originals.values() if o.topic})
            possible: list[Step] = []
            for step in steps:
                name = step.dead_letter.id
                why = self._why_not_now(step.dead_letter, originals.get(name), missing)
                if why is None:
                    possible.append(step)
                else:
                    for dead_letter in step.settles:
                        yield _refused(dead_letter.id, why)
            await publisher.publish([originals[step.dead_letter.id] for step in possible])
            # Verdicts follow the acknowledgement: a crash in between costs a repeat, but no record.
            settled = [dead_letter for step in possible for dead_letter in step.settles]
            await publisher.publish([self._redriven(each, actor) for each in settled])
            for dead_letter in settled:
                yield RedriveResult(dead_letter.id, "redriven")

    def _why_not_now(
        self, dead_letter: DeadLetter, record: Publication | None, missing: Collection[str]
    ) -> Refusal | None:
        if record is None:
            return GONE
        if not can_go_to(dead_letter, record.topic, self._settings.topic_prefix):
            return Refusal(
                "no-origin", "The topic in its headers isn't one that such a record can come from."
            )
        if record.topic in missing:
            return Refusal(
                "no-topic", f"The topic {record.topic} doesn't exist, or refuses our records."
            )
        return None

    def _redriven(self, dead_letter: DeadLetter, actor: str) -> Publication:
        verdict = Redriven(
            letter_id=dead_letter.id, service=dead_letter.service, sent_to=dead_letter.topic
        )
        return self._verdict(verdict, actor)

    def _verdict(self, verdict: Message, actor: str) -> Publication:
        if (field := card_field(verdict)) is not None:
            raise Malformed(field, CARD_NUMBER)
        envelope = Envelope(
            id=str(uuid4()),
            source=self._source,
            type=verdict.type,
            time=rfc3339(datetime.now(UTC)),
            subject=verdict.key,
            actor=actor,
        )
        value = verdict.model_dump_json(exclude_unset=True).encode()
        topic = self._settings.topic(verdict.topic)
        return Publication(topic, verdict.key.encode(), value, envelope.headers())

    @asynccontextmanager
    async def _publisher(self) -> AsyncIterator[KafkaPublisher]:
        publisher = KafkaPublisher(self._settings, self._source, traced=False)
        await publisher.start()
        try:
            yield publisher
        finally:
            await publisher.stop()


def _decision(dead_letter: DeadLetter) -> str:
    return f"It was already {dead_letter.state} by {dead_letter.by or 'somebody'}."


def _refused(name: str, why: Refusal) -> RedriveResult:
    return RedriveResult(name, "refused", why.code, why.message)
