"""An order opens its account, and closes it when it is canceled."""

from collections.abc import Sequence

from services.payment.balance import balance, crossing
from services.payment.ledger import Payment, Sums, sums
from services.payment.state import Account
from shared.contracts import Message, orders, payments
from shared.contracts.checkout import ConvertedPayment
from shared.runtime.decider import Context


def open_account(
    placed: orders.Placed, account: Account | None, context: Context
) -> Sequence[Message]:
    """The account with what the checkout has taken, each payment with the balance after it."""
    if account is not None:
        return []
    opened = payments.AccountOpened(
        order_id=placed.order_id,
        order_number=placed.order_number,
        market=placed.market,
        currency=placed.currency,
        total=placed.total,
    )
    account = Account(placed.order_id, placed.market, placed.currency, placed.total)
    happened: list[Message] = [opened]
    paid = account.sums.paid
    for payment in placed.payments:
        paid += sums([_payment(payment)]).paid
        recorded = payments.Recorded(
            **balance(account, paid),
            payment_id=payment.payment_id,
            amount=payment.amount,
            method=payment.method,
            transaction_type=payment.transaction_type,
            status=payment.status,
            reference=payment.reference,
            recorded_at=context.now,
        )
        happened.append(recorded)
    return happened + crossing(account, paid)


def close_account(
    _canceled: orders.Canceled, account: Account | None, context: Context
) -> Sequence[Message]:
    """Lets go of what is set aside, and gives back what was taken if the market does so by itself.

    Otherwise the money stays, and shows, until somebody refunds it (rules: Orders, "cancel").
    """
    if account is None or account.closed:
        return []
    voided, left = void_all(account)
    refunded: list[Message] = []
    market = context.site.markets.get(account.market)
    if market is not None and market.refund_on_cancel:
        refunded = _refund_all(account, left)
    return [*voided, *refunded, payments.AccountClosed(order_id=account.order_id)]


def void_all(account: Account) -> tuple[list[Message], Sums]:
    """Lets go of every authorization; the sums are what is left then."""
    left = account.sums
    happened: list[Message] = []
    for payment in account.payments.values():
        if amount := left.left_to_capture(payment):
            left = Sums(left.set_aside - amount, left.taken)
            happened.append(
                payments.Voided(
                    **balance(account, left.paid), payment_id=payment.payment_id, amount=amount
                )
            )
    return happened, left


def _refund_all(account: Account, left: Sums) -> list[Message]:
    happened: list[Message] = []
    for payment in account.payments.values():
        if amount := left.left_to_refund(payment):
            left = Sums(left.set_aside, left.taken - amount)
            happened.append(
                payments.Refunded(
                    **balance(account, left.paid), payment_id=payment.payment_id, amount=amount
                )
            )
    return happened


def _payment(payment: ConvertedPayment) -> Payment:
    return Payment(
        payment.payment_id,
        payment.method,
        payment.transaction_type,
        payment.amount,
        payment.status,
        payment.reference,
    )
