"""Examines a system, causes before their consequences."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from aiokafka.errors import KafkaError
from pymongo.errors import PyMongoError

from ops.doctor import data, engines, machine, processes
from ops.doctor.findings import Examined, Finding
from ops.doctor.system import System
from ops.errors import ToolError
from shared.runtime.ports import Unavailable


@dataclass(frozen=True, slots=True)
class Examination:
    """One examination.

    needs  the names of others; if one of them found something broken, this one is skipped
    """

    name: str
    findings: Callable[[System], Awaitable[Sequence[Finding]]]
    needs: frozenset[str] = frozenset()


KAFKA, MONGO = frozenset({"Kafka"}), frozenset({"MongoDB"})

EXAMINATIONS = (
    Examination("disk", machine.disk),
    Examination("site file", machine.site_file),
    Examination("supervisor", machine.supervisor),
    Examination("Kafka", engines.kafka, frozenset({"supervisor"})),
    Examination("MongoDB", engines.mongo, frozenset({"supervisor"})),
    Examination("topics", data.topics, KAFKA),
    Examination("services", processes.services, KAFKA | MONGO),
    Examination("progress", data.progress, KAFKA | {"topics"}),
    Examination("dead letters", data.dead_letters, KAFKA | {"topics"}),
    Examination("accounts", data.accounts, MONGO),
)


async def examine(system: System) -> list[Examined]:
    """Returns the results in the order of `EXAMINATIONS`.

    An examination that needs what is broken is skipped: what it would find is a consequence.
    """
    done: dict[str, Examined] = {}
    for each in EXAMINATIONS:
        causes = [name for name in done if name in each.needs and _stops(done[name])]
        if causes:
            done[each.name] = Examined(name=each.name, skipped=f"first mend: {', '.join(causes)}")
        else:
            done[each.name] = await _examined(each, system)
    return list(done.values())


def _stops(examined: Examined) -> bool:
    """Whether what depends on it can't be examined."""
    return bool(examined.skipped) or any(f.level == "broken" for f in examined.findings)


async def _examined(each: Examination, system: System) -> Examined:
    try:
        return Examined(name=each.name, findings=list(await each.findings(system)))
    except (KafkaError, PyMongoError, Unavailable, OSError, ToolError) as error:
        says = str(error) or type(error).__name__
        return Examined(name=each.name, skipped=f"it failed: {says}")
