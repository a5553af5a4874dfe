"""Checks the health of a local system's services."""

import asyncio

from ops.local.home import Instance
from shared.monitoring import processes


class Health(processes.Health):
    """The health of an instance, with its process id if it runs."""

    name: str
    port: int
    pid: int | None


def check(instance: Instance, timeout: float = processes.TIMEOUT) -> Health:
    """Returns the health of `instance`. A service that doesn't answer is not live and not ready."""
    process = instance.process.find() if instance.process else None
    answer = processes.check("127.0.0.1", instance.port, timeout)
    return Health(
        **answer.model_dump(exclude={"ready"}),
        ready=answer.ready and process is not None,
        name=instance.name,
        port=instance.port,
        pid=process.pid if process else None,
    )


async def check_all(instances: list[Instance]) -> list[Health]:
    """Returns the health of all instances, checked concurrently."""
    return await asyncio.gather(*(asyncio.to_thread(check, instance) for instance in instances))
