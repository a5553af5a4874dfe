"""The interface of a payment provider."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from shared.contracts.payments import ProviderOutcome, Request


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of a request. `reason` tells people why it failed."""

    outcome: ProviderOutcome
    provider_reference: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """No result yet.

    Ask again in `again_in` seconds, or never if the provider reports by itself (None).
    """

    again_in: float | None = None


# Publishes an answer that a provider reports by itself, for example in a webhook.
Tell = Callable[[Request, Answer], Awaitable[None]]


class Provider(Protocol):
    """Moves money.

    The same request may come any number of times, also after crashes: `request.request_id` is the
    idempotency key by which the provider must recognise repeats. An exception or a timeout means
    that the result is unknown: the request is repeated, after growing pauses, until there is an
    answer.
    """

    async def ask(self, request: Request) -> Answer | Later:
        """Carries out the request, or finds out its result."""
