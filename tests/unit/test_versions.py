"""The version has one number wherever it stands."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def version_of(pyproject: str) -> str:
    return str(tomllib.loads((ROOT / pyproject).read_text(encoding="utf-8"))["project"]["version"])


VERSION = version_of("pyproject.toml")


def found(file: str, pattern: str) -> list[str]:
    return re.findall(pattern, (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)


def test_the_client_has_the_version_of_the_services() -> None:
    assert version_of("client/pyproject.toml") == VERSION


@pytest.mark.parametrize(
    ("file", "pattern"),
    [
        ("CHANGELOG.md", r"^## \[(\d\S*)\]"),
        ("README.md", r"## Status\n\n(\d+\.\d+\.\d+)"),
        ("docs/deployment.md", r"VERSION=(\d+\.\d+\.\d+)"),
        ("docs/deployment.md", r"name=\S*/waybill:(\d+\.\d+\.\d+)"),
        ("ops/kubernetes/production/kustomization.yaml", r"newTag: (\S+)"),
        ("ops/kubernetes/small/kustomization.yaml", r"newTag: (\S+)"),
        ("examples/java/pom.xml", r"^  <version>(.+)</version>"),
    ],
)
def test_documents_and_manifests_name_this_version_first(file: str, pattern: str) -> None:
    assert found(file, pattern)[0] == VERSION


def test_each_release_of_the_change_log_has_its_day_and_the_newest_is_first() -> None:
    releases = found("CHANGELOG.md", r"^## \[(\d+)\.(\d+)\.(\d+)\]")
    numbers = [tuple(map(int, each)) for each in releases]
    assert numbers == sorted(numbers, reverse=True)
    assert len(found("CHANGELOG.md", r"^## \[\d\S*\] - \d{4}-\d\d-\d\d$")) == len(releases)
    assert found("CHANGELOG.md", r"^## (\S+)")[0] == "[Unreleased]"
