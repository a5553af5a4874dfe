"""What every command on an order's money requires: an account, a payment, an amount."""

from decimal import Decimal

from services.payment.ledger import Payment
from services.payment.state import Account
from shared.contracts.money import exact
from shared.runtime.decider import rejected


def require_account(account: Account | None, order_id: str) -> Account:
    """Returns `account`. Raises `Rejected` if there is none."""
    if account is None:
        raise rejected("unknown-order", order=order_id)
    return account


def require_payment(account: Account, payment_id: str) -> Payment:
    """Returns the payment with this id. Raises `Rejected` if there is none."""
    payment = account.payments.get(payment_id)
    if payment is None:
        raise rejected("unknown-payment", payment=payment_id)
    return payment


def require_amount(amount: Decimal | None, account: Account) -> None:
    """Raises `Malformed` if an amount doesn't fit the currency's decimals, `Rejected` if
    it is zero.
    """
    if amount is not None and exact(amount, account.currency, "amount") == 0:
        raise rejected("amount-zero")
