"""Two orders, from checkout to shipped: one whose article is there, one that has to wait for it."""

import time
from datetime import UTC, datetime
from uuid import uuid4

from ops.demo.checkout import converted, line, shipment
from ops.demo.scenario import Scenario, ScenarioOutput, stage
from ops.errors import ToolError
from shared.contracts.address import Address, Customer
from shared.contracts.money import decimals
from shared.contracts.stock import Receive
from shared.runtime.settings import Settings
from shared.site import Site, SiteError, load

SOURCE = "waybill-demo"
CSR = "csr:demo"
WAREHOUSE = "warehouse:demo"
CUSTOMER = Customer(name="Mercy Taylor", email="mercy@example.com")
ADDRESS = Address(
    name="Mercy Taylor",
    line1="1 Pike Pl",
    city="Seattle",
    region="WA",
    postal_code="98101",
    country="US",
)


async def play(settings: Settings, output: ScenarioOutput, patience: float = 10) -> float:
    """Plays both stories with ids and articles of their own; returns how many seconds they took.

    Raises `TimedOutError`, `UnreachableError`, or `ToolError` when a step is rejected.
    """
    site = load_site(settings)
    run = f"{datetime.now(UTC):%y%m%d%H%M%S}-{uuid4().hex[:6]}"
    async with stage(settings, site, output, SOURCE, patience) as on:
        began = time.monotonic()
        await _in_stock(on, f"demo-{run}-a", f"DEMO-{run}-A")
        await _waits_for_stock(on, f"demo-{run}-b", f"DEMO-{run}-B")
        return time.monotonic() - began


def load_site(settings: Settings) -> Site:
    """The site. Raises `ToolError` with the line that is wrong."""
    try:
        return load(settings.site)
    except SiteError as error:
        raise ToolError(f"The site's configuration can't be used.\n{error}") from None


async def _in_stock(on: Scenario, order_id: str, sku: str) -> None:
    on.begin("An order whose article is in stock", order_id)
    await _receive(on, sku, 10)
    await _check_out(on, order_id, sku)
    await on.until("shipment.inventory-assigned", order_id)
    await on.ship(order_id, "1", f"1Z-{order_id[-8:]}", CSR)
    await on.until("order.completed", order_id)


async def _waits_for_stock(on: Scenario, order_id: str, sku: str) -> None:
    on.begin("An order that has to wait for its article", order_id)
    await _check_out(on, order_id, sku)
    await on.until("shipment.backordered", order_id)
    await _receive(on, sku, 10)
    await on.until("shipment.inventory-assigned", order_id)
    await on.ship(order_id, "1", f"1Z-{order_id[-8:]}", CSR)
    await on.until("order.completed", order_id)


async def _receive(on: Scenario, sku: str, quantity: int) -> None:
    warehouse = on.site.markets[_market(on.site)].warehouse
    goods = Receive(warehouse=warehouse, sku=sku, quantity=quantity)
    await on.send(f"{warehouse} receives {quantity} × {sku}", goods, WAREHOUSE)


async def _check_out(on: Scenario, order_id: str, sku: str) -> None:
    market = _market(on.site)
    price = "39.50" if decimals(on.site.markets[market].currency) == 2 else "40"
    delivery = shipment(on.site, market, ADDRESS, [line(sku, "Linen dress", 2, price)])
    cart = converted(on.site, market, order_id, [delivery], customer=CUSTOMER)
    await on.publish(f"a checkout converts the cart {order_id}, paid in full", cart)


def _market(site: Site) -> str:
    """The United States if the site sells there, else its first market."""
    return "US" if "US" in site.markets else next(iter(site.markets))
