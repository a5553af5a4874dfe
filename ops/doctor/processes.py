"""Examines the services that `waybill up` started."""

from collections.abc import Sequence

from ops.doctor.findings import Finding, broken
from ops.doctor.system import System
from ops.local.health import Health, check_all


async def services(system: System) -> Sequence[Finding]:
    """Every service is live and ready."""
    state = system.state
    found = await check_all(state.instances) if state else []
    return [_finding(system, health) for health in found if not health.ready]


def _finding(system: System, health: Health) -> Finding:
    log = f"{system.home.logs}/{health.name}.jsonl"
    if due := system.due(health.name):
        return broken(f"{health.name} {due}.", f"If it ends again, its log says why: {log}")
    if health.pid is None:
        return broken(f"{health.name} doesn't run.", f"waybill down && waybill up; log: {log}")
    if not health.live:
        what = f"{health.name} (process {health.pid}) doesn't answer on port {health.port}."
        return broken(what, f"kill -9 {health.pid} (it is started again); log: {log}")
    because = ", ".join(health.because) or "it doesn't say why"
    return broken(f"{health.name} isn't ready: {because}.", f"Its log says more: {log}")
