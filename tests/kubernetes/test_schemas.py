"""Every manifest is what Kubernetes expects, and a wrong one is found."""

from copy import deepcopy

import pytest

from tests.kubernetes.overlays import OVERLAYS, named, rendered
from tests.kubernetes.schemas import mistakes


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_resource_is_valid(overlay: str) -> None:
    found = {
        f"{each['kind']} {each['metadata']['name']}": mistakes(each) for each in rendered(overlay)
    }
    assert {name: said for name, said in found.items() if said} == {}


def test_a_wrong_field_is_a_mistake() -> None:
    order = deepcopy(named("small", "Deployment")["order"])
    order["spec"]["template"]["spec"]["terminationGraceSeconds"] = 60
    assert "terminationGraceSeconds" in "".join(mistakes(order) or [])


def test_a_wrong_version_is_a_mistake() -> None:
    order = deepcopy(named("small", "Deployment")["order"])
    order["apiVersion"] = "apps/v1beta9"
    assert mistakes(order)
