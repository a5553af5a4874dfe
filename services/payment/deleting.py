"""A deleted order takes its account with it (rules: Orders, "delete")."""

from collections.abc import Sequence

from services.payment.opening import void_all
from services.payment.state import Account
from shared.contracts import Message, orders, payments
from shared.runtime.decider import Context


def delete_account(
    fact: orders.Deleted, account: Account | None, _context: Context
) -> Sequence[Message]:
    """Lets go of what is set aside, and says how much was taken: nobody can find that out later.

    Taken money stays where it is. Whoever deletes an order may refund it first.
    """
    if account is None:
        return [
            payments.AccountDeleted(
                order_id=fact.order_id, order_number=fact.order_number, by=fact.by, at=fact.at
            )
        ]
    voided, left = void_all(account)
    deleted = payments.AccountDeleted(
        order_id=fact.order_id,
        order_number=fact.order_number,
        by=fact.by,
        at=fact.at,
        currency=account.currency,
        taken=left.taken,
    )
    return [*voided, deleted]
