"""Examines Kafka and MongoDB."""

import asyncio
from collections.abc import Sequence

from ops.doctor.findings import Finding, broken
from ops.doctor.system import System
from ops.local.engines import record
from shared.monitoring import probe


async def kafka(system: System) -> Sequence[Finding]:
    """Kafka answers."""
    return _findings(system, await probe.kafka(system.settings), "WAYBILL_KAFKA")


async def mongo(system: System) -> Sequence[Finding]:
    """MongoDB answers, and is a primary."""
    found = await asyncio.to_thread(probe.mongo, system.settings)
    return _findings(system, found, "WAYBILL_MONGO")


def _findings(system: System, engine: probe.Engine, variable: str) -> Sequence[Finding]:
    if engine.answers:
        return []
    what = f"{engine.name} doesn't answer at {engine.address}: {engine.says}."
    if due := system.due(engine.name):
        return [broken(f"{what} It {due}.", f"Wait. If it fails again: {system.home.folder}")]
    if system.engines_given:
        return [broken(what, f"Start it, or correct {variable}.")]
    written = record.read(system.home.folder)
    process = written.named(engine.name).process if written else None
    if process and process.find():
        return [broken(f"{what} Its process runs.", f"kill -9 {process.pid} (it is started again)")]
    return [broken(what, "waybill down && waybill up")]
