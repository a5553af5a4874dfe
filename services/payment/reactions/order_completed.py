"""A completed order: nothing more ships, so what is left of its authorizations is voided.

Not before its total is captured: until then it may be captured yet (`../shipment_capture.py`).
"""

from collections.abc import Sequence

from services.payment.reactions.order_held import resume_captures
from services.payment.state import Account
from shared.contracts import Message, orders, payments
from shared.runtime.decider import Context


def end_shipping(
    fact: orders.Completed, account: Account | None, context: Context
) -> Sequence[Message]:
    """Notes that nothing more ships, if money is authorized or may be; holds end as well."""
    resumed = resume_captures(fact, account, context)
    if account is None or account.canceled or account.is_final:
        return resumed
    if account.sums.authorized <= 0 and account.uncaptured <= 0 and not any(account.pending):
        return resumed
    return [*resumed, payments.ShippingEnded(order_id=account.order_id)]
