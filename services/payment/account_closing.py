"""How an account ends: authorized money is voided, captured money refunded, then it closes.

Providers may take a while: the account closes once each of them has answered. What a provider
refuses stays open and visible until somebody asks again.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal

from services.payment.account_book import AccountBook
from services.payment.ask_provider import provider_requested
from services.payment.balance import balance
from services.payment.ledger import Payment, Sums
from services.payment.provider_request import provider_of
from shared.contracts import payments
from shared.contracts.checkout import EXCHANGE
from shared.contracts.payments import ProviderAction
from shared.runtime.decider import Context


class ClosingAccount(AccountBook):
    """An account under closing: each event counts for the next step."""

    def finish(self, context: Context) -> None:
        """Takes the next steps towards the end, and the last one if no answer is pending.

        Authorizations are voided. If the order was canceled, the worth of a return that paid for it
        goes back to the order that it came from (rules: "Exchange"), and captured money is refunded
        if the market refunds automatically.
        """
        account = self.account
        self._move_all("void", Sums.left_to_capture, payments.Voided, context)
        if account.clearing:
            self.give_back_exchange()
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

    def give_back_exchange(self) -> None:
        """Gives back what the worth of a return paid: the order that it came from has it again."""
        account = self.account
        for payment in list(account.payments.values()):
            if payment.method == EXCHANGE and payment.taken > 0:
                now = balance(account, account.sums.paid - payment.taken)
                of = payment.payment_id
                self.note(payments.Refunded(**now, payment_id=of, amount=payment.taken))

    def _move_all(
        self,
        action: ProviderAction,
        left: Callable[[Sums, Payment], Decimal],
        event: type[payments.Voided | payments.Refunded],
        context: Context,
    ) -> None:
        account = self.account
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
        """Yields payments without a pending request, for which no provider refused `action`.

        One that did less than is left now is asked again: another request may have failed since.
        """
        for payment in self.account.payments.values():
            tried = any(
                (ask.payment_id, ask.action) == (payment.payment_id, action)
                and ask.outcome == "failed"
                and not ask.waiting
                and not ask.return_id
                for ask in self.account.requests.values()
            )
            if not tried and not self.account.pending_of(payment.payment_id):
                yield payment
