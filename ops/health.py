"""Asks a service how it is, over HTTP."""

import asyncio
import http.client
import json
from typing import Any

from pydantic import BaseModel

from ops.home import Instance


class Health(BaseModel):
    """How an instance is; `because` names all that keeps it from being ready."""

    name: str
    port: int
    pid: int | None
    live: bool
    ready: bool
    lag: int | None = None
    because: list[str] = []


def _get(port: int, path: str, timeout: float) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()


def check(instance: Instance, timeout: float = 3) -> Health:
    """How `instance` is. A service that doesn't answer is neither live nor ready."""
    process = instance.process.find() if instance.process else None
    live, _ = _get(instance.port, "/health/live", timeout)
    ready, body = _get(instance.port, "/health/ready", timeout) if live else (0, "")
    said = _object(body)
    return Health(
        name=instance.name,
        port=instance.port,
        pid=process.pid if process else None,
        live=live == http.client.OK,
        ready=ready == http.client.OK and process is not None,
        lag=said.get("lag"),
        because=said.get("because", []) if live else ["it doesn't answer"],
    )


async def check_all(instances: list[Instance]) -> list[Health]:
    """How all of them are, asked at the same time."""
    return await asyncio.gather(*(asyncio.to_thread(check, instance) for instance in instances))


def _object(body: str) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
