"""The rights of each role for each action."""

import pytest

from services.portal.auth.rights import ALLOWED, OPERATE, READ, ROLES, SHARE_VIEWS, may, refusal
from shared.contracts.commands import offered
from shared.contracts.orders import Hold
from shared.contracts.payments import Refund

# The actions that only supervisors may perform.
ONLY_SUPERVISORS = {
    *("payment.refund", "discount", "order.delete", "order.set-discount", "cart.set-discount"),
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
    assert refusal(["csr"], refund) == "payment.refund is for the role supervisor; you have csr."
    assert refusal(["csr"], Hold(order_id="c-1")) is None


def test_a_discount_inside_another_command_needs_the_right_to_give_one():
    with_discount = [
        (name, model) for name, model in offered().items() if "discount" in model.model_fields
    ]
    for name, model in with_discount:
        command = model.model_construct(discount=1)
        assert refusal(["csr"], command), name
        assert refusal(["supervisor"], command) is None, name
