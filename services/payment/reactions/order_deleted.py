"""A deleted order deletes its account (rules: Orders, "delete")."""

from collections.abc import Sequence

from services.payment.account_closing import ClosingAccount
from services.payment.state import Account
from shared.contracts import Message, orders, payments
from shared.runtime.decider import Context


def delete_account(
    fact: orders.Deleted, account: Account | None, context: Context
) -> Sequence[Message]:
    """Voids authorizations and records how much was captured, because nobody can find that out
    later. Captured money stays; whoever deletes an order may refund it first. Pending answers of
    providers are waited for, so that no movement of money goes unrecorded. The worth of a return
    goes back to its order, unless the exchange order was completed.
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
    if fact.exchange_of is not None:
        book.give_back_exchange()
    book.finish(context)
    return book.happened if book.waits else book.happened[1:]
