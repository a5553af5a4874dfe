"""What may be done with an order's money now (contract: `waybill.payment.explain.v1`)."""

from collections.abc import Iterator, Sequence

from services.payment.actions import (
    capture_is_done,
    default_capture,
    why_no_add,
    why_no_capture,
    why_no_method,
    why_no_refund,
    why_no_void,
)
from services.payment.ledger import Payment
from services.payment.requests import known
from services.payment.state import Account
from shared.contracts import payments
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Action
from shared.runtime.decider import Context
from shared.site import Site

NO_PAYMENTS = (blocker("no-payments"),)


def explain(
    question: payments.Explain, account: Account | None, context: Context
) -> Sequence[Action]:
    """Every command of the contract that people give on this money, and what it would meet now."""
    account = known(account, question.order_id)
    return [
        *_on_the_order(account, context.site),
        *(action for payment in account.payments.values() for action in _on(account, payment)),
    ]


def _on_the_order(account: Account, site: Site) -> Iterator[Action]:
    by_some_method = why_no_method(account, None, site)
    pay = why_no_add(account, "Sale") + by_some_method
    due = account.outstanding - account.coming
    yield Action.judged(payments.Add, account.order_id, pay, default=due)
    give_back = why_no_add(account, "Credit") + by_some_method
    credit = {"transaction_type": "Credit"}
    yield Action.judged(payments.Add, account.order_id, give_back, given=credit)
    if not account.payments:
        for command in (payments.Capture, payments.Void, payments.Refund):
            yield Action.judged(command, account.order_id, NO_PAYMENTS)


def _on(account: Account, payment: Payment) -> Iterator[Action]:
    of = payment.payment_id
    free = account.free
    yield Action.judged(
        payments.Capture,
        of,
        why_no_capture(account, payment),
        done=capture_is_done(account, payment),
        default=default_capture(account, payment),
    )
    yield Action.judged(
        payments.Void,
        of,
        why_no_void(account, payment),
        done=payment.is_voided,
        default=free.left_to_capture(payment),
    )
    yield Action.judged(
        payments.Refund,
        of,
        why_no_refund(account, payment),
        done=payment.is_refunded,
        default=free.left_to_refund(payment),
    )
