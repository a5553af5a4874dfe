"""Messages and documents of earlier versions keep their meaning (`tests/recorded`)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.recorded import features, meaning
from tests.recorded.recording import Written, everything, folders, load

RECORDED: list[tuple[Written, dict[str, Any]]] = [
    (one, meant)
    for folder in folders()
    for one, meant in zip(
        load(folder),
        map(json.loads, (folder / "meant.jsonl").read_text(encoding="utf-8").splitlines()),
        strict=True,
    )
]


@pytest.mark.parametrize(("one", "meant"), RECORDED, ids=[one.name for one, _ in RECORDED])
def test_what_was_written_once_means_what_it_meant(one: Written, meant: dict[str, Any]) -> None:
    assert meant["of"] == one.name
    lost = list(meaning.lacks(meant["meant"], json.loads(json.dumps(meaning.of(one)))))
    assert lost == [], "was that wanted? See CONTRIBUTING.md, 'Change a message'"


def test_every_type_and_everything_in_journals_is_recorded() -> None:
    missing = features.wanted() - features.covered(everything())
    assert missing == set(), "python -m tests.recorded"


def test_what_is_understood_less_or_otherwise_is_noticed() -> None:
    before = {"status": "OnHold", "lines": [{"sku": "A"}, {"sku": "B"}]}
    assert list(meaning.lacks(before, {**before, "more": 1})) == []
    assert len(list(meaning.lacks(before, {**before, "status": "Canceled"}))) == 1
    assert len(list(meaning.lacks(before, {"status": "OnHold"}))) == 1
    assert len(list(meaning.lacks(before, {**before, "lines": [{"sku": "A"}]}))) == 1
    assert len(list(meaning.lacks(before, {**before, "lines": [{"sku": "A"}, {}]}))) == 1
