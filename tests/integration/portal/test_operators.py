"""Search terms are always values: no operator in them reaches MongoDB."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import pytest
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.monitoring import CommandListener

from services.portal.queries import OrderFilter
from shared.contracts import Malformed, customers
from shared.contracts.address import Customer
from tests.engines import AnyEngines
from tests.integration.portal.models import Models
from tests.integration.portal.test_search import an_order
from tests.unit.portal.builders import PIKE, Stream, shipment

pytestmark = pytest.mark.engines

TYPED = [
    '{"$ne": null}', "$where", "$gt", "[$ne]", ".*", "^.", "(", "[a", "\\", "a{1,99999}", "(?i)m",
    "%", "%%%", "m%.%", "\0", "%\0a", "';return true;//", "$expr", "row.names", "é" * 200,
]  # fmt: skip
OURS = {
    "$and", "$or", "$in", "$gt", "$gte", "$lt", "$lte", "$ne", "$regex", "$exists", "$elemMatch",
    "$match", "$limit", "$group", "$sum", "$clusterTime", "$db", "$readPreference",
}  # fmt: skip


class Heard(CommandListener):
    """Keeps what MongoDB is asked."""

    def __init__(self) -> None:
        self.commands: list[dict[str, Any]] = []

    def started(self, event: Any) -> None:
        self.commands.append(dict(event.command))

    def succeeded(self, event: Any) -> None:
        """See `CommandListener`."""

    def failed(self, event: Any) -> None:
        """See `CommandListener`."""


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def models(engines: AnyEngines, heard: Heard) -> AsyncIterator[Models]:
    client: AsyncIOMotorClient = AsyncIOMotorClient(
        engines.mongo, tz_aware=True, event_listeners=[heard]
    )
    database = f"test_{uuid4().hex[:8]}"
    made = Models(client[database])
    await made.store.prepare()
    goes = shipment(address=PIKE.model_copy(update={"name": ".*"}))
    somebody = Customer(name=".*", email=".*@example.com")
    await made.apply_streams(an_order(1), an_order(2, customer=somebody, shipments=(goes,)))
    for number, name in enumerate(["Mercy Taylor", "x.*y"]):
        who = customers.Created(customer_id=f"cu-{number}", name=name, email=None, phone="1")
        await made.apply_streams(Stream().tell(who))
    yield made
    await client.drop_database(database)
    client.close()


def operators(asked: Any) -> Iterator[tuple[str, Any]]:
    """Every key that begins with a `$`, wherever it is, with its value."""
    if isinstance(asked, dict):
        for name, value in asked.items():
            if str(name).startswith("$"):
                yield name, value
            yield from operators(value)
    elif isinstance(asked, list | tuple):
        for each in asked:
            yield from operators(each)


@pytest.mark.parametrize("typed", TYPED)
async def test_no_operator_that_is_typed_reaches_mongodb(
    models: Models, heard: Heard, typed: str
) -> None:
    queries = models.queries
    texts = ("number", "name", "customer", "email", "customer_id")
    filters = [{name: typed} for name in texts]
    filters += [{"markets": (typed,)}, {"statuses": (typed, "OnHold")}, dict.fromkeys(texts, typed)]
    heard.commands.clear()
    for each in filters:
        asked = OrderFilter(**each)  # type: ignore[arg-type]
        await queries.orders.search(asked)
        await queries.orders.count(asked)
    with pytest.raises(Malformed):
        await queries.orders.search(OrderFilter(), cursor=typed)
    await queries.orders.get(typed)
    await queries.orders.id_of(typed)
    await queries.carts.get(typed)
    await queries.customers.get(typed)
    await queries.timeline.of(typed)
    await queries.timeline.order_as_of("c-1", typed)
    await queries.stock.of(typed)
    await queries.stock.levels(typed, typed, typed)
    await queries.stock.waiting(typed, typed)
    await queries.stock.waiting_for_any(typed, typed, [typed], 0, 50)
    await queries.stock.levels(typed, typed, named=[typed])
    await queries.products.with_name(typed, 20)
    await queries.products.get(typed, typed)
    await queries.products.search(typed, typed)
    await queries.warehouse.pick_list(typed, typed)
    await queries.customers.search(typed)
    used = list(operators(heard.commands))
    assert {name for name, _ in used} <= OURS
    # A pattern is the only text that means more than itself, and that is ours alone.
    patterns = [value for name, value in used if name == "$regex"]
    assert all(value.startswith("(?:\\A") for value in patterns)


async def test_a_pattern_finds_itself_alone(models: Models) -> None:
    async def found(**asked: Any) -> list[str]:
        page = await models.queries.orders.search(OrderFilter(**asked))
        return [row.order_id for row in page.orders]

    everything = ["c-2", "c-1"]
    assert await found() == everything
    assert await found(customer=".*") == await found(name=".*") == await found(customer="%.*")
    assert await found(customer=".*") == ["c-2"]
    assert await found(email=".*@example.com") == ["c-2"]
    assert (
        await found(email=".*") == await found(number=".*9") == await found(customer_id=".*") == []
    )
    assert await found(markets=(".*",)) == await found(statuses=(".*",)) == []
    for typed, customers_found in (("x.*", ["cu-1"]), (".*y", ["cu-1"]), ("..*", []), (".*", [])):
        rows = await models.queries.customers.search(typed)
        assert [row.customer_id for row in rows] == customers_found
