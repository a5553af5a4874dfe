"""Each role may give its commands, over the API and on the pages, and no others."""

import pytest

from services.portal.auth.rights import ALLOWED, ROLES, may
from services.portal.bulk.actions import ACTIONS
from shared.contracts.commands import offered
from tests.desk import Desk

pytestmark = pytest.mark.engines


def test_every_role_against_every_command(desk: Desk) -> None:
    """Users without the right are refused; for others the command itself is checked."""
    for role in ROLES:
        with desk.tool(role) as tool:
            for name, model in offered().items():
                fields = model.model_fields
                # With the id of a hold, the roles of its type decide as well.
                ids = (f for f in fields if f.endswith("_id") and f != "hold_id")
                body = dict.fromkeys(ids, "nobody-has-this")
                answer = tool.post(
                    f"/api/commands/{name}", json=body | _other(name), headers={"Prefer": "wait=20"}
                )
                allowed = may([role], name)
                assert (answer.status_code == 403) != allowed, (role, name, answer.text)
                assert answer.status_code < 500, (role, name, answer.text)


def _other(name: str) -> dict[str, object]:
    """Returns the fields that commands need besides ids, so that only the role decides."""
    address = {"name": "A", "line1": "B", "city": "C", "country": "US"}
    fields: dict[str, object] = {
        "text": "x",
        "method": "cash",
        "transaction_type": "Sale",
        "amount": "1.00",
        "warehouse": "nowhere",
        "sku": "X",
        "name": "X",
        "quantity": 1,
        "placed_price": "1.00",
        "code": "X",
        "market": "US",
        "address": address,
        "shipping_method": "standard",
        "status": "Processed",
        "email": "a@example.com",
    }
    return {
        field: value for field, value in fields.items() if field in offered()[name].model_fields
    }


def test_pages_hold_roles_to_the_same_table(desk: Desk, placed_order: str) -> None:
    with desk.signed_in("viewer") as viewer:
        answer = viewer.post("/do/order.hold", data={"order_id": placed_order})
        assert answer.status_code == 403
        for path in ("/carts/delete/confirm", "/carts/delete"):
            assert viewer.post(path, data={"cart": [placed_order]}).status_code == 403
        for action in ACTIONS:
            answer = viewer.post(f"/bulk/{action}", data={"order": [placed_order]})
            assert answer.status_code == 403
        # Whoever reads orders may select them for an export, and no more.
        assert "/bulk/" not in viewer.get("/orders").text
        assert 'id="chosen"' not in viewer.get("/carts").text
        assert "supervisor" in viewer.get(f"/orders/{placed_order}").text
    assert "order.hold" in ALLOWED
