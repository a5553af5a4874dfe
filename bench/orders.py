"""The carts that the benchmarks place: two lines, paid in full, in a market with stock."""

from collections.abc import Iterator
from pathlib import Path

from ops.demo.checkout import converted, line, shipment
from shared.contracts import Message
from shared.contracts.address import Address, Customer
from shared.runtime.envelope import Envelope
from shared.site import load

MARKET = "US"
WAREHOUSE = "seattle"
SKUS = ("BENCH-1", "BENCH-2")
ADDRESS = Address(
    name="Mercy Taylor",
    line1="1 Pike Pl",
    city="Seattle",
    region="WA",
    postal_code="98101",
    country="US",
)
CUSTOMER = Customer(customer_id="cu-7", name="Mercy Taylor", email="mercy@example.com")


def carts(run: str, count: int, site: Path) -> Iterator[tuple[Message, Envelope]]:
    """Yields `count` converted carts with unique ids, each with its envelope."""
    known = load(site)
    lines = [line(SKUS[0], "Linen dress", 2, "39.50"), line(SKUS[1], "Silk scarf", 1, "19.00")]
    shipments = [shipment(known, MARKET, ADDRESS, lines)]
    for number in range(count):
        cart = converted(known, MARKET, f"{run}-{number}", shipments, customer=CUSTOMER)
        envelope = Envelope(id=f"{run}-{number}", source="bench", type=cart.type)
        yield cart, envelope
