"""How events change a payment account."""

from collections.abc import Callable, Mapping
from typing import Any

from services.payment.ledger import Payment
from services.payment.provider_request import ProviderRequest
from services.payment.state import Account
from shared.contracts import Message, payments, returns
from shared.contracts.checkout import EXCHANGE
from shared.contracts.holds import lifted

ANSWERS = (
    payments.Recorded,
    payments.Captured,
    payments.Voided,
    payments.Refunded,
    payments.RequestFailed,
)


def evolve(account: Account | None, event: Message) -> Account | None:
    """Returns the account after `event`. Changes it in place."""
    if isinstance(event, payments.AccountOpened):
        return Account(event.order_id, event.market, event.currency, event.total)
    if account is not None:
        if isinstance(event, ANSWERS) and event.request_id is not None:
            _answered(account, account.requests[event.request_id], event)
        if (apply := _EVOLVE.get(type(event))) is not None:
            apply(account, event)
    return account


def _answered(account: Account, request: ProviderRequest, event: Message) -> None:
    request.reason = getattr(event, "reason", None)
    request.outcome = "processed" if request.reason is None else "failed"
    if request.return_id is not None and request.refunds:
        money = account.return_money(request.return_id)
        money.refusal = money.refusal or request.reason


def _total_changed(account: Account, event: payments.TotalChanged) -> None:
    if event.return_id is not None:
        account.return_money(event.return_id).reduced += account.total - event.total
    account.total = event.total


def _return_refund_started(account: Account, event: payments.ReturnRefundStarted) -> None:
    account.return_money(event.return_id).started(event)


def _return_refunded(account: Account, event: returns.ReturnRefunded) -> None:
    account.return_money(event.return_id).waits = False


def _order_paid(account: Account, _event: payments.OrderPaid) -> None:
    account.paid_in_full = True


def _order_unpaid(account: Account, _event: payments.OrderUnpaid) -> None:
    account.paid_in_full = False


def _capture_stopped(account: Account, event: payments.CaptureStopped) -> None:
    account.holds[event.hold.hold_id] = event.hold


def _capture_resumed(account: Account, event: payments.CaptureResumed) -> None:
    account.holds = lifted(account.holds, event.holds)


def _capture_due(account: Account, event: payments.CaptureDueNoted) -> None:
    account.capture_due = event.due
    account.is_final = event.final
    account.declined_captures = set()


def _shipping_ended(account: Account, _event: payments.ShippingEnded) -> None:
    account.is_final = True


def _request_failed(account: Account, event: payments.RequestFailed) -> None:
    if event.action == "capture":
        account.declined_captures.add(event.payment_id)
    elif event.action == "void":
        account.declined_voids.add(event.payment_id)


def _account_closing(account: Account, _event: payments.AccountClosing) -> None:
    account.closing = True


def _account_closed(account: Account, _event: payments.AccountClosed) -> None:
    account.closed = True


def _account_deleting(account: Account, event: payments.AccountDeleting) -> None:
    account.deleting = event


def _requested(account: Account, event: payments.Requested) -> None:
    account.requests[event.request_id] = ProviderRequest(
        event.request_id,
        event.action,
        event.payment_id,
        event.transaction_type,
        event.amount,
        event.waiting,
        event.return_id,
        event.renews,
    )
    if event.return_id is not None:
        account.return_money(event.return_id).tried.add((event.payment_id, event.action))
    if event.action == "add":
        account.payments[event.payment_id] = _payment(event)


def _recorded(account: Account, event: payments.Recorded) -> None:
    account.payments[event.payment_id] = payment = _payment(event)
    payment.provider_reference = event.provider_reference
    payment.expires_at = event.expires_at
    if event.return_id is None or event.status != "Processed":
        return
    money = account.return_money(event.return_id)
    if event.method == EXCHANGE:
        money.transferred, money.credit = event.amount, event.payment_id
    else:
        money.refunded += event.amount


def _payment(event: payments.Requested | payments.Recorded) -> Payment:
    return Payment(
        event.payment_id,
        event.method,
        event.transaction_type,
        event.amount,
        event.status,
        event.reference,
    )


def _captured(account: Account, event: payments.Captured) -> None:
    account.payments[event.payment_id].captured += event.amount


def _voided(account: Account, event: payments.Voided) -> None:
    payment = account.payments[event.payment_id]
    payment.voided += event.amount
    if event.return_id is not None and payment.transaction_type == "Credit":
        account.return_money(event.return_id).transferred -= event.amount


def _authorization_expired(account: Account, event: payments.AuthorizationExpired) -> None:
    payment = account.payments[event.payment_id]
    payment.expired += event.amount
    payment.expiry_delayed = False


def _expiry_delayed(account: Account, event: payments.ExpiryDelayed) -> None:
    account.payments[event.payment_id].expiry_delayed = True


def _refunded(account: Account, event: payments.Refunded) -> None:
    account.payments[event.payment_id].refunded += event.amount
    if event.return_id is not None:
        account.return_money(event.return_id).refunded += event.amount


# Other events change nothing but the request that they answer.
_EVOLVE: Mapping[type[Message], Callable[[Account, Any], None]] = {
    payments.TotalChanged: _total_changed,
    payments.ReturnRefundStarted: _return_refund_started,
    returns.ReturnRefunded: _return_refunded,
    payments.OrderPaid: _order_paid,
    payments.OrderUnpaid: _order_unpaid,
    payments.CaptureStopped: _capture_stopped,
    payments.CaptureResumed: _capture_resumed,
    payments.CaptureDueNoted: _capture_due,
    payments.ShippingEnded: _shipping_ended,
    payments.RequestFailed: _request_failed,
    payments.AccountClosing: _account_closing,
    payments.AccountClosed: _account_closed,
    payments.AccountDeleting: _account_deleting,
    payments.Requested: _requested,
    payments.Recorded: _recorded,
    payments.Captured: _captured,
    payments.Voided: _voided,
    payments.AuthorizationExpired: _authorization_expired,
    payments.ExpiryDelayed: _expiry_delayed,
    payments.Refunded: _refunded,
}
