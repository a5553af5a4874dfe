"""`waybill order actions` names who is before a shipment that waits for stock."""

from __future__ import annotations

from ops.cli.queued import with_queues
from ops.errors import TimedOutError
from shared.contracts import Message, shipments
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Action, Reply
from shared.contracts.stock import Explain
from shared.contracts.stock_status import Queued, StockStatus, Wanted

LACK = blocker("no-inventory", warehouse="seattle", items="A (1 of 2), B (0 of 1)", skus="A, B")
HELD = blocker("on-hold")


def waits(place: int, order_id: str, shipment_id: str, **wanted: int) -> Queued:
    lines = tuple(Wanted(sku=sku, quantity=quantity) for sku, quantity in wanted.items())
    return Queued(place=place, order_id=order_id, shipment_id=shipment_id, lines=lines)


ALL = (
    waits(1, "c-1", "1", A=8),
    waits(2, "c-2", "1", C=1),
    waits(3, "c-3", "2", A=1, B=4),
    waits(4, "c-9", "1", A=2, B=1),
    waits(5, "c-4", "1", A=1),
)


class Stock:
    """Stands for a client whose stock service answers as the real one does."""

    def __init__(self, *, silent: bool = False) -> None:
        self.silent = silent
        self.asked: list[tuple[str, str | None]] = []

    async def __call__(self, command: Message) -> Reply:
        assert isinstance(command, Explain)
        self.asked.append((command.warehouse, command.sku))
        if self.silent:
            raise TimedOutError("No answer.")
        queue = tuple(each for each in ALL if command.sku in {line.sku for line in each.lines})
        stock_status = StockStatus(short=(), lacking=0, queue=queue, waiting=len(queue))
        return Reply(command_id="m", outcome="accepted", stock=stock_status)


def answer(*blockers: object, subject: str = "1") -> Reply:
    release = Action.judged(shipments.Release, subject, blockers)  # type: ignore[arg-type]
    return Reply(command_id="m", outcome="accepted", actions=(release,))


async def test_they_are_named_in_their_order() -> None:
    stock = Stock()
    (action,) = (await with_queues(stock, answer(HELD, LACK), "c-9")).actions or ()
    held, lack = action.blockers
    assert held == HELD
    assert lack.message.endswith(
        "In the queue it is number 3 for A, after c-1 (wants 8), c-3 (wants 1); "
        "number 2 for B, after c-3 (wants 4)."
    )
    assert stock.asked == [("seattle", "A"), ("seattle", "B")]


async def test_whoever_is_first_is_told_so() -> None:
    (action,) = (await with_queues(Stock(), answer(LACK), "c-1")).actions or ()
    assert action.blockers[0].message.endswith("In the queue it is first for A.")


async def test_an_order_that_lacks_nothing_asks_for_nothing() -> None:
    stock, said = Stock(), answer(HELD)
    assert await with_queues(stock, said, "c-9") == said
    assert stock.asked == []


async def test_without_an_answer_the_way_to_the_queue_stands() -> None:
    for stock, order in ((Stock(silent=True), "c-9"), (Stock(), "not-in-the-queue")):
        (action,) = (await with_queues(stock, answer(LACK), order)).actions or ()
        assert action.blockers == (LACK,)
