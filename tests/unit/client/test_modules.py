"""The client's modules have every message that other systems send or read."""

import tomllib
from collections import Counter
from importlib import import_module

from shared.contracts import TOPICS, Message
from shared.contracts.base import models_on
from shared.contracts.commands import offered
from tests.processes import PROJECT

MODULES = (
    "cart",
    "catalog",
    "checkout",
    "customer",
    "notification",
    "order",
    "payment",
    "shipment",
    "stock",
    "warehouse",
)
# Written and read by Waybill alone, or by its operators' tools.
OWN_TOPICS = {"stock.allocations", "notify.events", "dead-letters.verdicts", "waybill.replies"}


def exported() -> Counter[type[Message]]:
    """How many modules have each message."""
    found = [
        getattr(module, name)
        for module in (import_module(f"waybill_client.{name}") for name in MODULES)
        for name in module.__all__
    ]
    return Counter(each for each in found if issubclass(each, Message))


def test_every_public_message_is_in_one_module() -> None:
    commands = set(offered().values())
    events = {
        model
        for topic in TOPICS
        if not topic.commands and topic.name not in OWN_TOPICS
        for model in models_on(topic)
    }
    counts = exported()
    missing = {each.type for each in commands | events if each not in counts}
    assert missing == set()
    assert {each.type for each, count in counts.items() if count > 1} == set()


def test_topics_are_those_of_the_contract() -> None:
    topics = import_module("waybill_client.topics")
    names = {getattr(topics, each).name for each in topics.__all__ if each != "Topic"}
    assert names == {topic.name for topic in TOPICS} - OWN_TOPICS | {"waybill.replies"}


def test_client_has_the_version_of_the_system() -> None:
    ours, clients = (
        tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
        for folder in (PROJECT, PROJECT / "client")
    )
    assert clients == ours
