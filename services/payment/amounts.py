"""The amounts of an order's account, for dry runs."""

from services.payment.state import Account
from shared.contracts.money import zero
from shared.contracts.replies import Amounts
from shared.runtime.decider import Context


def amounts(account: Account | None, _context: Context) -> Amounts | None:
    """Returns what is paid, outstanding and given back once providers agreed to all requests; None
    while there is no account.
    """
    if account is None:
        return None
    paid = account.sums.paid + account.pending_in - account.pending_out
    given_back = (
        each.voided + each.refunded
        for each in account.payments.values()
        if each.transaction_type != "Credit"
    )
    return Amounts(
        currency=account.currency,
        total=account.total,
        paid=paid,
        outstanding=account.total - paid,
        refund=sum(given_back, zero(account.currency)) + account.pending_out,
    )
