"""Follows every link of the pages and reads every API operation, and reports errors."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import jsonschema_rs
import orjson

from tests.edge.page import Page
from tests.edge.portal import ShowingPortal

# One of so many timeline entries is opened as of its time; all use the same page.
AS_OF_EVERY = 9
# How many dialogs of one kind are opened in a world.
DIALOGS = 2
# Pages that need Kafka, and those that show no data of messages.
ELSEWHERE = re.compile(r"/(assets|operations|sign-in|sign-out|live)\b")


NAMED = {"orders", "carts", "customers"}
STARTS = (
    "/", "/orders", "/carts", "/create", "/customers?search=%25",
    "/warehouse", "/warehouse/seattle",
    "/warehouse/osaka", "/warehouse/seattle/stock", "/warehouse/osaka/stock",
    "/products?search=article&market=US", "/products?search=article&market=JP",
)  # fmt: skip


@dataclass
class Visit:
    """The result of visiting one world.

    at       counts visits by the pattern of the address
    texts    the texts of the pages
    fields   the values of their form fields
    answers  the answers of the API
    """

    at: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    answers: list[Any] = field(default_factory=list)
    blank: Counter[str] = field(default_factory=Counter)

    def says(self, text: str) -> bool:
        """Whether a page or a form field has `text`."""
        return any(text in page for page in self.texts) or text in self.fields


class Visitor:
    """Visits all pages."""

    def __init__(self, portal: ShowingPortal) -> None:
        self._portal = portal
        self._schemas: dict[str, Any] = {}
        self._document = orjson.loads(orjson.dumps(portal.app.openapi()))

    async def look(self, starts: Iterable[str] = STARTS) -> Visit:
        """Follows every link from `starts` and from each record, and reads the API."""
        visit = Visit()
        todo = deque([*starts, *await self._records()])
        known = set(todo)
        entries = 0
        dialogs: Counter[str] = Counter()
        while todo:
            address = todo.popleft()
            page = await self._open(address, visit)
            for link in page.links if page else ():
                address = link.partition("#")[0]
                if address in known or ELSEWHERE.match(address):
                    continue
                known.add(address)
                if "/as-of?" in address:
                    entries += 1
                    if entries % AS_OF_EVERY:
                        continue
                if "/dialog/" in address:
                    dialogs[pattern_of(address)] += 1
                    if dialogs[pattern_of(address)] > DIALOGS:
                        continue
                todo.append(address)
        await self._read_api(visit)
        return visit

    async def glance(self) -> Visit:
        """Opens the lists and the pages of each record, without following links."""
        visit = Visit()
        for address in ("/orders", "/carts", *await self._records()):
            await self._open(address, visit)
        await self._read_api(visit)
        return visit

    async def _records(self) -> list[str]:
        """Returns the pages of each order, cart and customer."""
        found = []
        for kind in ("orders", "carts", "customers"):
            found += [f"/{kind}/{quote(one, '')}" for one in await self._portal.ids(kind)]
        return [*found, *(f"{order}?tab=timeline" for order in found if "/orders/" in order)]

    async def _open(self, address: str, visit: Visit) -> Page | None:
        pattern = pattern_of(address)
        visit.at[pattern] += 1
        answer = await self._portal.client.get(address)
        if answer.status_code == 303:
            return Page(f'<a href="{answer.headers["location"]}">')
        if answer.status_code == 404 and address.startswith("/carts/"):
            return None  # deleted carts have no page
        if answer.status_code not in (200, 410):
            visit.wrong.append(f"{address} answers {answer.status_code}: {answer.text[:300]}")
            return None
        page = Page(answer.text)
        visit.texts.append(page.text)
        visit.fields |= page.fields
        visit.blank[pattern] += page.blank
        visit.wrong += [f"{address} would run {each}" for each in page.active]
        return page

    async def _read_api(self, visit: Visit) -> None:
        for pattern, address in await self._addresses():
            visit.at[f"GET {pattern}"] += 1
            answer = await self._portal.client.get(address)
            if answer.status_code == 404 and "/carts/" in pattern:
                continue  # it was deleted
            if answer.status_code != 200:
                visit.wrong.append(f"{address} answers {answer.status_code}: {answer.text[:200]}")
                continue
            found = orjson.loads(answer.content)
            visit.answers.append(found)
            for error in self._schema(pattern).iter_errors(found):
                where = list(error.instance_path)
                visit.wrong.append(
                    f"{address} violates its OpenAPI: {where}: {error.message[:150]}"
                )
                break

    async def _addresses(self) -> list[tuple[str, str]]:
        ids = self._portal.ids
        made = [("/api/orders", "/api/orders?limit=100"), ("/api/carts", "/api/carts?limit=100")]
        made += [("/api/order-count", "/api/order-count"), ("/api/figures", "/api/figures")]
        for order in await ids("orders"):
            for read in ("order-ids/{}", "orders/{}/timeline"):
                pattern, address = read.format("{order_id}"), read.format(quote(order, ""))
                made.append((f"/api/{pattern}", f"/api/{address}"))
        for kind in ("cart", "customer"):
            for one in await ids(f"{kind}s"):
                made.append((f"/api/{kind}s/{{{kind}_id}}", f"/api/{kind}s/{quote(one, '')}"))
        for sku in await ids("products"):
            pattern = "/api/products/{sku}"
            made.append((pattern, f"/api/products/{quote(sku, '')}?market=US"))
            made.append((f"{pattern}/stock", f"/api/products/{quote(sku, '')}/stock"))
        for more in ("stock", "waiting", "pick-list"):
            made += [
                (f"/api/warehouses/{{warehouse}}/{more}", f"/api/warehouses/{name}/{more}")
                for name in ("seattle", "osaka")
            ]
        return made

    def _schema(self, pattern: str) -> Any:
        if pattern not in self._schemas:
            get = self._document["paths"][pattern]["get"]
            schema = get["responses"]["200"]["content"]["application/json"]["schema"]
            whole = {**schema, "components": self._document["components"]}
            self._schemas[pattern] = jsonschema_rs.Draft202012Validator(whole)
        return self._schemas[pattern]


def pattern_of(address: str) -> str:
    """Returns the address without the ids in it."""
    parts = urlsplit(address)
    steps = parts.path.split("/")
    if steps[1] in NAMED and len(steps) > 2:
        steps[2] = "*"
    if steps[1:3] == ["warehouse", "slip"]:
        steps[3:] = "**"
    plain = "/".join(steps)
    tab = re.search(r"tab=(\w+)", parts.query)
    return plain + (
        f"?tab={tab[1]}" if tab else "?…" if parts.query and "dialog" not in plain else ""
    )
