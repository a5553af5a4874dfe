"""Over which warehouses to split a shipment that none has whole: as few as possible.

Of as many, those with the higher priority. The number of subsets is small, because a market that
splits has at most `MOST_TO_SPLIT_OVER` warehouses.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from shared.contracts.shipments import Item, Shortage

Answers = Mapping[str, tuple[Shortage, ...]]  # what each warehouse is short of


@dataclass(frozen=True, slots=True)
class Share:
    """The items that one warehouse is to send."""

    warehouse: str
    lines: tuple[Item, ...]


def plan(lines: Sequence[Item], sources: Sequence[str], answers: Answers) -> tuple[Share, ...]:
    """Returns what each warehouse sends, by priority; empty if all together don't have everything.

    `sources` are the warehouses by priority; those without an answer have nothing. A line is only
    divided if none of the chosen warehouses has all of it.
    """
    wanted = Counter[str]()
    for line in lines:
        wanted[line.sku] += line.quantity
    available = {each: _available(wanted, answers[each]) for each in sources if each in answers}
    for number in range(2, len(available) + 1):
        for chosen in combinations(available, number):
            if _suffice([available[each] for each in chosen], wanted):
                return _shares(lines, {each: available[each] for each in chosen})
    return ()


def _available(wanted: Mapping[str, int], short: Sequence[Shortage]) -> Counter[str]:
    """What a warehouse has of each article, at most what is wanted."""
    return Counter({**wanted, **{each.sku: max(0, each.available) for each in short}})


def _suffice(available: Sequence[Mapping[str, int]], wanted: Mapping[str, int]) -> bool:
    return all(sum(each[sku] for each in available) >= quantity for sku, quantity in wanted.items())


def _shares(lines: Sequence[Item], left: Mapping[str, Counter[str]]) -> tuple[Share, ...]:
    """Divides `lines`; `left` is what each chosen warehouse has, and is used up."""
    shares: dict[str, list[Item]] = {each: [] for each in left}
    for line in lines:
        whole = [each for each in left if left[each][line.sku] >= line.quantity]
        rest = line.quantity
        for warehouse in whole[:1] or left:
            quantity = min(rest, left[warehouse][line.sku])
            if quantity:
                part = line.model_copy(update={"quantity": quantity})
                shares[warehouse].append(part)
                left[warehouse][line.sku] -= quantity
                rest -= quantity
    return tuple(Share(warehouse, tuple(part)) for warehouse, part in shares.items())
