"""A deleted order takes its account with it (rules: Orders, "delete")."""

from collections.abc import Sequence

from services.payment.account_closing import ClosingAccount
from services.payment.state import Account
from shared.contracts import Message, orders, payments
from shared.runtime.decider import Context


def delete_account(
    fact: orders.Deleted, account: Account | None, context: Context
) -> Sequence[Message]:
    """Lets go of what is set aside, and says how much was taken: nobody can find that out later.

    Taken money stays where it is. Whoever deletes an order may refund it first. What a provider has
    still to answer is waited for: money that moves must be known to somebody.
    """
    if account is None:
        return [
            payments.AccountDeleted(
                order_id=fact.order_id, order_number=fact.order_number, by=fact.by, at=fact.at
            )
        ]
    if account.deleting:
        return []
    book = ClosingAccount(account)
    book.note(
        payments.AccountDeleting(
            order_id=fact.order_id, order_number=fact.order_number, by=fact.by, at=fact.at
        )
    )
    book.finish(context)
    return book.happened if book.waits else book.happened[1:]
