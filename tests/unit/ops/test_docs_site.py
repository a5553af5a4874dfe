"""The docs site: links lead to pages of it, source files have their lines, nothing is remote."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from mkdocs.exceptions import PluginError

from ops.docs import interfaces, site
from ops.docs.source_pages import source_page, styles
from shared.contracts.topics import OPTIONAL, SERVICES


def rewritten(uri: str, text: str) -> str:
    page: Any = SimpleNamespace(file=SimpleNamespace(src_uri=uri))
    return site.on_page_markdown(text, page, config=None, files=None)


def test_a_link_to_a_page_stays() -> None:
    assert rewritten("glossary.md", "[x](contract.md#limits)") == "[x](contract.md#limits)"


def test_a_link_to_a_line_leads_to_the_line() -> None:
    link = "[x](../shared/contracts/topics.py#L3)"
    assert rewritten("glossary.md", link) == "[x](source/shared/contracts/topics.py.html#L-3)"


def test_a_page_deeper_down_leads_up() -> None:
    link = "[x](../../Makefile) and [y](../contract.md)"
    wanted = "[x](../source/Makefile.html) and [y](../contract.md)"
    assert rewritten("decisions/README.md", link) == wanted


def test_documents_of_the_project_are_pages() -> None:
    assert rewritten("README.md", "[x](../CONTRIBUTING.md)") == "[x](project/CONTRIBUTING.md)"
    assert rewritten("project/README.md", "[x](docs/portal.md)") == "[x](../portal.md)"


def test_a_folder_of_docs_is_its_readme() -> None:
    assert rewritten("README.md", "[x](decisions)") == "[x](decisions/README.md)"


def test_a_hidden_file_is_shown_too() -> None:
    assert rewritten("README.md", "[x](../.npmrc)") == "[x](source/_npmrc.html)"


def test_code_and_addresses_stay() -> None:
    text = "```\n[x](nowhere.md)\n```\n[y](https://example.org/a.md) [z](#here)\n"
    assert rewritten("README.md", text) == text


@pytest.mark.parametrize("link", ["nowhere.md", "../nowhere.py", "../../outside"])
def test_a_link_to_nothing_stops_the_build(link: str) -> None:
    with pytest.raises(PluginError, match="leads to nothing"):
        rewritten("README.md", f"[x]({link})")


def test_what_is_linked_to_is_found() -> None:
    text = "[a](portal.md) [b](../Makefile) [c](https://example.org) ![d](images/portal)\n"
    assert [*site.outside("docs/README.md", text)] == ["Makefile"]


def test_a_source_page_has_an_anchor_for_each_line(tmp_path: Path) -> None:
    file = tmp_path / "rule.py"
    file.write_text("one = 1\n\nthree = '<&>'\n")
    page = source_page(file, "services/rule.py", "source/services/rule.py.html")
    assert [line for line in (1, 2, 3, 4) if f'id="L-{line}"' in page] == [1, 2, 3]
    assert "&lt;&amp;&gt;" in page
    assert 'href="../source.css"' in page
    assert 'href="../../index.html"' in page
    assert "prefers-color-scheme: dark" in styles()


def test_a_folders_page_lists_its_files(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "rule.py").touch()
    (tmp_path / ".hidden").touch()
    page = source_page(tmp_path, "services", "source/services.html")
    assert "<ul><li>inner/</li><li>rule.py</li></ul>" in page


@pytest.mark.parametrize(
    "tag",
    [
        '<script src="https://cdn.example/a.js"></script>',
        "<link rel=stylesheet href=//fonts.example/a.css>",
        '<img alt="" src="http://pictures.example/a.png">',
    ],
)
def test_what_is_loaded_from_elsewhere_is_found(tag: str) -> None:
    assert len(site.loaded_from_elsewhere(f"<p>{tag}</p>")) == 1


def test_links_to_elsewhere_are_fine() -> None:
    page = '<a href="https://example.org">x</a><script src="assets/a.js"></script>'
    assert site.loaded_from_elsewhere(page) == []


def test_the_interfaces_are_those_of_all_processes() -> None:
    found = {name: json.loads(text) for name, text in interfaces.documents().items()}
    assert found[interfaces.OPENAPI]["openapi"].startswith("3.")
    assert found[interfaces.OPENAPI]["paths"]
    for name in (*SERVICES, *OPTIONAL):
        assert found[f"interfaces/{name}.asyncapi.json"]["asyncapi"] == "3.0.0"
    page = interfaces.page()
    assert [name for name in found if f"]({name})" not in page] == []
    assert "`order.commands`" in page
    assert "| POST | `/api/commands/order.hold` |" in page
