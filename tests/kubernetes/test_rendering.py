"""The renderer does what Kustomize does, and refuses what it doesn't know."""

import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml

from tests.kubernetes.overlays import FOLDER, OVERLAYS, rendered
from tests.kubernetes.rendering import Resource, render

DIGEST = re.compile(r"\b(waybill-(?:site|settings))-[a-z0-9]{10}\b")


def by_name(resources: Iterable[Resource]) -> dict[tuple[str, str], Resource]:
    return {(each["kind"], each["metadata"]["name"]): each for each in resources}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_renders_what_kustomize_renders(overlay: str) -> None:
    if not shutil.which("kubectl"):
        pytest.skip("there is no kubectl here")
    command = ["kubectl", "kustomize", str(FOLDER / overlay)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    if said.returncode and "unknown field" in said.stderr:
        pytest.skip("this kubectl is too old for components")
    assert said.returncode == 0, said.stderr
    theirs = by_name(yaml.safe_load_all(DIGEST.sub(r"\1", said.stdout)))
    ours = by_name(rendered(overlay))
    assert ours.keys() == theirs.keys()
    for key, resource in theirs.items():
        assert ours[key] == resource, key


def test_refuses_what_it_doesnt_support(tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text("apiVersion: v1\nkind: K\nnameSuffix: -a\n")
    with pytest.raises(ValueError, match="nameSuffix"):
        render(tmp_path)


def test_refuses_a_patch_of_nothing(tmp_path: Path) -> None:
    (tmp_path / "patch.yaml").write_text("- {op: add, path: /a, value: 1}\n")
    (tmp_path / "kustomization.yaml").write_text(
        "apiVersion: v1\nkind: K\npatches: [{path: patch.yaml, target: {kind: Deployment}}]\n"
    )
    with pytest.raises(ValueError, match="there is no"):
        render(tmp_path)
