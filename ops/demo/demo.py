"""Takes two orders from checkout to shipped: one is in stock, one is backordered first."""

import time
from datetime import UTC, datetime
from uuid import uuid4

from ops.demo.checkout import converted, line, shipment
from ops.demo.scenario import Scenario, ScenarioOutput, open_scenario
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
    """Takes both orders through, with new ids and articles; returns how many seconds they took.

    Raises `TimedOutError`, `UnreachableError`, or `ToolError` when a step is rejected.
    """
    site = load_site(settings)
    run = f"{datetime.now(UTC):%y%m%d%H%M%S}-{uuid4().hex[:6]}"
    async with open_scenario(settings, site, output, SOURCE, patience) as scenario:
        began = time.monotonic()
        await _in_stock(scenario, f"demo-{run}-a", f"DEMO-{run}-A")
        await _waits_for_stock(scenario, f"demo-{run}-b", f"DEMO-{run}-B")
        return time.monotonic() - began


def load_site(settings: Settings) -> Site:
    """Returns the site. Raises `ToolError`, which names the wrong line."""
    try:
        return load(settings.site)
    except SiteError as error:
        raise ToolError(f"The site's configuration can't be used.\n{error}") from None


async def _in_stock(scenario: Scenario, order_id: str, sku: str) -> None:
    scenario.begin("An order whose article is in stock", order_id)
    await _receive(scenario, sku, 10)
    await _check_out(scenario, order_id, sku)
    await scenario.until("shipment.inventory-assigned", order_id)
    await scenario.ship(order_id, "1", f"1Z-{order_id[-8:]}", CSR)
    await scenario.until("order.completed", order_id)


async def _waits_for_stock(scenario: Scenario, order_id: str, sku: str) -> None:
    scenario.begin("An order that has to wait for its article", order_id)
    await _check_out(scenario, order_id, sku)
    await scenario.until("shipment.backordered", order_id)
    await _receive(scenario, sku, 10)
    await scenario.until("shipment.inventory-assigned", order_id)
    await scenario.ship(order_id, "1", f"1Z-{order_id[-8:]}", CSR)
    await scenario.until("order.completed", order_id)


async def _receive(scenario: Scenario, sku: str, quantity: int) -> None:
    warehouse = scenario.site.markets[_market(scenario.site)].warehouse
    goods = Receive(warehouse=warehouse, sku=sku, quantity=quantity)
    await scenario.send(f"{warehouse} receives {quantity} × {sku}", goods, WAREHOUSE)


async def _check_out(scenario: Scenario, order_id: str, sku: str) -> None:
    market = _market(scenario.site)
    price = "39.50" if decimals(scenario.site.markets[market].currency) == 2 else "40"
    delivery = shipment(scenario.site, market, ADDRESS, [line(sku, "Linen dress", 2, price)])
    cart = converted(scenario.site, market, order_id, [delivery], customer=CUSTOMER)
    await scenario.publish(f"a checkout converts the cart {order_id}, paid in full", cart)


def _market(site: Site) -> str:
    """Returns the US market if the site has it, else the first market."""
    return "US" if "US" in site.markets else next(iter(site.markets))
