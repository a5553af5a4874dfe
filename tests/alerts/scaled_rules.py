"""The shipped alert rules with shorter durations."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

# A minute in the rules takes three seconds here.
SPEED = 20
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_WINDOW = re.compile(r"\[(\d+)([smhd])\]")
# A gauge in seconds, such as waybill_oldest_record_seconds; not the count of a histogram.
_SECONDS = re.compile(r"\bwaybill_\w+_seconds\b")
_THRESHOLD = re.compile(r"> (\d+)\b")


def scaled(rules: dict[str, Any]) -> dict[str, Any]:
    """Returns the rules with every duration divided by `SPEED`."""
    result = deepcopy(rules)
    for group in result["groups"]:
        for rule in group["rules"]:
            rule["for"] = _shorter(*re.fullmatch(r"(\d+)([smhd])", rule["for"]).groups())  # type: ignore[union-attr]
            rule["expr"] = scaled_expression(rule["expr"])
    return result


def scaled_expression(expression: str) -> str:
    """Returns an expression with shorter windows, and lower thresholds if it compares seconds."""
    shorter = _WINDOW.sub(lambda found: f"[{_shorter(*found.groups())}]", expression)
    if _SECONDS.search(expression):
        return _THRESHOLD.sub(lambda found: f"> {int(found[1]) / SPEED:g}", shorter)
    return shorter


def _shorter(number: str, unit: str) -> str:
    return f"{int(number) * _UNITS[unit] * 1000 // SPEED}ms"
