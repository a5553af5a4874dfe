"""Filters and pages of dead letters."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.dead_letters.dead_letter import DeadLetter, State


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions on dead letters, which must all hold. By default, every open one matches.

    service  the service that gave the record up
    code     `malformed`, `failed`, `no-reply-topic`, `not-sent` or `rejected`
    reason   any part of the reason; upper and lower case are equivalent
    topic    the original topic
    order    the order that it is about, or its key
    states   its states; empty for all
    """

    service: str = ""
    code: str = ""
    reason: str = ""
    topic: str = ""
    order: str = ""
    states: tuple[State, ...] = ("open",)

    def matches(self, dead_letter: DeadLetter) -> bool:
        """Whether a dead letter matches."""
        return (
            (not self.states or dead_letter.state in self.states)
            and self.service in ("", dead_letter.service)
            and self.code in ("", dead_letter.code)
            and self.topic in ("", dead_letter.topic)
            and (not self.order or self.order in (dead_letter.order, dead_letter.key))
            and self.reason.casefold() in dead_letter.reason.casefold()
        )


@dataclass(frozen=True, slots=True)
class DeadLetterPage:
    """A page of dead letters, the latest first.

    number  how many match in all
    open    open dead letters of each service, whatever the filter
    after   the id to continue after; None if there are no more
    """

    letters: list[DeadLetter]
    number: int
    open: dict[str, int]
    after: str | None


def page_of(
    dead_letters: Sequence[DeadLetter], filters: Filter, after: str, limit: int
) -> DeadLetterPage:
    """Returns the page after the dead letter with the id `after`; the first page if it is gone."""
    latest = sorted(dead_letters, key=lambda each: each.sort_key, reverse=True)
    start = next((at + 1 for at, each in enumerate(latest) if each.id == after), 0)
    matching = [each for each in latest[start:] if filters.matches(each)]
    counts: dict[str, int] = {}
    for each in latest:
        if each.state == "open":
            counts[each.service] = counts.get(each.service, 0) + 1
    page = matching[:limit]
    return DeadLetterPage(
        letters=page,
        number=sum(map(filters.matches, latest)),
        open=counts,
        after=page[-1].id if len(matching) > limit else None,
    )
