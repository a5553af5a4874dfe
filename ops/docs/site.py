"""Hooks of MkDocs for the docs site (mkdocs.yml): pages of source files, and of the interfaces.

The docs link to source files, which are no pages of the site. So each file that is linked to
becomes one (source_pages.py), and the links lead there. A link to what doesn't exist stops the
build, and so does a page that loads something from elsewhere.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from ops.docs import interfaces
from ops.docs.source_pages import STYLE_FILE, line_anchor, source_page, styles

PROJECT = Path(__file__).resolve().parents[2]
DOCS = "docs"
# Documents outside docs/ that are pages too; the README is the front page of the repository.
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
INTERFACES = "interfaces.md"
LINK = re.compile(r"(?<=\]\()([^)\s#]*)(#[^)\s]*)?(?=\))")
LOADING = re.compile(r"<(?:script|link|img|iframe|source|video|audio)\b[^>]*>", re.IGNORECASE)
ADDRESS = re.compile(r"\b(?:src|href|srcset)\s*=\s*[\"']?((?:https?:)?//[^\"'\s>]+)", re.IGNORECASE)
FENCE = re.compile(r"(^```.*?^```)", re.DOTALL | re.MULTILINE)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the documents of the project, the files that are linked to, and the interfaces."""
    texts = {f"{DOCS}/{each.src_uri}": _read(f"{DOCS}/{each.src_uri}") for each in _pages(files)}
    for name in DOCUMENTS:
        texts[name] = _read(name)
        files.append(File.generated(config, site_uri(name), content=texts[name]))
    linked = {target for name, text in texts.items() for target in outside(name, text)}
    for target in sorted(linked):
        uri = site_uri(target)
        content = source_page(PROJECT / target, target, uri)
        files.append(File.generated(config, uri, content=content))
    files.append(File.generated(config, STYLE_FILE, content=styles()))
    for name, content in interfaces.documents().items():
        files.append(File.generated(config, name, content=content))
    files.append(File.generated(config, INTERFACES, content=interfaces.page()))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Lets links of a page lead to pages of the site."""
    here = page.file.src_uri
    if here == INTERFACES:
        return markdown
    name = here.removeprefix("project/") if here.startswith("project/") else f"{DOCS}/{here}"

    def lead(link: re.Match[str]) -> str:
        target, anchor = link[1], link[2] or ""
        if not target or "://" in target or target.startswith("mailto:"):
            return link[0]
        to = site_uri(resolve(name, target))
        line = re.fullmatch(r"#L(\d+)", anchor)
        return os.path.relpath(to, PurePosixPath(here).parent) + (
            f"#{line_anchor(line[1])}" if line else anchor
        )

    return _outside_fences(markdown, lambda text: LINK.sub(lead, text))


def on_post_build(config: MkDocsConfig) -> None:
    """Checks that no page loads anything from elsewhere. Raises `PluginError`."""
    for page in Path(config.site_dir).rglob("*.html"):
        if found := loaded_from_elsewhere(page.read_text(encoding="utf-8")):
            raise PluginError(f"{page}: loads {', '.join(found)}")


def loaded_from_elsewhere(page: str) -> list[str]:
    """Returns the addresses of scripts, styles, pictures and frames on other hosts."""
    return [address for tag in LOADING.findall(page) for address in ADDRESS.findall(tag)]


def site_uri(name: str) -> str:
    """Returns the file of the site for one of the project."""
    if name.startswith(f"{DOCS}/"):
        return name.removeprefix(f"{DOCS}/")
    if name in DOCUMENTS:
        return f"project/{name}"
    return "source/" + re.sub(r"(^|/)\.", r"\1_", name) + ".html"  # MkDocs leaves dot files out


def resolve(name: str, link: str) -> str:
    """Returns the file or folder of the project to which a link of the file `name` leads.

    A folder's README stands for it. Raises `PluginError` if there is nothing.
    """
    target = os.path.normpath(PurePosixPath(name).parent / link)
    there = PROJECT / target
    if not there.exists() or target.startswith(".."):
        raise PluginError(f"{name}: the link {link} leads to nothing")
    if there.is_dir() and (there / "README.md").exists() and target.startswith(DOCS):
        return f"{target}/README.md"
    return target


def outside(name: str, text: str) -> Iterator[str]:
    """Yields the files and folders that a document links to and that are no pages by themselves."""
    for part in FENCE.split(text)[::2]:
        for link, _ in LINK.findall(part):
            if link and "://" not in link and not link.startswith("mailto:"):
                target = resolve(name, link)
                if not target.startswith(f"{DOCS}/") and target not in DOCUMENTS:
                    yield target


def _outside_fences(text: str, change: Callable[[str], str]) -> str:
    """Changes a document except for its blocks of code."""
    parts = FENCE.split(text)
    return "".join(part if number % 2 else change(part) for number, part in enumerate(parts))


def _pages(files: Files) -> Iterator[File]:
    return (each for each in files if each.is_documentation_page())


def _read(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")
