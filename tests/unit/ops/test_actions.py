"""What may be done now, for people."""

from rich.console import Console

from ops.cli.actions_output import table
from shared.contracts import carts, orders, payments, shipments
from shared.contracts.replies import Action, Blocker

ACTIONS = [
    Action.judged(orders.Hold, "c-1", (), done=True),
    Action.judged(payments.Add, "c-1", (), given={"transaction_type": "Credit"}),
    Action.judged(
        shipments.Release,
        "1",
        (Blocker(code="a", message="It is [late]."), Blocker(code="b", message="It rains.")),
    ),
    Action.judged(carts.ChangeLine, "2/7", ()),
]


def test_every_action_has_a_row_and_every_blocker_its_words() -> None:
    console = Console(width=120, record=True, highlight=False)
    console.print(table(ACTIONS, "c-1"))

    rows = [
        [cell.strip() for cell in line.split("│")[1:-1]]
        for line in console.export_text().splitlines()
        if line.startswith("│")
    ]

    assert rows == [
        ["order.hold", "order", "already done"],
        ["payment.add transaction_type=Credit", "order", "yes"],
        ["shipment.release", "shipment 1", "It is [late]."],
        ["", "", "It rains."],
        ["cart.change-line", "line 7 of shipment 2", "yes"],
    ]


def test_what_is_done_has_nothing_in_its_way() -> None:
    action = Action.judged(orders.Hold, "c-1", (Blocker(code="a", message="A."),), done=True)
    assert (action.action, action.allowed, action.blockers) == ("order.hold", True, ())
