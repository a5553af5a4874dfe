"""Whoever asks whether the payment service can work hears of its gateway, too."""

from typing import Any, cast

import pytest

from services.payment.gateway.health import GatewayHealth
from shared.runtime.http.health import Health
from shared.runtime.http.metrics import Metrics
from shared.runtime.ports import Unavailable


def test_what_failed_last_is_told_until_it_is_done():
    failing = GatewayHealth()
    for _ in range(2):
        with pytest.raises(Unavailable), failing.trying("take requests"):
            raise Unavailable("MongoDB: down")
    with failing.trying("ask providers"):
        pass
    assert list(failing) == ["the gateway can't take requests"]
    with failing.trying("take requests"):
        pass
    assert not list(failing)


class Well:
    """Everything that a process has beside its worker, in good order."""

    assigned = True
    admin = property(lambda self: self)

    async def lag(self) -> int:
        return 0

    def problems(self) -> list[str]:
        return []

    async def command(self, name: str) -> None:
        """As MongoDB's client does."""

    def busy_seconds(self) -> float:
        return 0.0

    def last_poll(self) -> float | None:
        return None


class Beside:
    """A worker that says what is wrong with it."""

    def __init__(self, *wrong: str) -> None:
        self._wrong = wrong

    def problems(self) -> list[str]:
        return list(self._wrong)


@pytest.mark.parametrize("wrong", [(), ("the gateway has stopped",)])
async def test_process_is_ready_if_what_runs_beside_it_is(wrong: tuple[str, ...]):
    well = cast("Any", Well())
    health = Health(well, well, well, Metrics("payment"), cast("Any", Beside(*wrong)))
    health.waiting_for = None
    said = await health.ready()
    assert (said["ready"], said["because"]) == (not wrong, list(wrong))
