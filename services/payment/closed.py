"""Whether an order's account is closed, so that its stream may be moved to the archive."""

from services.payment.state import Account


def is_closed(account: Account | None) -> bool:
    """Whether nothing is owed on either side, and no provider is busy with the account.

    An authorization that is neither captured nor voided nor expired keeps it open. Whether goods
    still have to ship isn't known here; an account that was paid at once needn't know.
    """
    if account is None or account.deleting or account.holds or account.clearing:
        return False
    if any(account.pending) or account.delayed:
        return False
    if account.sums.authorized or any(money.waits for money in account.returns.values()):
        return False
    if account.closed:
        return account.sums.taken == 0
    return account.outstanding == 0
