"""Bugs of the rules about returns and exchanges."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from services.order.commands import receive_return
from services.order.reactions import return_refunded
from services.order.state import Order
from services.payment import evolution, return_refund
from services.payment.decider import decider as payment
from services.payment.return_money import ReturnMoney
from services.shipment.fulfilment.decider import decider as fulfilment
from services.shipment.stock.decider import decider as stock
from shared.contracts import payments, returns
from shared.contracts.stock import TakeBack
from shared.runtime.decider import Decision
from tests.simulation.planted.registry import Patch, bug


@bug
def refund_shipping_as_often_as_asked(patch: Patch) -> None:
    left = dict.fromkeys("123", Decimal(9))
    patch.setattr(Order, "shipping_left", lambda self: left)


@bug
def forget_the_command_that_waits_for_its_shipping(patch: Patch) -> None:
    patch.setattr(return_refunded, "_settle_shipping", lambda fact, order: Decision())


@bug
def restock_what_belongs_in_quarantine(patch: Patch) -> None:
    def take_back(command: Any, inventory: Any, context: Any) -> Any:
        goods = tuple(each.model_copy(update={"disposition": "restock"}) for each in command.goods)
        changed = command.model_copy(update={"goods": goods})
        first, *more = takes(changed, inventory, context)
        return [first.model_copy(update={"goods": command.goods}), *more]

    takes = stock.handlers[TakeBack]
    patch.setitem(stock.handlers, TakeBack, take_back)


@bug
def take_back_what_never_arrived(patch: Patch) -> None:
    def goods(command: Any, back: Any) -> Any:
        lines = [line.model_copy(update={"disposition": "restock"}) for line in command.lines]
        return takes(command.model_copy(update={"lines": tuple(lines)}), back)

    takes = receive_return._goods
    patch.setattr(receive_return, "_goods", goods)


@bug
def receive_more_than_was_expected(patch: Patch) -> None:
    def why_not(*arguments: Any) -> Any:
        return (no for no in refuses(*arguments) if no.code != "more-than-expected")

    refuses = receive_return._why_not
    patch.setattr(receive_return, "_why_not", why_not)


@bug
def refund_all_of_it_again_after_a_refusal(patch: Patch) -> None:
    def missing(self: ReturnMoney) -> Decimal:
        return self.refunding.refund if self.refunding else Decimal(0)

    patch.setattr(ReturnMoney, "missing", property(missing))


@bug
def lower_the_total_at_every_request(patch: Patch) -> None:
    def lower(book: Any, money: Any, reduced: Decimal) -> None:
        lowers(book, money, money.reduced + reduced)

    lowers = return_refund.lower_total
    patch.setattr(return_refund, "lower_total", lower)


@bug
def refund_as_much_as_was_authorized(patch: Patch) -> None:
    def applied(account: Any, event: Any) -> None:
        refunds(account, event)
        if event.return_id is not None:
            account.payments[event.payment_id].refunded -= event.amount

    refunds = evolution._EVOLVE[payments.Refunded]
    patch.setitem(evolution._EVOLVE, payments.Refunded, applied)


@bug
def keep_the_worth_in_a_canceled_exchange_order(patch: Patch) -> None:
    patch.setitem(payment.handlers, returns.ExchangeSettled, lambda *_: [])


@bug
def take_the_refund_of_a_return_for_a_debt(patch: Patch) -> None:
    patch.setitem(fulfilment.handlers, payments.TotalChanged, lambda *_: [])


@bug
def end_a_refund_before_its_provider_has_answered(patch: Patch) -> None:
    patch.setattr(return_refund, "_waits", lambda account, money: False)
