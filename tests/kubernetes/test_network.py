"""Who may talk to whom."""

from typing import Any

import pytest

from shared.contracts.topics import PROCESSES
from tests.kubernetes.overlays import OVERLAYS, named, settings_of

Ports = set[int]


def policies_of(overlay: str, process: str, direction: str) -> list[dict[str, Any]]:
    """The rules for a process, in one direction, of all policies that choose it."""
    labels = {
        "app.kubernetes.io/name": process,
        "app.kubernetes.io/part-of": "waybill",
        "app.kubernetes.io/component": "process",
    }
    return [
        rule
        for policy in named(overlay, "NetworkPolicy").values()
        if policy["spec"]["podSelector"].get("matchLabels", {}).items() <= labels.items()
        for rule in policy["spec"].get(direction, ())
    ]


def ports(rules: list[dict[str, Any]]) -> Ports:
    return {port["port"] for rule in rules for port in rule["ports"]}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_nothing_is_allowed_unless_a_policy_says_so(overlay: str) -> None:
    deny = named(overlay, "NetworkPolicy")["deny"]["spec"]
    assert deny == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


@pytest.mark.parametrize("overlay", OVERLAYS)
@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_reaches_its_engines_and_little_else(overlay: str, process: str) -> None:
    kafka = {
        int(each.rpartition(":")[2]) for each in settings_of(overlay)["WAYBILL_KAFKA"].split(",")
    }
    more: dict[str, Ports] = {"portal": {8080, 443}}
    if overlay == "production":
        more["notify"] = {587, 465}
    wanted = {53, 27017} | kafka | more.get(process, set())
    assert ports(policies_of(overlay, process, "egress")) == wanted


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_only_the_portal_is_reached_from_outside(overlay: str) -> None:
    for process in PROCESSES:
        sources = {
            label
            for rule in policies_of(overlay, process, "ingress")
            for peer in rule["from"]
            for selector in peer.values()
            for label in selector["matchLabels"].values()
        }
        more = {"ingress-nginx"} if process == "portal" else set()
        assert sources == {"portal", "monitoring"} | more
    ingress = named(overlay, "Ingress")["portal"]["spec"]
    (rule,) = ingress["rules"]
    (path,) = rule["http"]["paths"]
    backend = path["backend"]["service"]
    assert backend["name"] in named(overlay, "Service")
    assert ingress["tls"][0]["hosts"] == [rule["host"]], "sessions need TLS"
