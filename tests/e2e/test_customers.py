"""Customers through the contract: contact data, an address book, and reasons for rejections."""

import pytest

from tests.e2e.system import ADDRESS, System

pytestmark = pytest.mark.engines


def test_customer_is_created_gets_an_address_and_is_told_what_is_wrong(
    system: System, order: str
) -> None:
    me = {"customer_id": f"cu-{order}"}
    home = {**me, "address_id": "home", "address": ADDRESS}

    def ask(name: str, data: dict[str, object]) -> tuple[str, str | None, str]:
        reply = system.reply(system.post(f"customer.{name}", me["customer_id"], data))
        return reply["outcome"], reply.get("status"), reply.get("reason", {}).get("code", "")

    assert ask("add-address", home) == ("rejected", None, "unknown-customer")
    assert ask("create", me) == ("rejected", None, "malformed")
    assert ask("create", {**me, "name": "Mercy Taylor"}) == ("accepted", "Active", "")
    assert ask("add-address", home) == ("accepted", "Active", "")
    added = system.event(me["customer_id"], "customer.address-added")
    assert added.data == home
    assert system.names(me["customer_id"], "customer.events") == ["created", "address-added"]
