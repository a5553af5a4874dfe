"""Why not? For every action on an order's money: nothing in its way, or each thing that is.

The commands' refusals come from here too (rules: Orders, "add payment"; Statuses).
"""

from decimal import Decimal

from services.payment.asking import Ask
from services.payment.ledger import Payment
from services.payment.state import Account
from shared.contracts import payments
from shared.contracts.checkout import TransactionType
from shared.contracts.money import owed
from shared.contracts.replies import Blocker
from shared.runtime.deletion import was_deleted
from shared.site import Site

Blockers = tuple[Blocker, ...]


def why_gone(deleted: payments.AccountDeleted) -> Blocker:
    """What stands in the way of everything: the order was deleted."""
    return was_deleted(f"Order {deleted.order_number}", deleted.at, deleted.by)


def why_no_add(account: Account, transaction_type: TransactionType) -> Blockers:
    """Money is added while it is outstanding, given back while there is some."""
    found = _canceled(account)
    if transaction_type == "Void":
        message = "Nothing is added to let go of an authorization; void that payment."
        return (*found, Blocker(code="not-addable", message=message))
    if transaction_type == "Credit":
        if account.free.taken <= 0:
            found += (Blocker(code="nothing-taken", message="No money was taken to give back."),)
    elif account.outstanding <= 0:
        message = f"The order is {owed(account.outstanding, account.currency)}."
        found += (Blocker(code="already-paid", message=message),)
    elif account.outstanding <= account.coming:
        message = f"{_money(account, account.coming)} are with a payment provider; wait for it."
        found += (Blocker(code="payment-pending", message=message),)
    return found


def why_no_method(account: Account, method: str | None, site: Site) -> Blockers:
    """A payment is made by one of the market's methods; None asks whether there is any."""
    market = site.markets.get(account.market)
    allowed = market.payment_methods if market else ()
    if method in allowed or (method is None and allowed):
        return ()
    message = f"{account.market} takes {', '.join(allowed) or 'no payments'}"
    message += "." if method is None else f", not {method}."
    return (Blocker(code="unknown-method", message=message),)


def default_capture(account: Account, payment: Payment) -> Decimal:
    """What a capture takes without an amount: what the order owes, at most what is set aside."""
    return min(account.untaken, account.free.left_to_capture(payment))


def capture_is_done(account: Account, payment: Payment) -> bool:
    """Whether a capture without an amount has nothing more to take, because it has taken it."""
    if payment.is_captured:
        return True
    idle = not account.canceled and account.pending_of(payment.payment_id) is None
    return idle and payment.captured > 0 and account.untaken == 0


def why_no_capture(account: Account, payment: Payment, amount: Decimal | None = None) -> Blockers:
    """Only what a processed authorization has set aside can be captured.

    Without an amount the order has to owe something.
    """
    if found := _canceled(account) + _pending(account, payment) + _not_an_authorization(payment):
        return found
    if account.free.left_to_capture(payment) == 0:
        message = f"Nothing of payment {payment.payment_id} is left to capture."
        return (Blocker(code="nothing-left", message=message),)
    if amount is None and account.untaken == 0:
        message = "All that the order costs has been taken. To capture more, give an amount."
        return (Blocker(code="nothing-owed", message=message),)
    return ()


def why_no_void(account: Account, payment: Payment) -> Blockers:
    """Only what a processed authorization still sets aside can be voided."""
    if found := _pending(account, payment) + _not_an_authorization(payment):
        return found
    if account.free.left_to_capture(payment) == 0:
        if payment.captured > 0:
            captured = _money(account, payment.captured)
            message = f"{captured} of it are captured and nothing is left to void. Refund instead."
            return (Blocker(code="captured", message=message),)
        message = f"Nothing of payment {payment.payment_id} is left to void."
        return (Blocker(code="nothing-left", message=message),)
    return ()


def why_no_refund(account: Account, payment: Payment) -> Blockers:
    """Only money that was taken, and hasn't gone back, can be refunded."""
    if found := _pending(account, payment) + _not_processed(payment):
        return found
    if account.free.left_to_refund(payment) == 0:
        message = f"Payment {payment.payment_id} holds no captured money to give back."
        return (Blocker(code="nothing-taken", message=message),)
    return ()


def why_not_that_much(account: Account, amount: Decimal, most: Decimal, verb: str) -> Blocker:
    """More than there is: says how much there is."""
    words = f"Only {_money(account, most)} can be {verb}, not {_money(account, amount)}."
    return Blocker(code="too-much", message=words)


def why_pending(ask: Ask) -> Blocker:
    """A provider does one thing at a time with a payment."""
    message = f"The provider has still to answer the {ask.action} of payment {ask.payment_id}."
    return Blocker(code="payment-pending", message=message)


def _canceled(account: Account) -> Blockers:
    if not account.canceled:
        return ()
    words = "is being deleted" if account.deleting else "is canceled"
    return (Blocker(code="order-canceled", message=f"The order {words}."),)


def _pending(account: Account, payment: Payment) -> Blockers:
    ask = account.pending_of(payment.payment_id)
    return (why_pending(ask),) if ask else ()


def _not_processed(payment: Payment) -> Blockers:
    if payment.status == "Processed":
        return ()
    message = f"Payment {payment.payment_id} is {payment.status.lower()}, not processed."
    return (Blocker(code="not-processed", message=message),)


def _not_an_authorization(payment: Payment) -> Blockers:
    if payment.transaction_type == "Authorization":
        return _not_processed(payment)
    message = f"Payment {payment.payment_id} is a {payment.transaction_type}, no Authorization."
    return (Blocker(code="not-an-authorization", message=message),)


def _money(account: Account, amount: Decimal) -> str:
    return f"{amount:f} {account.currency}"
