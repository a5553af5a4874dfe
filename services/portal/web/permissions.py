"""What may be done now to an order or a cart: asked of the services that decide it."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import uuid4

from fastapi import Request

from services.portal.auth.rights import ALLOWED, may
from services.portal.auth.sessions import Person
from services.portal.queries.models.carts import CartDetails
from services.portal.queries.models.details import OrderDetails
from services.portal.web.blockers import Queue, Surroundings
from shared.contracts import Message, carts, orders, payments, shipments
from shared.contracts.commands import offered
from shared.contracts.error_texts import Texts
from shared.contracts.replies import Action, Reply

PATIENCE = 1.5
NOTHING = Surroundings()


@dataclass(frozen=True)
class Permissions:
    """The services' answers, and the person's roles. Without an answer nothing is held back: the
    service says no by itself when it is asked.

    `whole` is the order or cart: what is said of it holds for its lines as well. `around`
    is what the page knows beside the answers.
    """

    person: Person
    whole: str = ""
    actions: dict[tuple[str, str], Action] = field(default_factory=dict)
    texts: Texts = field(default_factory=dict)
    around: Surroundings = field(default_factory=Surroundings)

    def why_not(self, action: str, subject: str) -> str | None:
        """Why the person can't do that now, in words; None if they can."""
        if not may(self.person.roles, action):
            return f"For the role {' or '.join(ALLOWED.get(action, ())) or 'of nobody'}."
        found = self.actions.get((action, subject), self.actions.get((action, self.whole)))
        if found is None or (found.allowed and not found.done):
            return None
        words = " ".join(
            self.around.say(blocker, subject, self.texts) for blocker in found.blockers
        )
        return words or ("Nothing to do: it is done already." if found.done else None)

    def default(self, action: str, subject: str) -> str | None:
        """The amount that a command moves if none is given; None if nobody says."""
        found = self.actions.get((action, subject), self.actions.get((action, self.whole)))
        return found.defaults.get("amount") if found and found.defaults else None

    def exists(self, action: str) -> bool:
        """Whether the contract has such a command."""
        return action in offered()


async def of_order(
    request: Request, person: Person, order: OrderDetails, queue: Queue
) -> Permissions:
    """What may be done to an order, its money and its shipments, which stand so in the queue."""
    order_id = order.order_id
    questions = (
        orders.Explain(order_id=order_id),
        payments.Explain(order_id=order_id),
        shipments.Explain(order_id=order_id),
    )
    return await _ask(
        request, person, order_id, questions, Surroundings(order.shipment_numbers, queue)
    )


async def of_money(request: Request, person: Person, order_id: str) -> Permissions:
    """What may be done to an order's money."""
    return await _ask(request, person, order_id, (payments.Explain(order_id=order_id),))


async def of_cart(request: Request, person: Person, cart: CartDetails) -> Permissions:
    """What may be done to a cart."""
    question = carts.Explain(cart_id=cart.cart_id)
    return await _ask(
        request, person, cart.cart_id, (question,), Surroundings(cart.shipment_numbers)
    )


async def _ask(
    request: Request,
    person: Person,
    whole: str,
    questions: Iterable[Message],
    around: Surroundings = NOTHING,
) -> Permissions:
    sender = request.app.state.portal.sender
    answers: list[Reply | BaseException | None] = await asyncio.gather(
        *(sender.ask(question, person.actor, PATIENCE) for question in questions),
        return_exceptions=True,
    )
    replies = [answer for answer in answers if isinstance(answer, Reply)]
    found = [a for reply in replies for a in reply.actions or () if a.given is None]
    texts = request.app.state.portal.site.texts
    by_subject = {(action.action, action.subject): action for action in found}
    return Permissions(person, whole, by_subject, texts, around)


def new_id(prefix: str) -> str:
    """An id for something that is about to be made; the same in a form that is sent twice."""
    return f"{prefix}-{uuid4().hex[:12]}"
