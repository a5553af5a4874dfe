"""A Prometheus that scrapes a system and evaluates the scaled rules."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Collection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import yaml

from tests.alerts.scaled_rules import SPEED, scaled
from tests.polling import eventually

RULES = Path(__file__).parents[2] / "ops" / "observability" / "rules" / "waybill.yml"
SCRAPE_SECONDS = 3
LOOKBACK_SECONDS = 300 // SPEED  # Prometheus' default of five minutes, scaled
ENDS_WITHIN = 30.0


def shipped_rules() -> dict[str, Any]:
    """The rules as they are shipped."""
    return dict(yaml.safe_load(RULES.read_text(encoding="utf-8")))


class Prometheus:
    """Runs as long as the context; `targets` are the addresses of processes, `host:port`."""

    def __init__(self, folder: Path, targets: Collection[str]) -> None:
        self._folder = folder
        self._targets = sorted(targets)
        self._port = _free_port()
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{self._port}/api/v1", timeout=30)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        if shutil.which("prometheus") is None:
            raise FileNotFoundError("needs `prometheus`, of Debian's package prometheus, on PATH")
        self._folder.mkdir(parents=True)
        with (self._folder / "prometheus.log").open("wb") as log:
            self._process = subprocess.Popen(self._command(), stdout=log, stderr=log)
        eventually(self._scrapes_all)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._client.close()
        if self._process is not None:
            self._process.terminate()
            self._process.wait(ENDS_WITHIN)

    def firing(self) -> set[frozenset[tuple[str, str]]]:
        """The labels of each alert that fires; its name is the label `alertname`."""
        alerts = self._get("/alerts")["alerts"]
        return {frozenset(a["labels"].items()) for a in alerts if a["state"] == "firing"}

    def value(self, expression: str) -> float | None:
        """The value of an expression with one result; None if it has none."""
        found = self._get("/query", query=expression)["result"]
        return float(found[0]["value"][1]) if found else None

    def _get(self, path: str, **parameters: str) -> dict[str, Any]:
        answer = self._client.get(path, params=parameters)
        answer.raise_for_status()
        return dict(answer.json()["data"])

    def _scrapes_all(self) -> bool:
        try:
            all_up = self.value('sum(up{job="waybill"})') == len(self._targets)
            return all_up and not self.firing()  # a service is absent until its first scrape
        except httpx.HTTPError:
            return False

    def _command(self) -> list[str]:
        scrape = {"job_name": "waybill", "static_configs": [{"targets": self._targets}]}
        configuration = {
            "global": {
                "scrape_interval": f"{SCRAPE_SECONDS}s",
                "scrape_timeout": f"{SCRAPE_SECONDS}s",
                "evaluation_interval": "1s",
            },
            "rule_files": ["rules.yml"],
            "scrape_configs": [scrape],
        }
        (self._folder / "rules.yml").write_text(yaml.safe_dump(scaled(shipped_rules())))
        (self._folder / "prometheus.yml").write_text(yaml.safe_dump(configuration))
        return [
            "prometheus",
            f"--config.file={self._folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={self._folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{self._port}",
            f"--query.lookback-delta={LOOKBACK_SECONDS}s",
        ]


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
