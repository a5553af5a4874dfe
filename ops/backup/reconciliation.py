"""Compares what the services and the portal have of the same orders, money and stock.

While facts are on their way, two of them may differ about an order. Such an order is in flight, and
not different, as long as a record about it is unread.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ops.backup.order_states import OrderStates, OrderViews
from ops.backup.unread import unread_orders
from ops.backup.verification import Progress, no_progress
from shared.runtime.settings import Settings

MOST_KEPT = 1000  # differences in words
ENDS = ("Shipped", "Canceled")

Key = tuple[str, str]  # the ids of an order and of a shipment of it


@dataclass(slots=True)
class Comparison:
    """The result of one comparison.

    compared  what with what
    equal     how many are equal
    in_flight  how many differ, but have unread facts
    different  the others, in words
    """

    compared: str
    equal: int = 0
    in_flight: int = 0
    different: list[str] = field(default_factory=list)
    count: int = 0

    def note(self, problem: str | None, *, moves: bool) -> None:
        """Counts one more; `problem` says how it differs, if it does."""
        if problem is None:
            self.equal += 1
        elif moves:
            self.in_flight += 1
        else:
            self.count += 1
            if len(self.different) < MOST_KEPT:
                self.different.append(problem)


@dataclass(slots=True)
class Reconciliation:
    """All comparisons, the number of orders, and the sums of what is owed, paid and allocated.

    Sums of money are by currency.
    """

    comparisons: list[Comparison]
    orders: int = 0
    deleted: int = 0
    paid: dict[str, Decimal] = field(default_factory=dict)
    on_hand: int = 0
    allocated: int = 0
    waiting: int = 0

    @property
    def sound(self) -> bool:
        """Whether nothing is different."""
        return not any(comparison.count for comparison in self.comparisons)

    @property
    def in_flight(self) -> int:
        """How many comparisons have to wait for unread facts."""
        return sum(comparison.in_flight for comparison in self.comparisons)


async def reconcile(settings: Settings, progress: Progress = no_progress) -> Reconciliation:
    """Compares all orders, payments, allocations and read models.

    What changes meanwhile may seem different: run it while the services don't work, or repeat it.
    Raises `Unavailable`, and aiokafka's errors if the cluster doesn't answer.
    """
    moving = await unread_orders(settings)
    with OrderStates(settings) as states:
        total, done = await states.count(), 0
        stocks = await states.stocks()
        work = Reconciler(stocks, moving)
        async for page in states.orders():
            for views in page:
                work.add(views)
            done += len(page)
            progress("compared", done, max(done, total))
    return work.finish()


class Reconciler:
    """Compares orders, which are added one by one, with each other's services and with the stock.

    stocks  by warehouse
    moving  the orders that unread records are about
    """

    def __init__(self, stocks: Mapping[str, Any], moving: Collection[str]) -> None:
        self._moving = moving
        self._allocations: dict[Key, str] = {
            key: warehouse for warehouse, stock in stocks.items() for key in stock.allocations
        }
        self._queued: dict[Key, str] = {
            each.key: warehouse
            for warehouse, stock in stocks.items()
            for each in stock.queue.in_order()
        }
        self._levels = Comparison("stock: allocated of each article with its allocations")
        self._by_order: dict[str, tuple[Comparison, Check]] = {
            compared: (Comparison(compared), check)
            for compared, check in {
                "journals: versions and sequences without gaps": _gaps,
                "orders with payment accounts: which exist, totals": _accounts,
                "orders with fulfilment: which exist, how shipments ended": _shipments,
                "payments with fulfilment: what is paid": _paid,
                "orders with the portal: number, status": _shown,
                "fulfilment with the portal: status of shipments": _shown_shipments,
                "payments with the portal: what is outstanding": _shown_money,
                # The last one: `finish` adds what the stock has of unknown shipments.
                "fulfilment with stock: allocations and queues": self._stock,
            }.items()
        }
        self._found = Reconciliation([])
        for warehouse, stock in stocks.items():
            self._check_levels(warehouse, stock)

    def add(self, views: OrderViews) -> None:
        """Compares one order."""
        if views.states.get("order") is not None:
            self._found.orders += 1
        self._found.deleted += views.deleted
        if account := views.states.get("payment"):
            before = self._found.paid.get(account.currency, Decimal(0))
            self._found.paid[account.currency] = before + account.sums.paid
        moves = views.order_id in self._moving
        for comparison, check in self._by_order.values():
            comparison.note(check(views), moves=moves)

    def finish(self) -> Reconciliation:
        """Returns the result, once all orders were added."""
        found = [comparison for comparison, _ in self._by_order.values()]
        for key, warehouse in (self._allocations | self._queued).items():
            problem = f"{key[0]}/{key[1]}: {warehouse} has it, but there is no such shipment"
            found[-1].note(problem, moves=key[0] in self._moving)
        self._found.comparisons = [*found, self._levels]
        return self._found

    def _check_levels(self, warehouse: str, stock: Any) -> None:
        allocated: Counter[str] = Counter()
        for lines in stock.allocations.values():
            for line in lines:
                allocated[line.sku] += line.quantity
        for sku, level in stock.levels.items():
            self._found.on_hand += level.on_hand
            self._found.allocated += level.allocated
            same = level.allocated == allocated[sku]
            problem = f"{warehouse}: {sku} has {level.allocated} allocated, not {allocated[sku]}"
            self._levels.note(None if same else problem, moves=False)
        self._found.waiting += len(stock.queue.backorders)

    def _stock(self, views: OrderViews) -> str | None:
        """A shipment has stock, or a place in a queue, exactly when fulfilment says so."""
        fulfilment = views.states.get("fulfilment")
        problem = None
        for shipment in fulfilment.shipments.values() if fulfilment else ():
            key = (views.order_id, shipment.shipment_id)
            allocated = self._allocations.pop(key, None)
            queued = self._queued.pop(key, None)
            asked = shipment.is_open and shipment.stock_requested
            has, waits = asked and shipment.stock_assigned, asked and not shipment.stock_assigned
            if (allocated is not None, queued is not None) != (has, waits):
                problem = (
                    f"{key[0]}/{key[1]}: {shipment.status}; allocated in {allocated}, waits in "
                    f"{queued}"
                )
        return problem


Check = Callable[[OrderViews], str | None]


def _gaps(views: OrderViews) -> str | None:
    return "; ".join(views.gaps) or None


def _accounts(views: OrderViews) -> str | None:
    order, account = views.states.get("order"), views.states.get("payment")
    if views.deleted:
        return None
    if (order is None) != (account is None):
        return f"{views.order_id}: order {_there(order)}, payment account {_there(account)}"
    if (
        order is None
        or account is None
        or account.canceled
        or account.returned
        or order.status == "Canceled"
    ):
        return None
    _, total = order.content.bill(order.canceled)
    if total != account.total:
        return f"{views.order_id}: the total is {total}, the account has {account.total}"
    return None


def _shipments(views: OrderViews) -> str | None:
    order, fulfilment = views.states.get("order"), views.states.get("fulfilment")
    if views.deleted:
        return None
    shipments = fulfilment.shipments.values() if fulfilment else ()
    has = {s.shipment_id: s.status if s.status in ENDS else "Open" for s in shipments}
    wanted = order.shipments if order else {}
    if has != wanted:
        return f"{views.order_id}: shipments are {wanted}, fulfilment has {has}"
    return None


def _paid(views: OrderViews) -> str | None:
    account, fulfilment = views.states.get("payment"), views.states.get("fulfilment")
    if not account or not fulfilment or account.canceled:
        return None
    knows = fulfilment.paid or Decimal(0)
    if account.sums.paid != knows:
        return f"{views.order_id}: {account.sums.paid} is paid, fulfilment has {knows}"
    return None


def _shown(views: OrderViews) -> str | None:
    row, order = views.shown.get("row", {}), views.states.get("order")
    if "order" in views.states and order is None:
        return None if "deleted" in views.shown else f"{views.order_id}: deleted, but still shown"
    if order is None:
        return None
    shows = row.get("number"), row.get("status")
    if shows != (order.number, order.status):
        return f"{views.order_id}: {order.number} is {order.status}, the portal shows {shows}"
    return None


def _shown_shipments(views: OrderViews) -> str | None:
    fulfilment = views.states.get("fulfilment")
    if views.deleted or not fulfilment or not fulfilment.shipments:
        return None
    known = {each.shipment_id: each.status for each in fulfilment.shipments.values()}
    rows = views.shown.get("row", {}).get("shipments", ())
    shows = {each["shipment_id"]: each["status"] for each in rows}
    if known != shows:
        return f"{views.order_id}: shipments are {known}, the portal shows {shows}"
    return None


def _shown_money(views: OrderViews) -> str | None:
    account = views.states.get("payment")
    if views.deleted or not account or account.canceled:  # for the portal it costs nothing then
        return None
    shows = views.shown.get("row", {}).get("outstanding")
    if shows is None or Decimal(shows) != account.outstanding:
        return f"{views.order_id}: {account.outstanding} outstanding, the portal shows {shows}"
    return None


def _there(state: Any) -> str:
    return "is missing" if state is None else "exists"


def problems(found: Reconciliation) -> Iterator[str]:
    """Yields every difference, in words."""
    for comparison in found.comparisons:
        yield from comparison.different
