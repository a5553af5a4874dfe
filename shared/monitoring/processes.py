"""Asks a service's process how it is, over HTTP."""

import asyncio
import http.client
import json
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel

TIMEOUT = 3.0


class Health(BaseModel):
    """How a process is; `because` names all that keeps it from being ready.

    `lag` counts the records still to come on its partitions, if it says.
    """

    live: bool
    ready: bool
    lag: int | None = None
    because: list[str] = []


class Instance(Health):
    """One process among those that are watched, by the name of its service."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Target:
    """Where a service answers. A host with several addresses has a process at each."""

    name: str
    host: str
    port: int


def parse_targets(text: str) -> list[Target]:
    """What `order=http://order:8080,…` names. Raises `ValueError`, which says what is wrong."""
    found = []
    for each in filter(None, (part.strip() for part in text.split(","))):
        name, _, address = each.partition("=")
        url = urlsplit(address)
        if not name or url.scheme != "http" or not url.hostname or url.port is None:
            raise ValueError(f"{each}: write it as order=http://order:8080")
        found.append(Target(name, url.hostname, url.port))
    return found


def check(host: str, port: int, timeout: float = TIMEOUT) -> Health:
    """How the process at this address is. One that doesn't answer is neither live nor ready."""
    live, _ = _get(host, port, "/health/live", timeout)
    ready, body = _get(host, port, "/health/ready", timeout) if live else (0, "")
    said = _object(body)
    return Health(
        live=live == http.client.OK,
        ready=ready == http.client.OK,
        lag=said.get("lag"),
        because=said.get("because", []) if live else ["it doesn't answer"],
    )


async def check_all(services: Sequence[Target]) -> list[Instance]:
    """How every process of these services is, asked at the same time."""
    found = await asyncio.gather(*(asyncio.to_thread(_check_each, one) for one in services))
    return [instance for instances in found for instance in instances]


def _check_each(one: Target) -> list[Instance]:
    try:
        answers = socket.getaddrinfo(one.host, one.port, type=socket.SOCK_STREAM)
    except OSError:
        nowhere = Health(live=False, ready=False, because=[f"nobody knows the host {one.host}"])
        return [_instance(one, one.host, nowhere)]
    hosts = list(dict.fromkeys(str(address[0]) for *_, address in answers))
    # A name for two of one process, such as localhost over IPv4 and IPv6, isn't two processes.
    hosts = [host for host in hosts if "." in host] or hosts
    return [_instance(one, host, check(host, one.port)) for host in hosts]


def _instance(one: Target, host: str, health: Health) -> Instance:
    return Instance(name=one.name, address=f"{host}:{one.port}", **health.model_dump())


def _get(host: str, port: int, path: str, timeout: float) -> tuple[int, str]:
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()


def _object(body: str) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
