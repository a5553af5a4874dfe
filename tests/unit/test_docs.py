"""The documentation is true: its links have targets, its names exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from ops.cli.main import app
from services.notify.mail.settings import NotifySettings
from services.portal.settings import PortalSettings
from shared.contracts import TOPICS
from shared.contracts.base import models_on
from shared.contracts.commands import offered
from shared.contracts.topics import PROCESSES, dead_letter_topic

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
OPERATIONS = DOCS / "operations.md"
PAGES = [
    *ROOT.glob("*.md"),
    *DOCS.rglob("*.md"),
    ROOT / "client" / "README.md",
    *(ROOT / "examples").glob("*/README.md"),
]
LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]+)\)")
COMMAND = typer.main.get_command(app)


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def without_code(page: Path) -> str:
    return re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)


def links(page: Path) -> Iterator[tuple[str, Path, str]]:
    """Text, target and anchor of every link within the project."""
    for words, link in LINK.findall(without_code(page)):
        if "://" not in link:
            path, _, anchor = link.partition("#")
            yield words, (page.parent / path).resolve() if path else page, anchor


def headings(page: Path) -> set[str]:
    """The anchors of a page, as GitHub names them."""
    found = re.findall(r"^#+ (.+)$", without_code(page), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-") for words in found}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_to_something(page):
    missing = {name(target) for _, target, _ in links(page) if not target.exists()}
    if missing == {name(OPERATIONS)}:
        pytest.skip("docs/operations.md isn't written yet")
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_anchor_leads_to_what_it_says(page):
    """`#L23` leads to a line that contains the link's text, any other anchor to a heading."""
    for words, target, anchor in links(page):
        if line := re.fullmatch(r"L(\d+)", anchor):
            text = target.read_text(encoding="utf-8").splitlines()[int(line[1]) - 1]
            assert words.strip("`") in text, f"{name(target)}#{anchor}"
        elif anchor:
            assert anchor in headings(target), f"{name(target)}#{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_that_is_named_exists(page):
    text = page.read_text(encoding="utf-8")
    for line in re.findall(r"(?:^|`)waybill ([a-z][^`\n]*)", text, flags=re.M):
        command, *rest = line.split()
        assert command in COMMAND.commands, line
        below = getattr(COMMAND.commands[command], "commands", {})
        if below and rest and re.fullmatch(r"[a-z][a-z.-]*", rest[0]):
            assert rest[0] in below, line


def test_contract_names_every_topic():
    text = (DOCS / "contract.md").read_text(encoding="utf-8")
    topics = [*(topic.name for topic in TOPICS), *map(dead_letter_topic, PROCESSES)]
    assert [topic for topic in topics if f"`{topic}`" not in text] == []


def test_contract_names_every_message():
    text = (DOCS / "contract.md").read_text(encoding="utf-8")
    assert offered(), "every module of the contract is imported"
    types = {model.type for topic in TOPICS for model in models_on(topic)}
    assert sorted(t for t in types if f"`{t}`" not in text) == []


def test_operations_name_every_setting():
    if not OPERATIONS.exists():
        pytest.skip("docs/operations.md isn't written yet")
    text = OPERATIONS.read_text(encoding="utf-8")
    settings = [
        f"WAYBILL_{field.upper()}"
        for field in {**PortalSettings.model_fields, **NotifySettings.model_fields}
    ]
    assert [setting for setting in settings if setting not in text] == []
