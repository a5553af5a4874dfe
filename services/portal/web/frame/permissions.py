"""What a person may do with an order or cart now, as the services explain it."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import uuid4

from fastapi import Request

from services.portal.auth.rights import ALLOWED, may
from services.portal.auth.sessions import Person
from services.portal.data_texts import rejections
from services.portal.queries.models.carts import CartDetails
from services.portal.queries.models.details import OrderDetails
from services.portal.web.frame.blockers import PageContext, Queue
from services.portal.web.frame.ways_out import WayOut, way_out
from shared.contracts import Message, carts, orders, payments, shipments
from shared.contracts.commands import offered
from shared.contracts.error_texts import Texts
from shared.contracts.replies import Action, Reply

TIMEOUT_SECONDS = 1.5
NO_CONTEXT = PageContext()


@dataclass(frozen=True)
class Permissions:
    """The services' answers and the person's roles.

    An action for which no answer came is allowed here: the service rejects the command itself.
    `root` is the id of the order or cart, whose answers apply to its lines as well. `context` is
    the page's knowledge of the order or cart.
    """

    person: Person
    root: str = ""
    actions: dict[tuple[str, str], Action] = field(default_factory=dict)
    texts: Texts = field(default_factory=dict)
    context: PageContext = field(default_factory=PageContext)

    def why_not(self, action: str, subject: str) -> str | None:
        """Why the person can't perform the action now; None if they can."""
        if not may(self.person.roles, action):
            roles = ALLOWED.get(action, ())
            return f"This needs the role {' or '.join(roles)}." if roles else "No role allows this."
        found = self._answer(action, subject)
        if found is None or (found.allowed and not found.done):
            return None
        text = " ".join(
            self.context.text(blocker, subject, self.texts) for blocker in found.blockers
        )
        return text or ("Nothing to do: this is already done." if found.done else None)

    def possible(self, action: str, subject: str) -> bool:
        """Whether the services allow the action now, to whoever has the role for it."""
        found = self._answer(action, subject)
        return found is None or (found.allowed and not found.done)

    def ways_out(self, action: str, subject: str) -> list[WayOut]:
        """What the person can do about what blocks an action of an order; empty on other pages."""
        found = self._answer(action, subject)
        if found is None or not self.context.order_id or not may(self.person.roles, action):
            return []
        order_id = self.context.order_id
        ways = [way_out(blocker, order_id) for blocker in found.blockers]
        open_ways = [
            way
            for way in ways
            if way and way.action != action
            if not way.action or self.why_not(way.action, order_id) is None
        ]
        return list(dict.fromkeys(open_ways))

    def default(self, action: str, subject: str) -> str | None:
        """The default amount of a command; None if the service gave none."""
        found = self._answer(action, subject)
        return found.defaults.get("amount") if found and found.defaults else None

    def cause(self, action: str, subject: str) -> str:
        """The key of what blocks the action, the same for every order; empty if nothing does."""
        if not may(self.person.roles, action):
            return "role"
        found = self._answer(action, subject)
        if found is None:
            return ""
        return " ".join(each.text or each.code for each in found.blockers) or "done"

    def _answer(self, action: str, subject: str) -> Action | None:
        return self.actions.get((action, subject), self.actions.get((action, self.root)))

    def exists(self, action: str) -> bool:
        """Whether the contract has such a command."""
        return action in offered()


async def for_order(
    request: Request, person: Person, order: OrderDetails, queue: Queue
) -> Permissions:
    """Permissions for an order, its payments and its shipments. `queue` has their positions."""
    order_id = order.order_id
    queries = (
        orders.Explain(order_id=order_id),
        payments.Explain(order_id=order_id),
        shipments.Explain(order_id=order_id),
    )
    return await _explain(
        request, person, order_id, queries, PageContext(order.shipment_numbers, queue, order_id)
    )


async def for_payments(request: Request, person: Person, order_id: str) -> Permissions:
    """Permissions for the payments of an order."""
    return await _explain(request, person, order_id, (payments.Explain(order_id=order_id),))


async def for_cart(request: Request, person: Person, cart: CartDetails) -> Permissions:
    """Permissions for a cart."""
    query = carts.Explain(cart_id=cart.cart_id)
    return await _explain(
        request, person, cart.cart_id, (query,), PageContext(cart.shipment_numbers)
    )


async def _explain(
    request: Request,
    person: Person,
    root: str,
    queries: Iterable[Message],
    context: PageContext = NO_CONTEXT,
) -> Permissions:
    commands = request.app.state.portal.commands
    answers: list[Reply | BaseException | None] = await asyncio.gather(
        *(commands.query(query, person.actor, TIMEOUT_SECONDS) for query in queries),
        return_exceptions=True,
    )
    found = actions_of(answer for answer in answers if isinstance(answer, Reply))
    texts = rejections(request.app.state.portal.site.texts)
    return Permissions(person, root, found, texts, context)


def actions_of(replies: Iterable[Reply]) -> dict[tuple[str, str], Action]:
    """The actions in the services' answers, by name and subject."""
    found = (each for reply in replies for each in reply.actions or () if each.given is None)
    return {(action.action, action.subject): action for action in found}


def new_id(prefix: str) -> str:
    """An id for what a form will create: sending the form twice creates it only once."""
    return f"{prefix}-{uuid4().hex[:12]}"
