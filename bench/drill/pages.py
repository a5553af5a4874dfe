"""What people see of orders: the portal's API."""

from collections.abc import Mapping
from typing import Any

import httpx

from bench.drill.run import check
from bench.system import System
from shared.contracts.topics import PORTAL


async def shown(system: System, token: str, numbers: Mapping[str, str]) -> dict[str, Any]:
    """What the portal has of orders, each found by its number: its content and its timeline.

    numbers  the numbers of the orders by id

    Raises `RuntimeError` if an order isn't found.
    """
    portal = next(each for each in system.state.instances if each.service == PORTAL)
    headers = {"Authorization": f"Bearer {token}"}
    found: dict[str, Any] = {}
    async with httpx.AsyncClient(base_url=portal.url, headers=headers, timeout=60) as web:
        for order, number in numbers.items():
            searched = await web.get("/api/orders", params={"number": number})
            check(order in searched.text, f"{order} isn't found by its number {number}")
            parts = [
                await web.get(f"/api/orders/{order}"),
                await web.get(f"/api/orders/{order}/timeline"),
            ]
            found[order] = [part.raise_for_status().json() for part in parts]
    return found
