"""What is sent again, and in which order, when letters are redriven. Pure: no I/O, no clock.

The records of one topic with one key are a line, in the order in which they first died: a later
one doesn't go while an earlier one is open, whichever service it died in, because all of them read
it again. Lines know nothing of each other.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from shared.contracts.topics import PORTAL, TOPICS
from shared.dead_letters.dead_letter import DeadLetter
from shared.runtime.processing.dead_letters import NO_REPLY_TOPIC

_COMPACTED = {topic.name for topic in TOPICS if topic.cleanup == "compact"}
_KNOWN = {topic.name for topic in TOPICS}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a letter isn't sent again, or dropped."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Step:
    """A record to be sent: the letter that holds it, and all letters that are settled by that."""

    dead_letter: DeadLetter
    settles: tuple[DeadLetter, ...]


@dataclass(slots=True)
class RedrivePlan:
    """Steps in their order; letters that stay as they are, and why; letters that went before."""

    steps: list[Step] = field(default_factory=list)
    refused: dict[str, Refusal] = field(default_factory=dict)
    already: dict[str, DeadLetter] = field(default_factory=dict)


def why_not_redrive(letter: DeadLetter) -> Refusal | None:
    """Why this letter can't be sent again, whatever became of others; None if it can."""
    if letter.altered == "cut":
        return Refusal("cut", "The letter holds only the beginning of its record.")
    if letter.altered == "masked":
        return Refusal("masked", "A card number was masked: its sender has to send it without one.")
    if letter.service == PORTAL:
        return Refusal(
            "rebuild",
            "The portal has gone past it: make its read models anew, then drop the letter.",
        )
    if letter.topic in _COMPACTED:
        return Refusal(
            "latest-counts",
            f"On {letter.topic} the last record of a key counts, and another may have come since: "
            "publish the present one anew.",
        )
    if letter.code != NO_REPLY_TOPIC and (letter.topic not in _KNOWN or letter.offset is None):
        return Refusal("no-origin", "The letter doesn't say where its record came from.")
    return None


def why_not_drop(letter: DeadLetter) -> Refusal | None:
    """Why this letter can't be dropped; None if it can."""
    if letter.state == "redriven":
        return Refusal("redriven", f"It was sent again already, by {letter.by or 'somebody'}.")
    return None


def plan(
    letters: Iterable[DeadLetter], chosen: Collection[str], *, with_earlier: bool = False
) -> RedrivePlan:
    """What to do to redrive the letters with the ids in `chosen`.

    letters       all that there are, settled ones too
    with_earlier  takes the open ones along that stand before a chosen one in its line; else the
                  chosen one is refused
    """
    made = RedrivePlan()
    lines: dict[object, list[DeadLetter]] = defaultdict(list)
    for letter in letters:
        lines[_line_of(letter)].append(letter)
    for line in lines.values():
        if any(letter.id in chosen for letter in line):
            _go_through(_in_order(line), chosen, with_earlier, made)
    return made


def _line_of(letter: DeadLetter) -> object:
    # Without a key there is no order to keep. What the portal has gone past is in nobody's way.
    alone = letter.key is None or letter.service == PORTAL
    return letter.id if alone else (letter.topic, letter.key)


def _in_order(line: Sequence[DeadLetter]) -> list[DeadLetter]:
    """By the place where each message died first: one that died again keeps its turn."""
    first: dict[tuple[str, str], tuple[int, int]] = {}
    for letter in sorted(line, key=_place):
        if letter.message_id:
            first.setdefault((letter.source, letter.message_id), _place(letter))
    return sorted(
        line,
        key=lambda letter: (
            first.get((letter.source, letter.message_id), _place(letter)),
            _place(letter),
            letter.id,
        ),
    )


def _place(letter: DeadLetter) -> tuple[int, int]:
    if letter.partition is None or letter.offset is None:
        return letter.stands
    return letter.partition, letter.offset


def _go_through(
    line: Sequence[DeadLetter], chosen: Collection[str], with_earlier: bool, made: RedrivePlan
) -> None:
    records: dict[object, list[DeadLetter]] = defaultdict(list)
    for letter in line:
        records[letter.id if letter.offset is None else _place(letter)].append(letter)
    last = max(at for at, same in enumerate(records.values()) if _any(same, chosen))
    before: DeadLetter | None = None
    for at, same in enumerate(records.values()):
        wanted = [letter for letter in same if letter.id in chosen]
        made.already |= {each.id: each for each in wanted if each.state == "redriven"}
        wanted = [letter for letter in wanted if letter.state != "redriven"]
        standing = [letter for letter in same if letter.state == "open"]
        takes = wanted or (standing if with_earlier and at < last else [])
        refusal = next(filter(None, map(why_not_redrive, takes)), None)
        if takes and before is not None:
            refusal = _behind(before)
        if takes and refusal is None:
            settles = {each.id: each for each in (*takes, *standing)}
            made.steps.append(Step(takes[0], tuple(settles.values())))
            continue
        if refusal is not None:
            made.refused |= {letter.id: refusal for letter in wanted}
        before = before or next(iter(standing), None)


def _any(letters: Sequence[DeadLetter], chosen: Collection[str]) -> bool:
    return any(letter.id in chosen for letter in letters)


def _behind(earlier: DeadLetter) -> Refusal:
    return Refusal(
        "earlier-open",
        f"{earlier.id} died before it, with the same key, and is open: redrive or drop that first.",
    )
