"""What the pages load: built from what is here, complete, legible."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from services.portal.web.frame import assets, styleguide
from services.portal.web.frame.rendering import templates
from tests.processes import PROJECT

MODULES = PROJECT / "node_modules"
TEMPLATES = PROJECT / "services/portal/web/templates"
# Classes that are marks for tests and scripts, or only name what an element is.
MARKS = {"refusals", "products", "label", "slip", "headers", "content", "noprint"}

needs_npm = pytest.mark.skipif(not (MODULES / ".ready").is_file(), reason="make setup needs npm")


def test_every_part_of_the_script_is_served() -> None:
    parts = {file.name for file in (assets.OURS / "js").glob("*.js")}
    assert set(assets.SCRIPTS) == parts


def test_what_is_not_installed_is_told(tmp_path: Path) -> None:
    assert assets.missing(tmp_path) == [assets.BUILT, assets.HTMX, assets.ICONS]
    assert assets.icon(tmp_path, "home") == ""


@needs_npm
def test_nothing_is_missing() -> None:
    assert assets.missing(MODULES) == []


@needs_npm
def test_the_style_sheet_is_built_from_the_styles_as_they_are(tmp_path: Path) -> None:
    if not (npx := shutil.which("npx")):
        pytest.skip("no npx")
    styles, fresh = PROJECT / "services/portal/web/styles/portal.scss", tmp_path / "portal.css"
    options = ["--load-path=node_modules", "--style=compressed", "--no-source-map"]
    subprocess.run([npx, "sass", *options, styles, fresh], cwd=PROJECT, check=True)
    assert (MODULES / assets.BUILT).read_bytes() == fresh.read_bytes(), "run make setup"


@needs_npm
def test_every_class_of_a_page_has_a_style() -> None:
    css = (MODULES / assets.BUILT).read_text(encoding="utf-8")
    styled = set(re.findall(r"\.(-?[a-z][\w-]*)", css))
    used = {
        name
        for file in TEMPLATES.rglob("*.html")
        for given in re.findall(r'class="([^"{}]*)"', file.read_text(encoding="utf-8"))
        for name in given.split()
    }
    assert used - styled - MARKS == set()


@needs_npm
def test_every_icon_of_a_page_exists() -> None:
    """Also those that are given to a macro: they are called as one of Tabler's."""
    used = {
        name
        for file in TEMPLATES.rglob("*.html")
        for name in re.findall(r"icon\([\"']([^\"']+)", file.read_text(encoding="utf-8"))
    }
    assert used
    for name in used:
        assert "<path" in assets.icon(MODULES, name)
    with pytest.raises(LookupError, match="no icon is called nonsense"):
        templates(MODULES).from_string("{{ icon('nonsense') }}").render()


@needs_npm
def test_texts_are_legible_on_every_ground_in_both_themes() -> None:
    found = styleguide.contrasts((MODULES / assets.BUILT).read_text(encoding="utf-8"))
    assert set(found) == set(styleguide.TEXTS)
    low = {
        (text, ground): pair
        for text, on in found.items()
        for ground, pair in on.items()
        if min(pair) < 4.5
    }
    assert low == {}
