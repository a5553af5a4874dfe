"""Checks the health of processes over HTTP."""

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
    """The health of a process.

    because  everything that keeps it from being ready
    lag      the unread records of its partitions; None if unknown
    """

    live: bool
    ready: bool
    lag: int | None = None
    because: list[str] = []


class Instance(Health):
    """The health of one process of a monitored service."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Target:
    """A service to monitor. A host with several addresses has a process at each."""

    name: str
    host: str
    port: int


def parse_targets(text: str) -> list[Target]:
    """Parses `order=http://order:8080,…`. Raises `ValueError`, which says what is wrong."""
    found = []
    for each in filter(None, (part.strip() for part in text.split(","))):
        name, _, address = each.partition("=")
        url = urlsplit(address)
        if not name or url.scheme != "http" or not url.hostname or url.port is None:
            raise ValueError(f"{each}: write it as order=http://order:8080")
        found.append(Target(name, url.hostname, url.port))
    return found


def check(host: str, port: int, timeout: float = TIMEOUT) -> Health:
    """Checks the process at an address. One that doesn't answer is neither live nor ready."""
    live, _ = _get(host, port, "/health/live", timeout)
    ready, body = _get(host, port, "/health/ready", timeout) if live else (0, "")
    answer = _object(body)
    return Health(
        live=live == http.client.OK,
        ready=ready == http.client.OK,
        lag=answer.get("lag"),
        because=answer.get("because", []) if live else ["it doesn't answer"],
    )


async def check_all(services: Sequence[Target]) -> list[Instance]:
    """Checks every process of these services concurrently."""
    found = await asyncio.gather(*(asyncio.to_thread(_check_each, one) for one in services))
    return [instance for instances in found for instance in instances]


def _check_each(one: Target) -> list[Instance]:
    try:
        answers = socket.getaddrinfo(one.host, one.port, type=socket.SOCK_STREAM)
    except OSError:
        nowhere = Health(live=False, ready=False, because=[f"the host {one.host} is unknown"])
        return [_instance(one, one.host, nowhere)]
    hosts = list(dict.fromkeys(str(address[0]) for *_, address in answers))
    # The IPv4 and IPv6 addresses of a host, such as localhost, are one process.
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
