"""Asks the services of a local system how they are."""

import asyncio

from ops.local.home import Instance
from shared.monitoring import processes


class Health(processes.Health):
    """How an instance is, and its process, if that runs."""

    name: str
    port: int
    pid: int | None


def check(instance: Instance, timeout: float = processes.TIMEOUT) -> Health:
    """How `instance` is. A service that doesn't answer is neither live nor ready."""
    process = instance.process.find() if instance.process else None
    said = processes.check("127.0.0.1", instance.port, timeout)
    return Health(
        **said.model_dump(exclude={"ready"}),
        ready=said.ready and process is not None,
        name=instance.name,
        port=instance.port,
        pid=process.pid if process else None,
    )


async def check_all(instances: list[Instance]) -> list[Health]:
    """How all of them are, asked at the same time."""
    return await asyncio.gather(*(asyncio.to_thread(check, instance) for instance in instances))
