"""A simulated provider: moves no money, and misbehaves on demand.

It approves at once unless the payment's reference is `simulate:HOW`, or `simulate:ACTION:HOW` for a
later action (`capture`, `void`, `refund`, or `renew` when it has expired). HOW is one of

decline        it says no
late           it answers when it is asked again, two seconds later
time-out       it doesn't answer the first time; `time-out-3` the first three times
twice          it answers twice
contradict     it says yes, then no
out-of-order   it answers once it has answered another request of the same order
"""

import asyncio
import re
from collections import Counter
from hashlib import blake2b

from services.payment.gateway.provider import Answer, Later, Provider, Tell
from shared.contracts.payments import Request

LATE_SECONDS = 2.0
HELD_SECONDS = 0.5
NO = Answer("failed", reason="The simulated provider declined.")
_REFERENCE = re.compile(r"simulate:(?:(capture|void|refund|renew):)?([a-z-]+?)(?:-(\d+))?")


class Simulated:
    """Gives the same answer to the same request, in any sequence."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._times: Counter[str] = Counter()
        self._held: dict[str, bool] = {}  # orders, each with whether it was overtaken

    async def ask(self, request: Request) -> Answer | Later:
        """See `Provider`."""
        how, times = how_to_answer(request)
        self._times[request.request_id] += 1
        if how == "time-out" and self._times[request.request_id] <= times:
            await asyncio.Event().wait()
        if how == "late" and self._times[request.request_id] == 1:
            return Later(LATE_SECONDS)
        if how == "out-of-order" and not self._held.setdefault(request.order_id, False):
            return Later(HELD_SECONDS)
        answer = NO if how == "decline" else _yes(request)
        if how in ("twice", "contradict"):
            await self._tell(request, answer)
        if how == "out-of-order":
            del self._held[request.order_id]
        elif request.order_id in self._held:
            self._held[request.order_id] = True
        del self._times[request.request_id]
        return NO if how == "contradict" else answer


def how_to_answer(request: Request) -> tuple[str, int]:
    """Returns HOW and how many times; `("approve", 1)` without such a reference."""
    wish = _REFERENCE.fullmatch(request.reference or "")
    action = "renew" if request.renews else request.action
    if wish is None or (wish[1] or "add") != action:
        return "approve", 1
    return wish[2], int(wish[3] or 1)


def _yes(request: Request) -> Answer:
    name = blake2b(request.request_id.encode(), digest_size=8).hexdigest()
    return Answer("processed", f"sim-{name}")


def make(tell: Tell) -> Provider:
    """Creates the provider."""
    return Simulated(tell)
