"""Tries every value in every field, visits every page, and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from motor.motor_asyncio import AsyncIOMotorDatabase

from tests.edge.portal import ShowingPortal
from tests.edge.scenario import MARKETS
from tests.edge.trial import Trial
from tests.edge.trial_plan import Plan
from tests.edge.visits import Visitor


class Extent(NamedTuple):
    """How much to try; None means all.

    texts     worlds with other texts
    each      values of each field that rules check
    together  fields with such values in one world
    seed      selects the texts and values
    """

    texts: int | None
    each: int | None
    together: int
    seed: int = 0


SHORT = Extent(texts=6, each=1, together=16)
LONG = Extent(texts=None, each=None, together=6)


@dataclass
class Report:
    """The counts and findings of a run."""

    fields: int = 0
    accepted: int = 0
    refused: int = 0
    worlds: int = 0
    carried: int = 0
    at: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)

    def table(self) -> str:
        """Returns the report as text."""
        rows = {
            "fields": self.fields,
            "values accepted by the contract": self.accepted,
            "values refused with a reason": self.refused,
            "worlds": self.worlds,
            "values in worlds": self.carried,
            "kinds of places visited": len(self.at),
            "visits": self.at.total(),
            "findings": self.wrong.total(),
        }
        counts = "\n".join(f"{name:<34}{count:>10,}" for name, count in rows.items())
        places = "\n".join(f"  {name:<50}{count:>8,}" for name, count in self.at.most_common())
        found = "\n".join(f"  {words}" for words in self.wrong)
        return f"{counts}\n\nplaces\n{places}\n" + (f"\nfindings\n{found}\n" if found else "")


async def run(database: AsyncIOMotorDatabase, extent: Extent) -> Report:
    """Runs all worlds in every market of `MARKETS`."""
    report = Report()
    async with ShowingPortal(database) as portal:
        visitor = Visitor(portal)
        for n, place in enumerate(MARKETS):
            plan = Plan(place)
            report.fields = len(plan.fields)
            report.accepted += plan.accepted
            report.refused += plan.refused
            report.wrong.update(plan.wrong)
            async for trial in _tried(plan, portal, visitor, extent, n):
                report.worlds += 1
                report.carried += len(trial.carried)
                report.at += trial.at
                report.wrong.update(f"{place.market}: {words}" for words in trial.wrong)
    return report


async def _tried(
    plan: Plan, portal: ShowingPortal, visitor: Visitor, extent: Extent, market: int
) -> AsyncIterator[Trial]:
    """Runs a market's worlds: its share of the texts, and the values that rules check."""
    rows = range(plan.longest)
    if extent.texts is not None:
        share = extent.texts // len(MARKETS)
        first = extent.seed * extent.texts + market * share
        rows = range(first, first + share)
    for row in rows:
        trial = plan.of_texts(row)
        await trial.run(portal, visitor)
        yield trial
    trials = plan.of_rules(extent.together, extent.seed + market, extent.each)
    for trial in islice(
        trials, market if extent.each == 1 else 0, None, 3 if extent.each == 1 else 1
    ):
        await trial.run(portal, visitor)
        yield trial
