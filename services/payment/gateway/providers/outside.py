"""A provider that isn't ours to ask: it reads `payment.requests` itself.

Its answers are commands on `payment.commands` (docs/contract.md).
"""

from services.payment.gateway.provider import Answer, Later, Provider, Tell
from shared.contracts.payments import Request


class Outside:
    """Waits for whoever it is."""

    async def ask(self, _request: Request) -> Answer | Later:
        """Nothing to do but wait."""
        return Later()


def make(_tell: Tell) -> Provider:
    """The only one there is."""
    return Outside()
