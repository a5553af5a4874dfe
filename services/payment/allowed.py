"""Why not? Each action on an order's money with everything that stands in its way.

Commands are refused with the same blockers (contract: `waybill.payment.explain.v1`).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from services.payment.ledger import Payment
from services.payment.preconditions import require_account
from services.payment.provider_request import ProviderRequest
from services.payment.state import Account
from shared.contracts import payments
from shared.contracts.checkout import EXCHANGE, TransactionType
from shared.contracts.error_texts import blocker, unknown_method
from shared.contracts.replies import Action, Blocker
from shared.runtime.decider import Context, refuse
from shared.runtime.decider.deletion import was_deleted
from shared.site import Site
from shared.site.hold_texts import on_hold

Blockers = tuple[Blocker, ...]


def why_gone(deleted: payments.AccountDeleted) -> Blocker:
    """The blocker of every action on a deleted order's money."""
    return was_deleted(f"Order {deleted.order_number}", deleted.at, deleted.by)


def why_no_add(account: Account, transaction_type: TransactionType) -> Blockers:
    """Payments are added while something is outstanding, credits while there is captured money."""
    found = _canceled(account)
    if transaction_type == "Void":
        return (*found, blocker("not-addable"))
    if transaction_type == "Credit":
        if creditable(account) <= 0:
            found += (blocker("nothing-taken"),)
    elif account.outstanding <= 0:
        found += (_paid_already(account),)
    elif account.outstanding <= account.pending_in:
        coming = f"{account.pending_in:f}"
        found += (blocker("payment-pending.coming", amount=coming, currency=account.currency),)
    return found


def creditable(account: Account) -> Decimal:
    """Returns what a credit can give back: captured money that isn't the worth of a return.

    That goes back to the order of the return if this one is canceled.
    """
    return account.free.taken - account.transferred_in


def why_no_method(account: Account, method: str | None, site: Site) -> Blockers:
    """A payment requires one of the market's methods; None asks whether there is any."""
    market = site.markets.get(account.market)
    allowed = market.payment_methods if market else ()
    if method in allowed or (method is None and allowed):
        return ()
    return (unknown_method(account.market, method, allowed),)


def default_capture(account: Account, payment: Payment) -> Decimal:
    """Returns what a capture without an amount takes: what the order owes, at most what is
    authorized.
    """
    return min(account.uncaptured, account.free.left_to_capture(payment))


def capture_is_done(account: Account, payment: Payment) -> bool:
    """Whether a capture without an amount is done already."""
    if payment.is_captured:
        return True
    idle = not account.canceled and account.pending_of(payment.payment_id) is None
    return idle and payment.captured > 0 and account.uncaptured == 0


def why_no_capture(
    account: Account, payment: Payment, context: Context, amount: Decimal | None = None
) -> Blockers:
    """Only a processed authorization can be captured, until it expires and while no hold of the
    order stops that.

    Without an amount, the order must owe something.
    """
    if found := _canceled(account) + _pending(account, payment) + _not_an_authorization(payment):
        return found
    if found := why_expired(account, payment, context.now):
        return found
    if held := on_hold(account.holds.values(), context.site):
        return (held,)
    if account.free.left_to_capture(payment) == 0:
        return (blocker("nothing-left", payment=payment.payment_id, verb="capture"),)
    if amount is None and account.uncaptured == 0:
        return (blocker("nothing-owed"),)
    return ()


def why_expired(account: Account, payment: Payment, now: datetime) -> Blockers:
    """The blocker of an authorization that expired with something left to capture.

    It is refused from that time on, whether or not the event is there yet.
    """
    left = payment.expired or account.free.left_to_capture(payment)
    if payment.expires_at is None or not left or not (payment.expired or payment.is_over(now)):
        return ()
    since = f"{payment.expires_at:%Y-%m-%d at %H:%M} UTC"
    told = {"payment": payment.payment_id, "since": since, "amount": f"{left:f}"}
    return (blocker("authorization-expired", **told, currency=account.currency),)


def why_no_void(account: Account, payment: Payment, context: Context) -> Blockers:
    """Only what is left of a processed authorization can be voided."""
    if found := _pending(account, payment) + _not_an_authorization(payment):
        return found
    if account.free.left_to_capture(payment) == 0:
        if payment.expired and (found := why_expired(account, payment, context.now)):
            return found
        if payment.captured > 0:
            amount = f"{payment.captured:f}"
            told = {"amount": amount, "currency": account.currency, "payment": payment.payment_id}
            return (blocker("captured", **told),)
        return (blocker("nothing-left", payment=payment.payment_id, verb="void"),)
    return ()


def why_no_refund(account: Account, payment: Payment) -> Blockers:
    """Only captured money that wasn't refunded yet can be refunded."""
    if payment.method == EXCHANGE:
        return (blocker("exchange-payment", payment=payment.payment_id),)
    if found := _pending(account, payment) + _not_processed(payment):
        return found
    if account.free.left_to_refund(payment) == 0:
        return (blocker("nothing-taken.payment", payment=payment.payment_id),)
    return ()


def why_too_much(account: Account, amount: Decimal, most: Decimal, verb: str) -> Blocker:
    """The blocker of an amount that is too high; it names the highest."""
    told = {"wanted": f"{amount:f}", "most": f"{most:f}", "currency": account.currency}
    return blocker("too-much", verb=verb, **told)


def why_pending(ask: ProviderRequest) -> Blocker:
    """A provider handles one request for a payment at a time."""
    return blocker("payment-pending", action=ask.action, payment=ask.payment_id)


def _canceled(account: Account) -> Blockers:
    if not account.canceled:
        return ()
    return (blocker("order-canceled.deleting" if account.deleting else "order-canceled"),)


def _pending(account: Account, payment: Payment) -> Blockers:
    ask = account.pending_of(payment.payment_id)
    return (why_pending(ask),) if ask else ()


def _not_processed(payment: Payment) -> Blockers:
    if payment.status == "Processed":
        return ()
    status = payment.status.lower()
    return (blocker("not-processed", payment=payment.payment_id, status=status),)


def _not_an_authorization(payment: Payment) -> Blockers:
    if payment.transaction_type == "Authorization":
        return _not_processed(payment)
    told = {"payment": payment.payment_id, "type": payment.transaction_type.lower()}
    return (blocker("not-an-authorization", **told),)


def _paid_already(account: Account) -> Blocker:
    if account.outstanding == 0:
        return blocker("already-paid")
    overpaid = f"{-account.outstanding:f}"
    return blocker("already-paid.over", overpaid=overpaid, currency=account.currency)


NO_PAYMENTS = (blocker("no-payments"),)


def explain(
    question: payments.Explain, account: Account | None, context: Context
) -> Sequence[Action]:
    """Returns every command of the contract on this money with its blockers now."""
    account = require_account(account, question.order_id)
    return [
        *_order_actions(account, context.site),
        *(
            action
            for payment in account.payments.values()
            for action in _payment_actions(account, payment, context)
        ),
    ]


def _order_actions(account: Account, site: Site) -> Iterator[Action]:
    by_some_method = why_no_method(account, None, site)
    pay = why_no_add(account, "Sale") + by_some_method
    due = account.outstanding - account.pending_in
    yield Action.judged(payments.Add, account.order_id, pay, default=due)
    give_back = why_no_add(account, "Credit") + by_some_method
    credit = {"transaction_type": "Credit"}
    yield Action.judged(payments.Add, account.order_id, give_back, given=credit)
    if not account.payments:
        for command in (payments.Capture, payments.Void, payments.Refund):
            yield Action.judged(command, account.order_id, NO_PAYMENTS)


def _payment_actions(account: Account, payment: Payment, context: Context) -> Iterator[Action]:
    of = payment.payment_id
    free = account.free
    yield Action.judged(
        payments.Capture,
        of,
        why_no_capture(account, payment, context),
        done=capture_is_done(account, payment),
        default=default_capture(account, payment),
    )
    yield Action.judged(
        payments.Void,
        of,
        why_no_void(account, payment, context),
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


def at_most(amount: Decimal, most: Decimal, verb: str, account: Account) -> Decimal:
    """Returns `amount`. Raises `Rejected` if it is more than `most`; `verb` says what for."""
    if amount > most:
        refuse([why_too_much(account, amount, most, verb)])
    return amount
