"""A canceled order closes its account (rules: Orders, "cancel")."""

from collections.abc import Sequence

from services.payment.account_closing import ClosingAccount
from services.payment.state import Account
from shared.contracts import Message, orders, payments
from shared.runtime.decider import Context


def close_account(
    _canceled: orders.Canceled, account: Account | None, context: Context
) -> Sequence[Message]:
    """Voids authorizations, and refunds captured money if the market does so automatically.

    Otherwise the money stays visible until somebody refunds it (rules: Orders, "cancel").
    """
    if account is None or account.canceled:
        return []
    book = ClosingAccount(account)
    book.note(payments.AccountClosing(order_id=account.order_id))
    book.finish(context)
    return book.happened if book.waits else book.happened[1:]
