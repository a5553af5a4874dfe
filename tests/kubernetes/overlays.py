"""The overlays in ops/kubernetes, rendered once."""

from functools import cache
from pathlib import Path

from tests.kubernetes.rendering import Resource, render

FOLDER = Path(__file__).parents[2] / "ops" / "kubernetes"
OVERLAYS = ("small", "production")


@cache
def rendered(overlay: str) -> list[Resource]:
    """Returns the resources of an overlay. Don't change them."""
    return render(FOLDER / overlay)


def named(overlay: str, kind: str) -> dict[str, Resource]:
    """Returns the resources of a kind, by name."""
    return {each["metadata"]["name"]: each for each in rendered(overlay) if each["kind"] == kind}


def settings_of(overlay: str) -> dict[str, str]:
    """Returns the settings of all processes, from the overlay's settings.env."""
    data: dict[str, str] = named(overlay, "ConfigMap")["waybill-settings"]["data"]
    return data
