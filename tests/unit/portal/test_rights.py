"""Each role against each action."""

import pytest

from services.portal.auth.rights import ALLOWED, OPERATE, READ, ROLES, may, refusal
from shared.contracts.commands import offered
from shared.contracts.orders import Hold
from shared.contracts.payments import Refund

# What everybody in front of a screen should be able to say by heart.
ONLY_SUPERVISORS = {
    *("payment.refund", "discount", "order.delete", "order.set-discount", "cart.set-discount"),
}


def test_every_command_of_the_contract_is_somebodys():
    assert [name for name in offered() if not ALLOWED.get(name)] == []


def test_nothing_is_allowed_that_does_not_exist():
    assert set(ALLOWED) - set(offered()) <= {READ, OPERATE, "discount"}


@pytest.mark.parametrize("action", sorted(ALLOWED))
@pytest.mark.parametrize("role", ROLES)
def test_role_against_action(role, action):
    assert may([role], action) == (role in ALLOWED[action])


def test_a_viewer_only_looks():
    allowed = [action for action in ALLOWED if may(["viewer"], action)]
    assert [action for action in allowed if not action.endswith(".explain")] == [READ]


def test_what_costs_money_is_for_supervisors():
    kept = ONLY_SUPERVISORS & set(ALLOWED)
    assert {action: ALLOWED[action] for action in kept} == dict.fromkeys(kept, ("supervisor",))


def test_nobody_may_do_what_is_not_in_the_table():
    assert not may(ROLES, "order.explode")


def test_two_roles_may_do_what_either_may():
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
