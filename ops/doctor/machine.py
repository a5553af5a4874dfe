"""Examines the machine: disk, site file, supervisor."""

import asyncio
from collections.abc import Sequence

import psutil

from ops.doctor.findings import Finding, broken, warning
from ops.doctor.system import System
from ops.local.orphans import find_orphans
from ops.local.up_lock import find_supervisor
from shared.site import SiteError, load

GIB = 1024**3
# MongoDB stops writing below some hundred megabytes, and Kafka with the last one.
FULL, NEARLY_FULL = 1 * GIB, 5 * GIB


async def disk(system: System) -> Sequence[Finding]:
    """The disk of the data folder has room."""
    folder = next(f for f in (system.home.folder, *system.home.folder.parents) if f.exists())
    usage = psutil.disk_usage(str(folder))
    said = f"The disk of {folder} has {usage.free / GIB:.1f} GiB free of {usage.total / GIB:.0f}."
    if usage.free < FULL:
        return [broken(said, "Make room. What has stopped starts again by itself.")]
    if usage.free < NEARLY_FULL:
        return [warning(said, "Make room before it is full; journals and topics grow.")]
    return []


async def site_file(system: System) -> Sequence[Finding]:
    """The site file is valid."""
    try:
        await asyncio.to_thread(load, system.settings.site)
    except SiteError as error:
        what = f"The site file {system.settings.site} can't be used. {error}"
        return [broken(what, "Correct it, then: waybill down && waybill up")]
    return []


async def supervisor(system: System) -> Sequence[Finding]:
    """What `waybill up` started is supervised."""
    home, state = system.home, system.state
    if state and state.running():
        return []
    up = "waybill up"
    if home.damaged:
        return [broken(f"{home.folder}/state.json can't be read.", f"waybill down && {up}")]
    if starting := find_supervisor(home):
        what = f"'waybill up' (process {starting.pid}) is starting or stopping the system."
        return [warning(what, f"Wait; its log: {home.logs}")]
    if orphans := find_orphans(home):
        what = f"The supervisor ended; {len(orphans)} services run without one."
        return [broken(what, f"{up} (stops them and starts all again)")]
    if not system.engines_given:
        return [broken(f"No system runs in {home.folder}.", up)]
    return []
