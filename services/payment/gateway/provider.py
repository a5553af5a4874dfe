"""What a payment provider has to be able to do."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from shared.contracts.payments import ProviderOutcome, Request


@dataclass(frozen=True, slots=True)
class Answer:
    """What has become of a request. `reason` is for people: why it failed."""

    outcome: ProviderOutcome
    provider_reference: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """Not yet. `again_in` seconds it is to be asked again; None if it will tell by itself."""

    again_in: float | None = None


# For an answer that comes by another way than being asked, a provider's own call to us say.
Tell = Callable[[Request, Answer], Awaitable[None]]


class Provider(Protocol):
    """Asks somebody to move money.

    The same request may come any number of times, after crashes too: `request.request_id` is the
    idempotency key, and whoever moves the money must know repeats by it. An exception, or no answer
    in time, means that nobody knows what happened: the request comes again, after growing pauses,
    until there is an answer.
    """

    async def ask(self, request: Request) -> Answer | Later:
        """Does what is asked, or finds out what became of it."""
