"""Plans which dead letters a redrive publishes, and in which order. Pure: no I/O, no clock.

Records of one topic with one key form a line, in the order in which they first died. A later one
isn't redriven while an earlier one is open, whichever service it died in, because all services read
it again. Lines are independent of each other.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from shared.contracts.topics import PORTAL, TOPICS
from shared.dead_letters.dead_letter import DeadLetter
from shared.runtime.processing.dead_letters import NO_REPLY_TOPIC

_COMPACTED = {topic.name for topic in TOPICS if topic.cleanup == "compact"}
_KNOWN = {topic.name for topic in TOPICS}
# Sorts after the time of every backup: a dead letter that wasn't restored came later.
_NEVER = "~"

# The backup that a dead letter was restored from, partition and offset.
Place = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a dead letter can't be redriven or dropped."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Step:
    """A record to publish: the dead letter that has it, and all dead letters that this settles."""

    dead_letter: DeadLetter
    settles: tuple[DeadLetter, ...]


@dataclass(slots=True)
class RedrivePlan:
    """A plan of a redrive.

    steps    in order
    refused  why a chosen dead letter isn't redriven, by id
    already  chosen dead letters that were redriven before, by id
    """

    steps: list[Step] = field(default_factory=list)
    refused: dict[str, Refusal] = field(default_factory=dict)
    already: dict[str, DeadLetter] = field(default_factory=dict)


def why_not_redrive(dead_letter: DeadLetter) -> Refusal | None:
    """Why a dead letter can't be redriven, regardless of others; None if it can."""
    if dead_letter.altered == "cut":
        return Refusal("cut", "The dead letter has only the beginning of its record.")
    if dead_letter.altered == "masked":
        return Refusal(
            "masked", "A card number was masked. The sender has to send the message without it."
        )
    if dead_letter.service == PORTAL:
        return Refusal(
            "rebuild",
            "The portal has skipped it: rebuild its read models, then drop the dead letter.",
        )
    if dead_letter.topic in _COMPACTED:
        return Refusal(
            "latest-counts",
            f"On {dead_letter.topic} only the last record of a key counts, and there may be a "
            "later one. Publish the present one again.",
        )
    if dead_letter.code != NO_REPLY_TOPIC and (
        dead_letter.topic not in _KNOWN or dead_letter.offset is None
    ):
        return Refusal("no-origin", "The dead letter doesn't say where its record came from.")
    return None


def why_not_drop(dead_letter: DeadLetter) -> Refusal | None:
    """Why a dead letter can't be dropped; None if it can."""
    if dead_letter.state == "redriven":
        return Refusal("redriven", f"It was already redriven by {dead_letter.by or 'somebody'}.")
    return None


def plan(
    dead_letters: Iterable[DeadLetter], chosen: Collection[str], *, with_earlier: bool = False
) -> RedrivePlan:
    """Plans the redrive of the dead letters with the ids in `chosen`.

    dead_letters  all of them, including settled ones
    with_earlier  also redrive open ones before a chosen one in its line; otherwise the chosen one
                  is refused
    """
    result = RedrivePlan()
    lines: dict[object, list[DeadLetter]] = defaultdict(list)
    for dead_letter in dead_letters:
        lines[_line_of(dead_letter)].append(dead_letter)
    for line in lines.values():
        if any(dead_letter.id in chosen for dead_letter in line):
            _plan_line(_in_order(line), chosen, with_earlier, result)
    return result


def _line_of(dead_letter: DeadLetter) -> object:
    # Without a key there is no order to keep. What the portal has skipped blocks no other record.
    alone = dead_letter.key is None or dead_letter.service == PORTAL
    return dead_letter.id if alone else (dead_letter.topic, dead_letter.key)


def _in_order(line: Sequence[DeadLetter]) -> list[DeadLetter]:
    """Sorts by the position where each message first died: one that died again keeps its turn."""
    first: dict[tuple[str, str], Place] = {}
    for dead_letter in sorted(line, key=_position):
        if dead_letter.message_id:
            first.setdefault((dead_letter.source, dead_letter.message_id), _position(dead_letter))
    return sorted(
        line,
        key=lambda dead_letter: (
            first.get((dead_letter.source, dead_letter.message_id), _position(dead_letter)),
            _position(dead_letter),
            dead_letter.id,
        ),
    )


def _position(dead_letter: DeadLetter) -> Place:
    restored = dead_letter.restored or _NEVER
    if dead_letter.partition is None or dead_letter.offset is None:
        return restored, *dead_letter.stands
    return restored, dead_letter.partition, dead_letter.offset


def _plan_line(
    line: Sequence[DeadLetter], chosen: Collection[str], with_earlier: bool, result: RedrivePlan
) -> None:
    records: dict[object, list[DeadLetter]] = defaultdict(list)
    for dead_letter in line:
        records[dead_letter.id if dead_letter.offset is None else _position(dead_letter)].append(
            dead_letter
        )
    last = max(at for at, same in enumerate(records.values()) if _any(same, chosen))
    before: DeadLetter | None = None
    for at, same in enumerate(records.values()):
        wanted = [dead_letter for dead_letter in same if dead_letter.id in chosen]
        result.already |= {each.id: each for each in wanted if each.state == "redriven"}
        wanted = [dead_letter for dead_letter in wanted if dead_letter.state != "redriven"]
        still_open = [dead_letter for dead_letter in same if dead_letter.state == "open"]
        selected = wanted or (still_open if with_earlier and at < last else [])
        refusal = next(filter(None, map(why_not_redrive, selected)), None)
        if selected and before is not None:
            refusal = _behind(before)
        if selected and refusal is None:
            settles = {each.id: each for each in (*selected, *still_open)}
            result.steps.append(Step(selected[0], tuple(settles.values())))
            continue
        if refusal is not None:
            result.refused |= {dead_letter.id: refusal for dead_letter in wanted}
        before = before or next(iter(still_open), None)


def _any(dead_letters: Sequence[DeadLetter], chosen: Collection[str]) -> bool:
    return any(dead_letter.id in chosen for dead_letter in dead_letters)


def _behind(earlier: DeadLetter) -> Refusal:
    return Refusal(
        "earlier-open",
        f"{earlier.id} has the same key, died before it and is open: redrive or drop that first.",
    )
