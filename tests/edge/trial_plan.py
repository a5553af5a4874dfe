"""Plans which values are combined in one world: a Latin square of the free texts."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator

from shared.runtime.processing.decoding import Undecodable, decode
from tests.edge import scenario
from tests.edge.fields import Field
from tests.edge.scenario import Place, Step, renamed, steps_of
from tests.edge.trial import Trial
from tests.edge.values import IDS
from tests.edge.verdicts import Verdict, given, record_of, verdicts

# Ids of the scenario by kind; those of one kind have to differ.
OURS = (
    (scenario.A, scenario.B, scenario.C, scenario.D, scenario.E, scenario.R),
    (scenario.MUG, scenario.HAT, scenario.TEA),
    (scenario.ANNA, scenario.OTIS),
    (scenario.HOME, scenario.WORK, scenario.OLD),
    (scenario.ONE, scenario.TWO, scenario.NEW),
    (scenario.FIRST, scenario.SECOND, scenario.THIRD, scenario.MOVED),
    (scenario.PAID, scenario.TAKEN, scenario.BACK, scenario.LEFT, scenario.ASKED),
)

# How many fields of one message have another value at once.
OF_A_MESSAGE = 2
# Fields that no page shows, and why.
NOT_SHOWN = {
    "variant description": "only the search for articles uses it",
    "variant name": "checked in the search for articles, which needs three characters",
    "variant url": "checked in the search for articles",
}


def is_free(field: Field) -> bool:
    """Whether the field accepts any text, because no rule checks its content."""
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
    """All accepted values of a market, and their distribution over worlds."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.steps = steps_of(place)
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
        """The number of worlds that bring every text into every text field."""
        return max(map(len, self.free.values()))

    def of_texts(self, row: int) -> Trial:
        """Returns the steps with another text in every field at once, and with other ids."""
        chosen = {
            field: values[(row + 7 * n) % len(values)]
            for n, (field, values) in enumerate(self.free.items())
        }
        steps = tuple(self._with(step, chosen) for step in self.steps)
        shown = {f: each.taken for f, each in chosen.items() if str(f) not in NOT_SHOWN}
        return Trial(self._with_ids(steps, row), chosen, shown, must_be_accepted=True)

    def of_rules(self, together: int, seed: int, each: int | None) -> Iterator[Trial]:
        """Yields trials with `together` other values; each field gets `each` random values."""
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
    """Whether the contract accepts the text as an id."""
    try:
        return (
            decode(record_of("cart.delete", {"cart_id": text})) is not None and text == text.strip()
        )
    except Undecodable:
        return False
