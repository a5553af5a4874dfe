"""When each alert has begun and ceased to fire."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from types import TracebackType
from typing import Self

Labels = frozenset[tuple[str, str]]

PERIOD_SECONDS = 0.5


@dataclass
class Firing:
    """One time that an alert fired, by the monotonic clock; `ended` is None while it does."""

    alert: str
    labels: Labels
    began: float
    ended: float | None = None


class AlertLog:
    """Asks again and again which alerts fire, in a thread of its own."""

    def __init__(self, firing: Callable[[], Collection[Labels]]) -> None:
        self._ask = firing
        self._all: list[Firing] = []
        self._open: dict[Labels, Firing] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def since(self, moment: float) -> list[Firing]:
        """What has begun to fire since then, the first one first."""
        return [each for each in self._all if each.began >= moment]

    def now(self) -> list[Firing]:
        """What fires now."""
        return [each for each in self._all if each.ended is None]

    def note(self, firing: Collection[Labels], moment: float) -> None:
        """Records which alerts fire at a moment."""
        for labels in [*self._open]:
            if labels not in firing:
                self._open.pop(labels).ended = moment
        for labels in firing:
            if labels not in self._open:
                begun = Firing(dict(labels)["alertname"], labels, moment)
                self._open[labels] = begun
                self._all.append(begun)

    def _watch(self) -> None:
        while not self._stop.wait(PERIOD_SECONDS):
            self.note(self._ask(), time.monotonic())
