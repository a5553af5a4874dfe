"""Which tests say that they show a sentence: `@pytest.mark.shows("4.17", "4.18")`.

Read from the source, so that no test has to run and none is left out for want of an engine.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """A test that shows a sentence; `file` is relative to the repository."""

    sentence: str
    file: str
    test: str


def claims() -> list[Claim]:
    """Every claim of every test."""
    files = sorted(TESTS.rglob("test_*.py"))
    return [claim for file in files for claim in _in_file(file)]


def _in_file(file: Path) -> Iterator[Claim]:
    name = file.relative_to(TESTS.parent).as_posix()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in node.decorator_list:
                for sentence in _shown(decorator):
                    yield Claim(sentence, name, node.name)


def _shown(decorator: ast.expr) -> list[str]:
    if not isinstance(decorator, ast.Call) or ast.unparse(decorator.func) != "pytest.mark.shows":
        return []
    return [str(ast.literal_eval(argument)) for argument in decorator.args]
