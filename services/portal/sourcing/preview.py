"""Where the goods of shipments would come from: the rules of fulfilment, on stock that is known.

A shipment asks its own warehouse, then the others by priority; the first that has everything sends
it. If none has, its market may split it; else it waits in its own warehouse.
"""

from collections.abc import Iterable, Mapping

from services.portal.sourcing.known_stock import KnownStock
from services.portal.sourcing.wanted import Wanted
from shared.contracts.shipments import Shortage
from shared.contracts.sourcing import AskedWarehouse, Sourcing
from shared.site import Site
from shared.sourcing.split_plan import plan


def preview(wanted: Iterable[Wanted], stock: KnownStock, site: Site) -> tuple[Sourcing, ...]:
    """Returns the sourcing of each shipment, in their order. What one gets, the next don't.

    Changes `stock`. A shipment of a market that the site doesn't know is left out.
    """
    found = (_sourcing(each, stock, site) for each in wanted)
    return tuple(each for each in found if each is not None)


def _sourcing(wanted: Wanted, stock: KnownStock, site: Site) -> Sourcing | None:
    market = site.markets.get(wanted.market)
    priorities = market.warehouses if market else ()
    own = wanted.warehouse or next(iter(priorities), None)
    if own is None:
        return None
    sources: tuple[str, ...] = (own,)
    if own in priorities:
        sources = (own, *(each for each in priorities if each != own))
    short: dict[str, tuple[Shortage, ...]] = {}
    for warehouse in sources:
        short[warehouse] = stock.shortages(warehouse, wanted)
        if not short[warehouse]:
            break
    shares: dict[str, Mapping[str, int]] = {
        each: wanted.quantities for each, missing in short.items() if not missing
    }
    if not shares and market is not None and market.split and not wanted.keep_whole:
        shares = _split(wanted, priorities, short)
        short = {each: short[each] for each in priorities} if shares else short
    stock.give_back(wanted)
    for warehouse, quantities in shares.items():
        stock.take(warehouse, quantities)
    if not shares:
        stock.wait(own, wanted)
    total = sum(wanted.quantities.values())
    return Sourcing(
        order_id=wanted.order_id,
        shipment_id=wanted.shipment_id,
        wanted=total,
        asked=tuple(
            AskedWarehouse(
                warehouse=each,
                priority=priorities.index(each) + 1 if len(sources) > 1 else None,
                available=total - sum(line.wanted - line.available for line in missing),
                sends=sum(shares.get(each, {}).values()),
            )
            for each, missing in short.items()
        ),
        waits=not shares,
    )


def _split(
    wanted: Wanted, priorities: tuple[str, ...], short: Mapping[str, tuple[Shortage, ...]]
) -> dict[str, Mapping[str, int]]:
    """The pieces by SKU that each warehouse sends of a split shipment; empty if it isn't split."""
    shares = plan(wanted.lines, priorities, short)
    found: dict[str, Mapping[str, int]] = {}
    for share in shares:
        part = Wanted(wanted.order_id, wanted.shipment_id, wanted.market, share.lines)
        found[share.warehouse] = part.quantities
    return found
