"""Renders the folders of ops/kubernetes, where no `kubectl kustomize` is installed.

Supports what they use of Kustomize: resources, components, JSON patches (RFC 6902) with a target,
generated config maps, image names and the namespace. Anything else raises, so that nothing is left
out in silence. `test_rendering.py` compares the results with Kustomize's own where it is installed.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from jsonpatch import JsonPatch

Resource = dict[str, Any]

FILE = "kustomization.yaml"
# Resources that belong to the cluster and not to a namespace.
OF_THE_CLUSTER = {"Namespace"}


def render(folder: Path) -> list[Resource]:
    """Returns the resources of a folder. Raises `ValueError` for what isn't supported."""
    return _rendered(folder.resolve(), [])


def _rendered(folder: Path, resources: list[Resource]) -> list[Resource]:
    """Renders a folder; a component also changes the `resources` of the folder that lists it."""
    rules = yaml.safe_load((folder / FILE).read_text(encoding="utf-8"))
    del rules["apiVersion"], rules["kind"]
    for name in rules.pop("resources", ()):
        source = folder / name
        resources = resources + (render(source) if source.is_dir() else documents(source))
    for name in rules.pop("components", ()):
        resources = _rendered((folder / name).resolve(), resources)
    resources += [_config_map(folder, each) for each in rules.pop("configMapGenerator", ())]
    for patch in rules.pop("patches", ()):
        resources = _patched(resources, folder / patch["path"], patch["target"])
    images = rules.pop("images", ())
    new = {each["name"]: f"{each['newName']}:{each['newTag']}" for each in images}
    for resource in resources:
        for container in containers(resource):
            container["image"] = new.get(container["image"], container["image"])
    if namespace := rules.pop("namespace", None):
        for resource in resources:
            if resource["kind"] not in OF_THE_CLUSTER:
                resource["metadata"]["namespace"] = namespace
    if rules:
        raise ValueError(f"{folder / FILE}: not supported here: {', '.join(rules)}")
    return resources


def documents(file: Path) -> list[Resource]:
    """Returns the YAML documents of a file."""
    return [each for each in yaml.safe_load_all(file.read_text(encoding="utf-8")) if each]


def containers(resource: Resource) -> list[dict[str, Any]]:
    """Returns the containers of a resource; none if it has no pods."""
    found: list[dict[str, Any]] = (
        resource.get("spec", {}).get("template", {}).get("spec", {}).get("containers", [])
    )
    return found


def _patched(resources: list[Resource], file: Path, target: dict[str, str]) -> list[Resource]:
    patch = JsonPatch(yaml.safe_load(file.read_text(encoding="utf-8")))
    chosen = [_matches(resource, target) for resource in resources]
    if not any(chosen):
        raise ValueError(f"{file}: there is no {target}")
    return [
        patch.apply(resource) if is_one else resource
        for resource, is_one in zip(resources, chosen, strict=True)
    ]


def _matches(resource: Resource, target: dict[str, str]) -> bool:
    """Whether a patch is for a resource; both fields are regular expressions."""
    if unknown := target.keys() - {"kind", "name"}:
        raise ValueError(f"not supported here: a target by {', '.join(unknown)}")
    return bool(
        re.fullmatch(target["kind"], resource["kind"])
        and re.fullmatch(target.get("name", ".*"), resource["metadata"]["name"])
    )


def _config_map(folder: Path, rule: dict[str, Any]) -> Resource:
    """Returns a generated config map, without the digest that Kustomize adds to its name."""
    data: dict[str, str] = {}
    for name in rule.get("files", ()):
        data[name] = (folder / name).read_text(encoding="utf-8")
    for name in rule.get("envs", ()):
        data |= dict(_variables(folder / name))
    if unknown := rule.keys() - {"name", "files", "envs"}:
        raise ValueError(f"{folder / FILE}: not supported here: {', '.join(unknown)}")
    metadata = {"name": rule["name"]}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def _variables(file: Path) -> Iterator[tuple[str, str]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.partition("=")
            yield name, value
