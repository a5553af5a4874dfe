"""Reaction to an order's answer: once all have agreed they are deleted, and then the customer."""

from services.cart.customer.commands.delete import deleted
from services.cart.customer.state import Customer, Deletion
from shared.contracts import Message
from shared.contracts.customer_deletion import (
    DeleteRefused,
    OrderAnswered,
    OrdersAgreed,
    SettleOrder,
)
from shared.contracts.replies import Blocker, Reason
from shared.runtime.decider import Context, Decision, DeferredOutcome

NAMED = 20  # orders that a refusal names at most


def settle_order(answer: SettleOrder, customer: Customer | None, context: Context) -> Decision:
    """Notes the answer. The last one decides: refuse, delete the orders, or delete the customer."""
    deletion = customer.deletion if customer else None
    if customer is None or deletion is None or not _awaited(answer, deletion):
        return Decision()
    noted = OrderAnswered(
        customer_id=customer.customer_id,
        order_id=answer.order_id,
        ask=answer.ask,
        refusal=answer.refusal,
    )
    if deletion.waiting != {answer.order_id}:
        return Decision([noted])
    blockers = [*deletion.blockers, *_blockers(answer.refusal)][:NAMED]
    if blockers:
        reason = Reason.of(*blockers)
        refused = DeleteRefused(
            customer_id=customer.customer_id, request=deletion.request, reason=reason
        )
        return Decision([noted, refused], outcomes=[DeferredOutcome(deletion.request, reason)])
    if deletion.asking:
        agreed = OrdersAgreed(
            customer_id=customer.customer_id, by=deletion.by, orders=deletion.orders
        )
        return Decision([noted, agreed])
    gone: Message = deleted(customer, deletion.by, context, orders=len(deletion.orders))
    return Decision([noted, gone], outcomes=[DeferredOutcome(deletion.request)])


def _awaited(answer: SettleOrder, deletion: Deletion) -> bool:
    return answer.ask == deletion.asking and answer.order_id in deletion.waiting


def _blockers(refusal: Reason | None) -> tuple[Blocker, ...]:
    return refusal.blockers if refusal else ()
