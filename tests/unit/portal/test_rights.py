"""The rights of each role for each action."""

import json

import pytest

from services.portal.auth.rights import ALLOWED, OPERATE, READ, ROLES, SHARE_VIEWS, may, refusal
from shared.contracts.commands import offered
from shared.contracts.orders import Hold
from shared.contracts.payments import Refund
from shared.contracts.returns import CreateExchange
from tests.unit.given import SITE

# The actions that only supervisors may perform.
ONLY_SUPERVISORS = {
    *(
        "payment.refund",
        "return.complete",
        "discount",
        "order.delete",
        "order.set-discount",
        "cart.set-discount",
    ),
}


def test_every_command_is_allowed_to_some_role():
    assert [name for name in offered() if not ALLOWED.get(name)] == []


def test_every_allowed_action_exists():
    assert set(ALLOWED) - set(offered()) <= {READ, OPERATE, SHARE_VIEWS, "discount"}


@pytest.mark.parametrize("action", sorted(ALLOWED))
@pytest.mark.parametrize("role", ROLES)
def test_role_against_action(role, action):
    assert may([role], action) == (role in ALLOWED[action])


def test_viewer_may_only_read():
    allowed = [action for action in ALLOWED if may(["viewer"], action)]
    assert [action for action in allowed if not action.endswith(".explain")] == [READ]


def test_actions_that_cost_money_need_a_supervisor():
    kept = ONLY_SUPERVISORS & set(ALLOWED)
    assert {action: ALLOWED[action] for action in kept} == dict.fromkeys(kept, ("supervisor",))


def test_unknown_action_is_forbidden():
    assert not may(ROLES, "order.explode")


def test_rights_of_several_roles_add_up():
    assert may(["viewer", "operator"], OPERATE)


def test_a_refusal_names_the_role_that_is_needed():
    refund = Refund(order_id="c-1", payment_id="p-1")
    assert (
        refusal(["csr"], refund, SITE) == "payment.refund is for the role supervisor; you have csr."
    )
    assert refusal(["csr"], Hold(order_id="c-1"), SITE) is None


def test_a_discount_on_what_is_sent_in_exchange_needs_the_right_to_give_one():
    line = {"shipment_id": "1", "line_id": "1", "quantity": 1, "reason": "other"}
    back = {"order_id": "c-1", "return_id": "r-1", "lines": [line]}
    plain = {"sku": "MUG", "name": "Mug", "quantity": 1, "placed_price": "10.00"}

    def exchange(**more: str) -> CreateExchange:
        replacement = {"exchange_order_id": "x-1", "lines": [{**plain, **more}]}
        content = json.dumps({**back, "replacement": replacement})
        return CreateExchange.model_validate_json(content)

    assert refusal(["csr"], exchange(), SITE) is None
    assert refusal(["csr"], exchange(discount="0.00"), SITE) is None
    assert "supervisor" in (refusal(["csr"], exchange(discount="5.00"), SITE) or "")
    assert refusal(["csr", "supervisor"], exchange(discount="5.00"), SITE) is None


def test_a_discount_inside_another_command_needs_the_right_to_give_one():
    with_discount = [
        (name, model) for name, model in offered().items() if "discount" in model.model_fields
    ]
    for name, model in with_discount:
        command = model.model_construct(discount=1)
        assert refusal(["csr"], command, SITE), name
        assert refusal(["supervisor"], command, SITE) is None, name
