"""Which values go together into one world: a Latin square of those that are free."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator

from shared.runtime.processing.decoding import Undecodable, decode
from tests.edge import scenario as told
from tests.edge.fields import Field
from tests.edge.scenario import Place, Step, renamed, story
from tests.edge.trial import Trial
from tests.edge.values import IDS
from tests.edge.verdicts import Verdict, given, record_of, verdicts

# Ids of the story, those of one kind together: within one they have to differ.
OURS = (
    (told.A, told.B, told.C, told.D, told.E, told.R), (told.MUG, told.HAT, told.TEA),
    (told.ANNA, told.OTIS), (told.HOME, told.WORK, told.OLD), (told.ONE, told.TWO, told.NEW),
    (told.FIRST, told.SECOND, told.THIRD, told.MOVED),
    (told.PAID, told.TAKEN, told.BACK, told.LEFT, told.ASKED),
)  # fmt: skip

# So many fields of one message have another value at once.
OF_A_MESSAGE = 2
# What is kept, and looked for, and shown on no page; and why.
NOT_SHOWN = {
    "variant description": "articles are found by it, and chosen by their names",
    "variant name": "asked of the search for articles, which begins at three characters",
    "variant url": "the same",
}


def is_free(field: Field) -> bool:
    """Whether any text will do: no rule asks what it says."""
    schema = field.schema
    ruled = {"enum", "const", "format"} & schema.keys() or field.is_id
    number = str(schema.get("pattern", "")).startswith(("^-?[0-9]", "^[0-9]", "^(100"))
    return (
        schema.get("type") == "string"
        and not ruled
        and not number
        and schema.get("examples") != ["USD"]
    )


class Plan:
    """All accepted values of a market, and how they are put into lives."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.steps = story(place)
        self.free: dict[Field, list[Verdict]] = defaultdict(list)
        self.ruled: dict[Field, list[Verdict]] = defaultdict(list)
        self.wrong: list[str] = []
        self.fields: set[Field] = set()
        self.accepted = self.refused = 0
        for each in verdicts(place):
            self.fields.add(each.field)
            self.wrong += each.wrong()
            if each.is_accepted:
                self.accepted += 1
                text = is_free(each.field) and isinstance(each.taken, str)
                (self.free if text else self.ruled)[each.field].append(each)
            else:
                self.refused += 1

    @property
    def longest(self) -> int:
        """So many worlds bring every text into every field that takes one."""
        return max(map(len, self.free.values()))

    def of_texts(self, row: int) -> Trial:
        """The life with another text in every field at once, and with other ids."""
        chosen = {
            field: values[(row + 7 * n) % len(values)]
            for n, (field, values) in enumerate(self.free.items())
        }
        steps = tuple(self._with(step, chosen) for step in self.steps)
        shown = {f: each.taken for f, each in chosen.items() if str(f) not in NOT_SHOWN}
        return Trial(self._with_ids(steps, row), chosen, shown, must_be_accepted=True)

    def of_rules(self, together: int, seed: int, each: int | None) -> Iterator[Trial]:
        """Lives with `together` other values; `each` field gets so many of its own, drawn."""
        rng = random.Random(seed)
        todo: list[Verdict] = []
        for values in self.ruled.values():
            todo += values if each is None else rng.sample(values, min(each, len(values)))
        rng.shuffle(todo)
        while todo:
            chosen: dict[Field, Verdict] = {}
            met: Counter[str] = Counter()
            for one in list(todo):
                if one.field not in chosen and met[one.field.message] < OF_A_MESSAGE:
                    met[one.field.message] += 1
                    chosen[one.field] = one
                    todo.remove(one)
                if len(chosen) == together:
                    break
            yield Trial(tuple(self._with(step, chosen) for step in self.steps), chosen)

    def _with(self, step: Step, chosen: dict[Field, Verdict]) -> Step:
        data = step.data
        for field, each in chosen.items() if step.is_subject else ():
            if field.message == step.name:
                data = given(data, field, each.value) or data
        return Step(step.name, data, step.is_subject)

    def _with_ids(self, steps: tuple[Step, ...], row: int) -> tuple[Step, ...]:
        usable = [each for each in IDS if _is_taken(each, self.steps)]
        names = {
            former: usable[(row + 5 * kind + n) % len(usable)]
            for kind, ids in enumerate(OURS)
            for n, former in enumerate(ids)
        }
        return tuple(Step(s.name, renamed(s.data, names), s.is_subject) for s in steps)


def _is_taken(text: str, steps: tuple[Step, ...]) -> bool:
    """Whether the contract takes it for an id."""
    try:
        return (
            decode(record_of("cart.delete", {"cart_id": text})) is not None and text == text.strip()
        )
    except Undecodable:
        return False
