"""A desk at customer service: portals, people with accounts, and their browsers' sessions."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from itertools import count

import httpx
from motor.motor_asyncio import AsyncIOMotorClient

from services.portal.auth.accounts import Accounts
from tests.cluster import Cluster
from tests.processes import ServiceProcess, until_ready

PASSWORD = "a good long password"
_names = count(1)


class Desk:
    """Portals of one cluster, which kills their processes at its end."""

    def __init__(self, cluster: Cluster, portals: int = 1, **environment: str) -> None:
        self.cluster = cluster
        self.portals = [cluster.start("portal", **environment) for _ in range(portals)]
        until_ready(*self.portals)

    @property
    def url(self) -> str:
        """Where the first portal answers."""
        return self.at(self.portals[0])

    def at(self, portal: ServiceProcess) -> str:
        """Where a portal answers."""
        return f"http://127.0.0.1:{portal.port}"

    def account(self, *roles: str) -> str:
        """The name of a new account with these roles; its password is `PASSWORD`."""
        name = f"{roles[0]}-{next(_names)}"
        self._accounts(lambda accounts: accounts.add(name, PASSWORD, roles))
        return name

    def token(self, *roles: str) -> str:
        """A tool's secret for a new account with these roles."""
        name = self.account(*roles)
        return str(self._accounts(lambda accounts: accounts.issue_token(name)))

    @contextmanager
    def signed_in(self, *roles: str) -> Iterator[httpx.Client]:
        """A browser's session of somebody with these roles; it sends what its pages would send."""
        with httpx.Client(base_url=self.url, timeout=30) as client:
            assert sign_in(client, self.account(*roles)).status_code == 303
            client.headers["X-CSRF-Token"] = csrf_of(client)
            yield client

    def knows(self, order: str) -> bool:
        """Whether the portal shows an order."""
        return self.shows(f"/orders/{order}")

    def shows(self, path: str) -> bool:
        """Whether a page is there for somebody who may look."""
        return self._viewer.get(path).status_code == 200

    @cached_property
    def _viewer(self) -> httpx.Client:
        return self.tool("viewer")

    def tool(self, *roles: str) -> httpx.Client:
        """A program with a token."""
        headers = {"Authorization": f"Bearer {self.token(*roles)}"}
        return httpx.Client(base_url=self.url, timeout=30, headers=headers)

    def _accounts(self, work: Callable[[Accounts], Awaitable[object]]) -> object:
        environment = self.cluster.environment

        async def do() -> object:
            client: AsyncIOMotorClient = AsyncIOMotorClient(
                environment["WAYBILL_MONGO"], tz_aware=True
            )
            try:
                return await work(Accounts(client[f"{environment['WAYBILL_DATABASE']}_portal"]))
            finally:
                client.close()

        # In a thread of its own: a browser that is driven has a loop in this one.
        with ThreadPoolExecutor(1) as elsewhere:
            return elsewhere.submit(lambda: asyncio.run(do())).result()


def form_of(client: httpx.Client) -> str:
    """The sign-in form's own token."""
    found = re.search(r'name="token" value="([^"]+)"', client.get("/sign-in").text)
    assert found
    return found[1]


def sign_in(
    client: httpx.Client, name: str, password: str = PASSWORD, where: str = "/"
) -> httpx.Response:
    """Fills the form in and sends it."""
    fields = {"name": name, "password": password, "token": form_of(client), "next": where}
    return client.post("/sign-in", data=fields)


def csrf_of(client: httpx.Client) -> str:
    """What the pages of this session send along with every change."""
    found = re.search(r'"X-CSRF-Token": "([^"]+)"', client.get("/create").text)
    assert found
    return found[1]
