"""Every rejection uses the table of error texts, and every text is used."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.contracts.error_texts import ENGLISH, ErrorText, blocker, rendered
from shared.contracts.replies import Blocker
from shared.site.load import SiteError, load

PROJECT = Path(__file__).parents[2]
SOURCES = [*PROJECT.glob("services/**/*.py"), *PROJECT.glob("shared/**/*.py")]
TABLE = PROJECT / "shared/contracts/error_texts"
# A key that is put together where it is used: an order's status decides.
COMPUTED = {"completed"}


def calls() -> Iterator[tuple[Path, ast.Call, str]]:
    for path in SOURCES:
        if path.is_relative_to(TABLE):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield path, node, node.func.id


def strings(node: ast.AST) -> set[str]:
    return {
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


def test_no_blocker_is_worded_anywhere_else() -> None:
    worded = [
        f"{path.relative_to(PROJECT)}:{call.lineno}"
        for path, call, name in calls()
        if name in {"Blocker", "Rejected"} and (call.args or call.keywords)
    ]
    assert worded == []


def test_every_text_is_used() -> None:
    elsewhere = [path for path in SOURCES if path.parent != TABLE or path.name == "__init__.py"]
    said = set().union(*(strings(ast.parse(path.read_text("utf-8"))) for path in elsewhere))
    assert set(ENGLISH) - said <= COMPUTED


@pytest.mark.parametrize("key", ENGLISH)
def test_a_text_says_what_happened_and_what_to_do_in_whole_sentences(key: str) -> None:
    text = ENGLISH[key]
    facts = dict.fromkeys(text.facts(), "X")
    said = blocker(key, **facts)
    assert said.code == key.partition(".")[0]
    for sentence in (said.message, said.remedy or ""):
        assert sentence[0].isupper() or sentence[0].isdigit()
        assert sentence.endswith(".") or key == "declined"
        assert "{" not in sentence


def test_a_site_can_say_it_in_its_own_language() -> None:
    owes = blocker("not-paid.owes", outstanding="12.40", currency="USD")
    swedish = {"not-paid.owes": ErrorText("{outstanding} {currency} återstår.", "Lägg till.")}
    assert rendered(owes, swedish) == ("12.40 USD återstår.", "Lägg till.")
    assert rendered(owes, {}) == (owes.message, owes.remedy)


def test_what_an_earlier_version_recorded_is_shown_as_it_was_said() -> None:
    old = Blocker(code="not-paid", message="The order has 12.40 USD outstanding.")
    assert rendered(old, ENGLISH) == ("The order has 12.40 USD outstanding.", None)


def test_a_sites_own_texts_are_checked_when_it_is_read(tmp_path: Path) -> None:
    example = (PROJECT / "config/site.yaml").read_text("utf-8")
    file = tmp_path / "site.yaml"
    own = "error_texts:\n  not-paid.owes: {happened: '{%s} fehlen.', remedy: Zahlung erfassen.}\n"
    file.write_text(example + own % "outstanding", "utf-8")
    assert load(file).texts["not-paid.owes"].happened == "{outstanding} fehlen."
    file.write_text(example + own % "missing", "utf-8")
    with pytest.raises(SiteError, match="no fact is called missing; there are: currency, outst"):
        load(file)
    file.write_text(example + own.replace("not-paid.owes", "no-such") % "outstanding", "utf-8")
    with pytest.raises(SiteError, match="no error text is called that"):
        load(file)
