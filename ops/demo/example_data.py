"""Example data: stock, a catalog, and a few orders in different states."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from ops.catalog import topic
from ops.catalog.csv_file import read
from ops.demo.checkout import converted, line, shipment
from ops.demo.demo import load_site
from ops.demo.scenario import Scenario, ScenarioOutput, open_scenario
from ops.inspect.journals import Journals
from ops.messaging.command_client import CommandClient
from shared.contracts.address import Address, Customer
from shared.contracts.orders import Cancel, Hold
from shared.contracts.stock import Receive
from shared.runtime.settings import Settings
from shared.site import Site

SOURCE = "waybill-example"
CSR = "csr:example"
PATIENCE = 20.0

DRESS, BOOTS, MUG, LAMP, SCARCE = "LINEN-DRESS", "TRAIL-BOOTS", "TEA-MUG", "DESK-LAMP", "SILK-SCARF"
STOCK = {DRESS: 120, BOOTS: 80, MUG: 400, LAMP: 60}


def stock(site: Site) -> dict[str, Receive]:
    """Returns the example stock by message id. The ids are fixed, so repeats have no effect."""
    return {
        f"example-stock-{warehouse}-{sku}": Receive(warehouse=warehouse, sku=sku, quantity=quantity)
        for warehouse in site.warehouses
        for sku, quantity in STOCK.items()
    }


async def send_stock(settings: Settings) -> int:
    """Sends receipts for the example stock; returns how many. Raises `ToolError`."""
    goods = stock(load_site(settings))
    async with CommandClient(settings, source=SOURCE, replies=False) as client:
        return await client.publish(
            (message, client.envelope(message, message_id=message_id, actor=CSR))
            for message_id, message in goods.items()
        )


async def publish_catalog(settings: Settings) -> int:
    """Publishes the articles of `catalog.csv`, beside the site's file, that the catalog lacks.

    Returns how many. Articles that the catalog has stay unchanged. Raises `ToolError`.
    """
    file = Path(settings.site).with_name("catalog.csv")
    if not file.exists():
        return 0
    there = await topic.present(settings)
    articles = read(file, load_site(settings)).variants
    new = [variant for sku, variant in articles.items() if sku not in there]
    await topic.publish(settings, new)
    return len(new)


async def place_orders(settings: Settings, output: ScenarioOutput) -> int:
    """Adds stock and catalog and places the example orders; returns how many were new.

    Orders that exist already stay unchanged. Raises `ToolError`.
    """
    site = load_site(settings)
    with Journals(settings) as journals:
        new = {order: play for order, play in _EXAMPLES.items() if _possible(order, site)}
        new = {o: play for o, play in new.items() if not journals.stream("order", f"order/{o}")}
    if not new:
        return 0
    async with open_scenario(settings, site, output, SOURCE, PATIENCE) as scenario:
        await send_stock(settings)
        await publish_catalog(settings)
        for order_id, play in new.items():
            await play(scenario, order_id)
    return len(new)


async def _shipped(scenario: Scenario, order_id: str) -> None:
    scenario.begin("Mercy Taylor's dress goes all the way", order_id)
    await _check_out(scenario, order_id, "US", MERCY, [(DRESS, "Linen dress", 2, "39.50")])
    await scenario.until("shipment.inventory-assigned", order_id)
    await scenario.ship(order_id, "1", "1Z-EXAMPLE-1", CSR)
    await scenario.until("order.completed", order_id)


async def _waited(scenario: Scenario, order_id: str) -> None:
    scenario.begin("Aiko Sato's scarf isn't there yet", order_id)
    await _check_out(scenario, order_id, "JP", AIKO, [(SCARCE, "Silk scarf", 1, "6800")])
    await scenario.until("shipment.backordered", order_id)
    warehouse = scenario.site.markets["JP"].warehouse
    goods = Receive(warehouse=warehouse, sku=SCARCE, quantity=5)
    await scenario.send(f"{warehouse} receives 5 × {SCARCE}", goods, CSR)
    await scenario.until("shipment.inventory-assigned", order_id)


async def _unpaid(scenario: Scenario, order_id: str) -> None:
    scenario.begin("Linnea Berg will pay by invoice", order_id)
    lines = [(BOOTS, "Trail boots", 1, "899.00")]
    await _check_out(scenario, order_id, "SE", LINNEA, lines, paid=False)
    await scenario.until("shipment.awaiting-inventory", order_id)


async def _held(scenario: Scenario, order_id: str) -> None:
    scenario.begin("Something about this order looks wrong", order_id)
    await _check_out(scenario, order_id, "UK", None, [(MUG, "Tea mug", 24, "4.25")])
    await scenario.until("shipment.inventory-assigned", order_id)
    hold = Hold(order_id=order_id, reason="Twenty-four mugs, and no name: ask first.")
    await scenario.send("puts the order on hold", hold, CSR)
    await scenario.until("order.held", order_id)


async def _partly(scenario: Scenario, order_id: str) -> None:
    scenario.begin("Jonas Weber's order goes to two addresses", order_id)
    lines = [(LAMP, "Desk lamp", 1, "54.90")], [(MUG, "Tea mug", 2, "4.25")]
    deliveries = [
        shipment(scenario.site, "DE", address, [line(*one) for one in some])
        for address, some in zip((JONAS[1], JONAS_AT_WORK), lines, strict=True)
    ]
    cart = converted(scenario.site, "DE", order_id, deliveries, customer=JONAS[0])
    await scenario.publish("a checkout converts the cart, paid in full", cart, order_id)
    await scenario.until("shipment.inventory-assigned", order_id, "1")
    await scenario.until("shipment.inventory-assigned", order_id, "2")
    await scenario.ship(order_id, "1", "DE-EXAMPLE-5", CSR)
    await scenario.until("order.partially-shipped", order_id)


async def _canceled(scenario: Scenario, order_id: str) -> None:
    scenario.begin("Claire Dubois has changed her mind", order_id)
    await _check_out(scenario, order_id, "FR", CLAIRE, [(LAMP, "Desk lamp", 2, "54.90")])
    await scenario.until("shipment.inventory-assigned", order_id)
    cancel = Cancel(order_id=order_id, reason="Ordered by mistake.")
    await scenario.send("cancels the order", cancel, CSR)
    await scenario.until("order.canceled", order_id)


Person = tuple[Customer, Address]
Example = Callable[[Scenario, str], Awaitable[None]]


async def _check_out(
    scenario: Scenario,
    order_id: str,
    market: str,
    person: Person | None,
    lines: list[tuple[str, str, int, str]],
    *,
    paid: bool = True,
) -> None:
    customer, address = person or (None, NOBODY)
    delivery = shipment(scenario.site, market, address, [line(*one) for one in lines])
    cart = converted(scenario.site, market, order_id, [delivery], customer=customer, paid=paid)
    words = "paid in full" if paid else "not paid yet"
    await scenario.publish(f"a checkout converts the cart, {words}", cart, order_id)


def _person(name: str, line1: str, city: str, postal_code: str, country: str) -> Person:
    email = f"{name.split()[0].lower()}@example.com"
    address = Address(name=name, line1=line1, city=city, postal_code=postal_code, country=country)
    return Customer(name=name, email=email), address


MERCY = _person("Mercy Taylor", "1 Pike Pl", "Seattle", "98101", "US")
AIKO = _person("Aiko Sato", "2-1 Umeda", "Osaka", "530-0001", "JP")
LINNEA = _person("Linnea Berg", "Storgatan 8", "Uppsala", "753 31", "SE")
JONAS = _person("Jonas Weber", "Hauptstraße 12", "Köln", "50667", "DE")
CLAIRE = _person("Claire Dubois", "4 rue du Port", "Nantes", "44000", "FR")
JONAS_AT_WORK = _person("Jonas Weber", "Werkstraße 3", "Bonn", "53111", "DE")[1]
NOBODY = Address(name="Front desk", line1="9 High St", city="Leeds", country="GB")

_EXAMPLES: dict[str, Example] = {
    "example-1-US": _shipped,
    "example-2-JP": _waited,
    "example-3-SE": _unpaid,
    "example-4-UK": _held,
    "example-5-DE": _partly,
    "example-6-FR": _canceled,
}


def _possible(order_id: str, site: Site) -> bool:
    """Whether the site has the market of an example order."""
    return order_id.rpartition("-")[2] in site.markets
