"""The list of carts and the details of one, on a real MongoDB."""

from datetime import timedelta
from decimal import Decimal

import pytest

from services.portal.queries import windows
from services.portal.queries.cart_search import CartFilter, plan_carts
from services.portal.queries.windows import Window
from shared.contracts import carts
from shared.contracts.address import Address, Customer
from tests.integration.portal.models import Models, stages
from tests.unit.portal.builders import MERCY, NOW, PIKE, Stream, recorded

pytestmark = pytest.mark.engines


PEOPLE = [
    Customer(name="Mercy Taylor", email="mercy@example.com"),
    Customer(name="Taylor Hayes", email="Hayes@Example.com"),
    Customer(name="Zoë Łuczak"),
    None,
]
OTIS = PIKE.model_copy(update={"name": "Otis Harper"})


def a_draft(number: int, customer: Customer | None = MERCY, address: Address = PIKE) -> Stream:
    cart_id = f"c-{number}"
    return Stream(NOW + timedelta(hours=number)).tell(
        carts.DraftCreated(cart_id=cart_id, market="US", currency="USD", customer=customer),
        carts.ShipmentSet(
            cart_id=cart_id,
            shipment_id="1",
            address=address,
            shipping_method="standard",
            shipping_cost=recorded().amount,
        ),
        actor="csr:17",
    )


async def test_carts_are_listed_until_they_are_orders(models: Models) -> None:
    for number in range(1, 6):
        await models.apply_streams(a_draft(number))
    deleted = a_draft(6).tell(carts.Deleted(cart_id="c-6"))
    await models.apply_streams(deleted)
    first = await models.queries.carts.list(limit=3)
    second = await models.queries.carts.list(first.after, limit=3)
    ids = [row.cart_id for page in (first, second) for row in page.carts]
    assert (ids, second.after) == (["c-5", "c-4", "c-3", "c-2", "c-1"], None)
    cart = await models.queries.carts.get("c-5")
    assert cart is not None
    assert (cart.by, cart.shipments[0].address, cart.version) == ("csr:17", PIKE, 2)
    assert await models.queries.carts.get("c-6") is None
    assert [entry.type for entry in await models.queries.timeline.of("c-6")] == ["cart.deleted"]


async def filled(models: Models, number: int = 12) -> None:
    """Carts of three customers, and anonymous ones. All go to Otis Harper. One has a line."""
    for n in range(1, number + 1):
        draft = a_draft(n, PEOPLE[n % len(PEOPLE)], OTIS)
        if n == 5:
            draft.tell(
                carts.LineSet(
                    cart_id="c-5",
                    shipment_id="1",
                    line_id="1",
                    sku="Tea-Mug",
                    name="Tea mug",
                    quantity=1,
                    placed_price=Decimal("9.00"),
                    tax=Decimal("0.00"),
                    preorder=False,
                )
            )
        await models.apply_streams(draft)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("taylor", [9, 5, 1]),
        ("%taylor", [12, 9, 8, 5, 4, 1]),
        ("%ayl%", [12, 9, 8, 5, 4, 1]),
        ("%es", [9, 5, 1]),  # shorter than an n-gram
        ("zoe", [10, 6, 2]),
        ("t%s", [9, 5, 1]),
        ("hayes@example.COM", [9, 5, 1]),
        ("@example.com", []),
        ("hayes", []),
        ("C-7", [7]),
        ("tea-mug", [5]),
        ("tea", []),
        (".*", []),
        ("$ne", []),
    ],
)
async def test_carts_are_found_by_what_is_typed(
    models: Models, typed: str, expected: list[int]
) -> None:
    await filled(models)
    page = await models.queries.carts.list(text=typed)
    assert [int(row.cart_id[2:]) for row in page.carts] == expected


async def test_anonymous_carts_are_found_by_recipient(models: Models) -> None:
    await filled(models)
    page = await models.queries.carts.list(text="otis")
    assert [row.cart_id for row in page.carts] == ["c-11", "c-7", "c-3"]


async def test_deleted_carts_are_not_found(models: Models) -> None:
    draft = a_draft(1).tell(carts.Deleted(cart_id="c-1"))
    await models.apply_streams(draft)
    assert (await models.queries.carts.list(text="c-1")).carts == []


async def test_pages_of_a_search_have_each_cart_once(
    models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The budget is so small that a search takes several requests."""
    await filled(models, 40)
    monkeypatch.setattr(windows, "BUDGETS", (12, 24))
    after: str | None = None
    ids: list[str] = []
    for _ in range(100):
        page = await models.queries.carts.list(after, 3, "%es")
        ids += [row.cart_id for row in page.carts]
        after = page.after
        if after is None:
            break
    assert ids == [f"c-{n}" for n in range(40, 0, -1) if n % 4 == 1]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"cart_id": "c-7"},
        {"email": "mercy@example.com"},
        {"sku": "tea-mug"},
        {"name": "mer"},
        {"name": "%taylor%"},
        {"name": "%es"},
    ],
)
async def test_every_search_reads_an_index_in_the_order_of_the_list(
    models: Models, asked: dict[str, str]
) -> None:
    await models.store.prepare()
    await filled(models)
    plan = plan_carts(CartFilter(**asked))
    for scan in plan.scans:
        found = models.queries.carts.find(plan, Window(scan), {}, 10)
        explained = await found.explain()
        used = set(stages(explained["queryPlanner"]["winningPlan"]))
        assert "IXSCAN" in used
        assert not used & {"SORT", "COLLSCAN"}
