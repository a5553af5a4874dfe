"""The files in ops/observability, and what they name."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[4]
FOLDER = ROOT / "ops" / "observability"
RULES = FOLDER / "rules" / "waybill.yml"
DASHBOARDS = sorted((FOLDER / "grafana" / "dashboards").glob("*.json"))
# Made by Prometheus itself, for every target.
OF_PROMETHEUS = {"up"}
_METRIC = re.compile(r"\b(?:waybill|process|up)(?:_[a-z_]+)?\b(?=[\s{\[)]|$)")
_QUOTED = re.compile(r'"[^"]*"')
_MATCHED = re.compile(r"([a-z_]+)\s*\{([^}]*)\}")
_VALUES = re.compile(r'([a-z_]+)\s*[=!]~?\s*"([^"]*)"')
_LABEL = re.compile(r"([a-z_]+)\s*[=!]")


def alerts() -> list[dict[str, Any]]:
    """Every alert rule."""
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def metrics_in(expression: str) -> set[str]:
    """The metrics that an expression of PromQL reads."""
    return set(_METRIC.findall(_QUOTED.sub('""', expression)))


def matchers_in(expression: str) -> Iterator[tuple[str, str]]:
    """Each metric with each label that an expression selects it by."""
    for metric, matchers in _MATCHED.findall(_QUOTED.sub('""', expression)):
        for label in _LABEL.findall(matchers):
            yield metric, label


def counters_in(expression: str) -> Iterator[tuple[str, str, str]]:
    """Each counter with each label and each value that an expression selects it by."""
    for metric, matchers in _MATCHED.findall(expression):
        for label, values in _VALUES.findall(matchers):
            if metric.endswith("_total"):
                yield from ((metric, label, value) for value in values.split("|"))


def expressions_of(dashboard: Path) -> list[str]:
    """The expressions of a dashboard's panels."""
    panels = json.loads(dashboard.read_text())["panels"]
    return [target["expr"] for panel in panels for target in panel.get("targets", ())]
