"""What an operator does with dead letters: finds, reads, redrives and drops them.

Letters stay where they are until their topic forgets them. What was done about one is a message on
`dead-letters.verdicts`, so every tool knows it, whatever database it has or hasn't
(docs/decisions/0016).
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
from shared.dead_letters.dead_letter import DeadLetter, can_go_to, original, shown
from shared.dead_letters.filters import DeadLetterPage, Filter, page_of
from shared.dead_letters.reader import Reader, records_of
from shared.dead_letters.redrive_plan import RedrivePlan, Refusal, Step, plan, why_not_drop
from shared.runtime.envelope import Envelope, rfc3339
from shared.runtime.kafka.publisher import KafkaPublisher
from shared.runtime.kafka.topic_reader import open_consumer
from shared.runtime.ports import Publication
from shared.runtime.settings import Settings

# So many records are in memory at a time; each may have some megabytes.
WINDOW = 100
GONE = Refusal("gone", "Its topic has forgotten the letter meanwhile.")
UNKNOWN = Refusal("unknown-letter", "There is no such dead letter.")


@dataclass(frozen=True, slots=True)
class DeadLetterDetails:
    """A letter with what is in it: JSON if it is JSON, else text. Card numbers are asterisks.

    headers  the record's own; what the service added is told by `letter`
    earlier  the open letters that stand before it: same topic, same key
    refusal  why it can't be redriven, whatever stands before it
    """

    letter: DeadLetter
    content: Any
    headers: dict[str, str]
    earlier: list[DeadLetter]
    refusal: str | None


@dataclass(frozen=True, slots=True)
class RedriveResult:
    """What became of a letter: redriven, dropped, `already` (nothing was done: it had been before),
    or refused with a code and words."""

    letter_id: str
    outcome: Literal["redriven", "dropped", "already", "refused"]
    code: str | None = None
    message: str | None = None


class DeadLetterOperations:
    """The dead letters of a cluster. Every method raises `Unavailable` while that is out of reach.

    source  who sends verdicts, as a CloudEvent's source
    most    at most so many letters are looked at; else `TooMany` is raised. None: all of them
    """

    def __init__(self, settings: Settings, source: str, most: int | None = None) -> None:
        self._settings = settings
        self._source = source
        self._reading = Reader(settings, most)

    async def all(self) -> list[DeadLetter]:
        """Every letter that is still there, in the order of their deaths."""
        async with open_consumer(self._settings) as consumer:
            return await self._reading.look(consumer)

    async def page(self, filters: Filter, after: str, limit: int) -> DeadLetterPage:
        """Those that fit, the latest first."""
        return page_of(await self.all(), filters, after, limit)

    async def details(self, letter_id: str) -> DeadLetterDetails | None:
        """One letter with its content; None if there is none of this id (any more)."""
        async with open_consumer(self._settings) as consumer:
            letters = await self._reading.look(consumer)
            letter = next((each for each in letters if each.id == letter_id), None)
            if letter is None:
                return None
            found = await records_of(self._settings, consumer, [letter])
        if letter_id not in found:
            return None
        content, headers = shown(found[letter_id])
        made = plan(letters, [letter_id], with_earlier=True)
        ahead = [step.dead_letter for step in made.steps if letter not in step.settles]
        refused = made.refused.get(letter_id)
        return DeadLetterDetails(
            letter, content, headers, ahead, refused.message if refused else None
        )

    async def redrive(
        self, chosen: Collection[str], actor: str, *, with_earlier: bool = False
    ) -> list[RedriveResult]:
        """Publishes the records of these letters again, each line in its order, and says what
        became of every letter that was asked for or went along.

        Should Kafka go away in the middle, what is told as done is done; ask again for the rest.
        """
        async with open_consumer(self._settings) as consumer:
            made = plan(await self._reading.look(consumer), chosen, with_earlier=with_earlier)
            fates = {
                name: RedriveResult(name, "already", None, _said(letter))
                for name, letter in made.already.items()
            }
            async with self._publisher() as publisher:
                async for sent, letter in self._send(consumer, publisher, made, actor):
                    fates[letter.id] = sent
        fates |= {name: _refused(name, why) for name, why in made.refused.items()}
        return [
            fates.get(name) or _refused(name, UNKNOWN)
            for name in {**dict.fromkeys(chosen), **fates}
        ]

    async def preview(
        self, chosen: Collection[str], *, with_earlier: bool = False
    ) -> tuple[RedrivePlan, dict[str, DeadLetter]]:
        """What `redrive` would do now, and those letters that are there, by their ids."""
        letters = await self.all()
        there = {letter.id: letter for letter in letters if letter.id in chosen}
        return plan(letters, chosen, with_earlier=with_earlier), there

    async def drop(
        self, chosen: Collection[str], actor: str, note: str | None = None
    ) -> list[RedriveResult]:
        """Settles these letters without sending anything. Raises `Malformed` for the note."""
        letters = {letter.id: letter for letter in await self.all()}
        fates: list[RedriveResult] = []
        verdicts: list[Publication] = []
        for name in dict.fromkeys(chosen):
            letter = letters.get(name)
            if letter is None:
                fates.append(_refused(name, UNKNOWN))
            elif refusal := why_not_drop(letter):
                fates.append(_refused(name, refusal))
            elif letter.state == "dropped":
                fates.append(RedriveResult(name, "already", None, _said(letter)))
            else:
                verdict = Dropped(letter_id=name, service=letter.service, note=note or None)
                verdicts.append(self._verdict(verdict, actor))
                fates.append(RedriveResult(name, "dropped"))
        if verdicts:
            async with self._publisher() as publisher:
                await publisher.publish(verdicts)
        return fates

    async def _send(
        self, consumer: Any, publisher: KafkaPublisher, made: RedrivePlan, actor: str
    ) -> AsyncIterator[tuple[RedriveResult, DeadLetter]]:
        """Sends the steps in their order, window by window, and notes each once it is there."""
        for start in range(0, len(made.steps), WINDOW):
            steps = made.steps[start : start + WINDOW]
            records = await records_of(
                self._settings, consumer, [each.dead_letter for each in steps]
            )
            sent = {
                step.dead_letter.id: original(records[step.dead_letter.id])
                for step in steps
                if step.dead_letter.id in records
            }
            missing = await publisher.missing({one.topic for one in sent.values() if one.topic})
            going: list[Step] = []
            for step in steps:
                why = self._why_not_now(step.dead_letter, sent.get(step.dead_letter.id), missing)
                if why is None:
                    going.append(step)
                else:
                    for letter in step.settles:
                        yield _refused(letter.id, why), letter
            await publisher.publish([sent[step.dead_letter.id] for step in going])
            # Only what was acknowledged is noted: a crash in between costs a repeat, no letter.
            settled = [letter for step in going for letter in step.settles]
            await publisher.publish([self._redriven(letter, actor) for letter in settled])
            for letter in settled:
                yield RedriveResult(letter.id, "redriven"), letter

    def _why_not_now(
        self, letter: DeadLetter, record: Publication | None, missing: Collection[str]
    ) -> Refusal | None:
        if record is None:
            return GONE
        if not can_go_to(letter, record.topic, self._settings.topic_prefix):
            return Refusal("no-origin", "That is no topic which such a record can have come from.")
        if record.topic in missing:
            return Refusal("no-topic", f"There is no topic {record.topic} that takes our records.")
        return None

    def _redriven(self, letter: DeadLetter, actor: str) -> Publication:
        verdict = Redriven(letter_id=letter.id, service=letter.service, sent_to=letter.topic)
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
        publisher = KafkaPublisher(self._settings, self._source)
        await publisher.start()
        try:
            yield publisher
        finally:
            await publisher.stop()


def _said(letter: DeadLetter) -> str:
    return f"It was {letter.state} already, by {letter.by or 'somebody'}."


def _refused(name: str, why: Refusal) -> RedriveResult:
    return RedriveResult(name, "refused", why.code, why.message)
