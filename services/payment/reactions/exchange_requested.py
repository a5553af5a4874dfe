"""The worth of a return pays for an exchange order (rules: Returns and exchanges, "exchange")."""

from collections.abc import Sequence

from services.payment.account_book import AccountBook
from services.payment.ledger import Payment
from services.payment.return_refund import free_id, lower_total, note_credit
from services.payment.state import Account
from shared.contracts import Message, returns
from shared.contracts.checkout import EXCHANGE
from shared.runtime.decider import Context


def transfer(
    fact: returns.ExchangeRequested, account: Account | None, context: Context
) -> Sequence[Message]:
    """Takes the transferred amount off the total and off what is paid.

    So nothing more or less is outstanding than before. No provider is asked: the customer's money
    stays where it is, and pays for the other order.
    """
    if account is None or account.deleting or not fact.transferred:
        return []
    book = AccountBook(account)
    money = book.account.return_money(fact.return_id)
    if money.credit is not None:
        return []
    lower_total(book, money, money.reduced + fact.transferred)
    payment_id = free_id(account, f"exchange-{fact.return_id}")
    credit = Payment(
        payment_id, EXCHANGE, "Credit", fact.transferred, "Processed", fact.exchange_order_id
    )
    note_credit(book, credit, fact.return_id, context)
    book.note_paid_status()
    return book.happened
