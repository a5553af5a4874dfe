"""How an account ends: authorized money is voided, captured money refunded, then it closes.

Providers may take a while: the account closes once each of them has answered. What a provider
refuses stays open and visible until somebody asks again.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from decimal import Decimal

from services.payment.ask_provider import provider_requested
from services.payment.balance import balance
from services.payment.ledger import Payment, Sums
from services.payment.provider_request import provider_of
from services.payment.state import Account, evolve
from shared.contracts import Message, payments
from shared.contracts.payments import ProviderAction
from shared.runtime.decider import Context


class ClosingAccount:
    """An account under closing: each event counts for the next step.

    `happened` has the events in order. The account that it was made from doesn't change.
    """

    def __init__(self, account: Account) -> None:
        self._account = deepcopy(account)
        self.happened: list[Message] = []

    @property
    def waits(self) -> bool:
        """Whether a provider's answer is pending."""
        return next(self._account.pending, None) is not None

    def note(self, *events: Message) -> None:
        """Applies events and collects them."""
        for event in events:
            evolve(self._account, event)
            self.happened.append(event)

    def finish(self, context: Context) -> None:
        """Takes the next steps towards the end, and the last one if no answer is pending.

        Authorizations are voided. Captured money is refunded if the order was canceled and its
        market refunds automatically.
        """
        account = self._account
        self._move_all("void", Sums.left_to_capture, payments.Voided, context)
        market = context.site.markets.get(account.market)
        if account.clearing and market is not None and market.refund_on_cancel:
            self._move_all("refund", Sums.left_to_refund, payments.Refunded, context)
        if self.waits:
            return
        if account.deleting is None:
            self.note(payments.AccountClosed(order_id=account.order_id))
            return
        told = account.deleting.model_dump()
        taken = account.sums.taken
        self.note(payments.AccountDeleted(**told, currency=account.currency, taken=taken))

    def _move_all(
        self,
        action: ProviderAction,
        left: Callable[[Sums, Payment], Decimal],
        event: type[payments.Voided | payments.Refunded],
        context: Context,
    ) -> None:
        account = self._account
        for payment in list(self._idle(action)):
            amount = left(account.free, payment)
            if not amount:
                continue
            if provider := provider_of(payment.method, context.site):
                self.note(provider_requested(account, payment, action, amount, provider, context))
            else:
                now = balance(account, account.sums.paid - amount)
                self.note(event(**now, payment_id=payment.payment_id, amount=amount))

    def _idle(self, action: ProviderAction) -> Iterator[Payment]:
        """Yields payments without a pending request, for which `action` wasn't tried yet."""
        for payment in self._account.payments.values():
            tried = any(
                ask.payment_id == payment.payment_id and ask.action == action and not ask.waiting
                for ask in self._account.requests.values()
            )
            if not tried and not self._account.pending_of(payment.payment_id):
                yield payment
