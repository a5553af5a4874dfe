"""Writes the tables of rights and topics in `docs/deployment.md`: `python -m ops.docs.rights`."""

import re
from collections.abc import Iterable
from pathlib import Path

from ops.security.rights.needs import all_needs
from shared.contracts import TOPICS
from shared.contracts.topics import PROCESSES, Cleanup, dead_letter_topic
from shared.runtime.kafka.connection import MAX_DEAD_LETTER, MAX_RECORD
from shared.runtime.kafka.topics import retention_days
from shared.runtime.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "deployment.md"
_PLACE = re.compile(r"(<!-- (rights|topics): [^>]*-->\n).*?(<!-- end -->)", re.DOTALL)


def page(text: str) -> str:
    """Returns the page with its tables as the code has them."""
    tables = {"rights": rights, "topics": topics}
    return _PLACE.sub(lambda found: f"{found[1]}\n{tables[found[2]]()}\n{found[3]}", text)


def rights() -> str:
    """Returns a row for each user: topics, consumer groups and databases."""
    rows = [
        [
            f"`{each.user}`",
            _names(each.reads),
            _names(each.writes),
            _names(each.groups),
            _names(f"{name}: {role}" for name, role in each.databases),
        ]
        for each in all_needs()
    ]
    return _table(["user", "reads", "writes", "groups", "databases"], rows)


def topics() -> str:
    """Returns a row for each kind of topic, with the settings that it is created with."""
    settings = Settings.model_construct()
    every = [(topic.name, topic.cleanup, MAX_RECORD) for topic in TOPICS]
    every += [(dead_letter_topic(name), "delete", MAX_DEAD_LETTER) for name in PROCESSES]
    kinds: dict[tuple[Cleanup, int, str], list[str]] = {}
    for name, cleanup, largest in every:
        days = "the latest" if cleanup == "compact" else f"{retention_days(name, settings)} days"
        kinds.setdefault((cleanup, largest, days), []).append(name)
    rows = [
        [_names(names), cleanup, f"{largest:,}", days]
        for (cleanup, largest, days), names in kinds.items()
    ]
    return _table(["topics", "`cleanup.policy`", "`max.message.bytes`", "kept"], rows)


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
