"""What the ten tasks of customer service are about, made through the portal's API."""

import time
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

ADDRESS = {"line1": "1 Pike Pl", "city": "Seattle", "region": "WA", "postal_code": "98101"}
PATIENCE = 60
LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Data:
    """A customer whose name nobody else has, and orders of theirs in the state that tasks need."""

    name: str
    sku: str
    found: str
    held: str  # the name that three orders share
    unpaid: str
    paid: str
    blocked: str
    released: str


def prepare(tool: httpx.Client) -> Data:
    """Makes all of it new. `tool` may do everything."""
    mark = uuid4().hex[:8]
    name, sku, buyer = f"Ada {mark}", f"SKU-{mark}", f"cu-{mark}"
    address = {**ADDRESS, "name": name, "country": "US"}
    for each in (sku, f"{sku}-B"):
        _give(tool, "stock.receive", warehouse="seattle", sku=each, quantity=100)
    _give(tool, "customer.create", customer_id=buyer, name=name)
    _give(tool, "customer.add-address", customer_id=buyer, address_id="home", address=address)
    held = f"Trio {mark[::-1]}"
    for _ in range(3):
        _order(tool, held, sku)
    unpaid, blocked = (_order(tool, f"Buyer {mark}", sku) for _ in range(2))
    paid, released = (_paid(tool, _order(tool, f"Buyer {mark}", sku)) for _ in range(2))
    found = _order(tool, f"Zuleika {mark}", sku)
    _give(tool, "shipment.release", order_id=released, shipment_id="1")
    until(lambda: _shipment(tool, released) == "Released")
    until(lambda: name in tool.get("/customers", params={"search": mark}).text)
    return Data(name, sku, found, held, unpaid, paid, blocked, released)


def until(condition: Any) -> None:
    """Waits until it is so. Raises `TimeoutError`."""
    limit = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > limit:
            raise TimeoutError("the portal doesn't show it")
        time.sleep(LOOK_SECONDS)


def _give(tool: httpx.Client, command: str, /, **fields: Any) -> None:
    waits = {"Prefer": "wait=30"}
    answer = tool.post(f"/api/commands/{command}", json=fields, headers=waits)
    if answer.status_code != 200:
        raise RuntimeError(f"{command}: {answer.text}")


def _order(tool: httpx.Client, name: str, sku: str) -> str:
    """An order with two lines, which is not paid."""
    order = f"task-{uuid4().hex[:8]}"
    where = {"cart_id": order, "shipment_id": "1"}
    address = {**ADDRESS, "name": name, "country": "US"}
    _give(tool, "cart.create-draft", cart_id=order, market="US", customer={"name": name})
    _give(tool, "cart.set-shipment", **where, address=address, shipping_method="standard")
    for n, each in enumerate((sku, f"{sku}-B"), 1):
        goods = {"sku": each, "name": "Tea mug", "quantity": 1, "placed_price": "5.00"}
        _give(tool, "cart.add-line", **where, line_id=str(n), **goods)
    _give(tool, "cart.convert", cart_id=order)
    until(lambda: tool.get(f"/orders/{order}").status_code == 200)
    return order


def _paid(tool: httpx.Client, order: str) -> str:
    """The same order, paid, once its stock is assigned."""
    amount = tool.get(f"/api/orders/{order}").json()["outstanding"]
    how = {"payment_id": "p-1", "method": "telephone", "transaction_type": "Sale", "amount": amount}
    _give(tool, "payment.add", order_id=order, **how)
    until(lambda: _shipment(tool, order) == "InventoryAssigned")
    return order


def _shipment(tool: httpx.Client, order: str) -> str:
    return str(tool.get(f"/api/orders/{order}").json()["shipments"][0]["status"])
