"""Bounds the work of a search: each request examines one window of an index.

Two common filters can match few orders together, and finding those means examining everything that
one of them matches. So a request examines a bounded number of index entries, in the order of the
list, and a page that isn't full continues where the window ends.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from services.portal.queries.query_plan import IndexScan, Query, QueryPlan
from services.portal.queries.sorting import NEWEST_FIRST, Place, Sorting

# What one request may cost, in index entries that are compared on the entry itself. The first is
# tried on every scan: most searches have one that is shorter.
BUDGETS = (1_200, 6_000)

# Returns the place of the order behind this many others in a scan; None if there are fewer.
Probe = Callable[[IndexScan, int], Awaitable[Place | None]]


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a scan that a request examines: down to `end`, or all of it."""

    scan: IndexScan
    end: Place | None = None
    sorting: Sorting = NEWEST_FIRST

    @property
    def bound(self) -> Query:
        """The condition for the orders in this window, in addition to that of its beginning."""
        return self.sorting.until(self.end) if self.end else {}


async def choose_window(plan: QueryPlan, probe: Probe, sorting: Sorting = NEWEST_FIRST) -> Window:
    """Chooses the scan to use, and how far.

    A scan that yields only matches needs no bound. Else it is a scan that ends within the budget,
    or else the one whose window reaches furthest.
    """
    costs = [plan.cost(scan) for scan in plan.scans]
    if 0 in costs:
        return Window(plan.scans[costs.index(0)], sorting=sorting)
    windows: list[tuple[Place, IndexScan]] = []
    for budget in BUDGETS if len(plan.scans) > 1 else BUDGETS[-1:]:
        lengths = [budget // cost for cost in costs]
        ends = await asyncio.gather(*map(probe, plan.scans, lengths))
        windows = []
        for scan, end in zip(plan.scans, ends, strict=True):
            if end is None:
                return Window(scan, sorting=sorting)
            windows.append((end, scan))
    furthest = sorting.last([end for end, _ in windows])
    end, scan = next(window for window in windows if window[0] == furthest)
    return Window(scan, end, sorting)
