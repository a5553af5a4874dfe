"""The interfaces as documents: AsyncAPI of the services, OpenAPI of the portal."""

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

import httpx

from services.portal.app import Portal
from services.portal.settings import PortalSettings
from shared.contracts.topics import OPTIONAL, SERVICES
from shared.runtime.http.asyncapi import describe
from shared.runtime.settings import Settings
from shared.site import load

FOLDER = "interfaces"
OPENAPI = f"{FOLDER}/portal.openapi.json"
Document = dict[str, Any]

_PAGE = """\
# Interfaces

These documents are what the processes of this version return themselves: a service at `/asyncapi`,
the portal at `/api/openapi.json`. The [contract](contract.md) explains the messages.

## AsyncAPI of the services

{services}
## OpenAPI of the portal

[portal.openapi.json]({openapi}) has {operations} operations. Programs send a token, and commands an
`Idempotency-Key`: [operations](operations.md#the-portal).

{paths}
"""


def documents() -> dict[str, str]:
    """Returns the documents by their file's name below the site."""
    found = {f"{FOLDER}/{name}.asyncapi.json": _service(name) for name in _NAMES}
    return {
        name: json.dumps(each, indent=1) for name, each in (found | {OPENAPI: _portal()}).items()
    }


def page() -> str:
    """Returns a page in Markdown that lists the documents and what they describe."""
    portal = _portal()
    return _PAGE.format(
        services="".join(_about(name) for name in _NAMES),
        openapi=OPENAPI,
        operations=len([*_operations(portal)]),
        paths=_table(["operation", "", ""], _operations(portal)),
    )


_NAMES = (*SERVICES, *OPTIONAL)


@cache
def _service(name: str) -> Document:
    service = import_module(f"services.{name}.app").SERVICE
    found: Document = describe(service, Settings.model_construct()).to_jsonable()
    return found


def _about(name: str) -> str:
    """Returns what a service receives and sends, by topic."""
    document = _service(name)
    rows = []
    for operation in document["operations"].values():
        channel = _last(operation["channel"])
        # Their ids are a topic and a type.
        messages = sorted(_last(each).rpartition("--")[2] for each in operation["messages"])
        address = document["channels"][channel]["address"]
        rows.append([f"{operation['action']}s", f"`{address}`", ", ".join(map(_code, messages))])
    table = _table(["", "topic", "messages"], sorted(rows))
    return f"### {name}\n\n[{name}.asyncapi.json]({FOLDER}/{name}.asyncapi.json)\n\n{table}\n"


@cache
def _portal() -> Document:
    """Asks the portal itself, which needs no engines for this."""

    async def ask() -> Document:
        settings = PortalSettings.model_construct()
        served = Portal(settings, load(settings.site)).http
        transport = httpx.ASGITransport(app=served)
        async with httpx.AsyncClient(transport=transport, base_url="http://portal") as client:
            answer = await client.get("/api/openapi.json")
            answer.raise_for_status()
            found: Document = answer.json()
            return found

    return asyncio.run(ask())


def _operations(portal: Mapping[str, Any]) -> Iterator[list[str]]:
    for path, methods in portal["paths"].items():
        for method, operation in methods.items():
            yield [method.upper(), _code(path), operation.get("summary", "")]


def _last(reference: Mapping[str, str]) -> str:
    return reference["$ref"].rpartition("/")[2]


def _code(text: str) -> str:
    return f"`{text}`"


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
