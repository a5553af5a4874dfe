"""Which letters somebody asks for."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.dead_letters.dead_letter import DeadLetter, State


@dataclass(frozen=True, slots=True)
class Filter:
    """Everything that is given holds at once; nothing given finds every open letter.

    service  who has given the record up
    code     `malformed`, `failed`, `no-reply-topic` or `rejected`
    reason   any part of what is said to be wrong, whatever its capitals
    topic    where the record came from
    order    what it is about, or its key
    states   what became of it; none means whatever did
    """

    service: str = ""
    code: str = ""
    reason: str = ""
    topic: str = ""
    order: str = ""
    states: tuple[State, ...] = ("open",)

    def matches(self, letter: DeadLetter) -> bool:
        """Whether this is one of them."""
        return (
            (not self.states or letter.state in self.states)
            and self.service in ("", letter.service)
            and self.code in ("", letter.code)
            and self.topic in ("", letter.topic)
            and (not self.order or self.order in (letter.order, letter.key))
            and self.reason.casefold() in letter.reason.casefold()
        )


@dataclass(frozen=True, slots=True)
class DeadLetterPage:
    """Letters, the latest death first; how many fit in all; and where to go on, if there are more.

    open  counts the open letters of each service, whatever was asked for.
    """

    letters: list[DeadLetter]
    number: int
    open: dict[str, int]
    after: str | None


def page_of(
    letters: Sequence[DeadLetter], filters: Filter, after: str, limit: int
) -> DeadLetterPage:
    """The page that follows the letter with the id `after`; the first, if it is gone meanwhile."""
    latest = sorted(letters, key=lambda letter: letter.sort_key, reverse=True)
    start = next((at + 1 for at, each in enumerate(latest) if each.id == after), 0)
    fitting = [letter for letter in latest[start:] if filters.matches(letter)]
    counts: dict[str, int] = {}
    for letter in latest:
        if letter.state == "open":
            counts[letter.service] = counts.get(letter.service, 0) + 1
    shown = fitting[:limit]
    return DeadLetterPage(
        letters=shown,
        number=sum(map(filters.matches, latest)),
        open=counts,
        after=shown[-1].id if len(fitting) > limit else None,
    )
