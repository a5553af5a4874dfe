"""Reaction to the deletion of the order's customer (docs/decisions/0044).

The order is asked first whether it may be deleted. Then it is deleted as on request of a person.
"""

from services.order.allowed import why_no_delete
from services.order.state import Order
from shared.contracts.customer_deletion import DeleteOrder, OrderAnswer
from shared.contracts.error_texts import blocker
from shared.contracts.orders import Deleted, DeleteRequested
from shared.contracts.replies import Blocker, Reason
from shared.runtime.decider import Context, Decision
from shared.site import Site


def why_kept(order: Order, site: Site) -> tuple[Blocker, ...]:
    """Why an order stays when its customer is deleted: it is open, or something of it is."""
    if order.progress not in ("Completed", "Canceled"):
        return (blocker("order-open", order=order.number),)
    if why_no_delete(order, site):
        return (blocker("order-open.business", order=order.number),)
    return ()


def delete_for_customer(request: DeleteOrder, order: Order | None, context: Context) -> Decision:
    """Answers whether the order may be deleted, or requests its deletion from the shipments."""
    blockers = why_kept(order, context.site) if order else ()
    if order is None or request.ask or blockers:
        return Decision([_answer(request, Reason.of(*blockers) if blockers else None)])
    asked = DeleteRequested(
        order_id=order.order_id,
        order_number=order.number,
        request=context.cause,
        by=request.by,
        for_customer=request.customer_id,
    )
    return Decision([asked], deferred=True)


def already_deleted(request: DeleteOrder, _gone: Deleted, _context: Context) -> Decision:
    """Answers for an order that is deleted already."""
    return Decision([_answer(request, None)])


def answers(order: Order, requests: list[str], refusal: Reason | None = None) -> list[OrderAnswer]:
    """Returns the answers to the customers on whose behalf a deletion was requested."""
    return [
        OrderAnswer(order_id=order.order_id, customer_id=customer, ask=False, refusal=refusal)
        for customer in dict.fromkeys(requests)
    ]


def _answer(request: DeleteOrder, refusal: Reason | None) -> OrderAnswer:
    return OrderAnswer(
        order_id=request.order_id,
        customer_id=request.customer_id,
        ask=request.ask,
        refusal=refusal,
    )
