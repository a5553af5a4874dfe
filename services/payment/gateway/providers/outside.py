"""An external provider that reads `payment.requests` itself.

Its answers are commands on `payment.commands` (docs/contract.md).
"""

from services.payment.gateway.provider import Answer, Later, Provider, Tell
from shared.contracts.payments import Request


class Outside:
    """Waits for the external provider's answers."""

    async def ask(self, _request: Request) -> Answer | Later:
        """Returns `Later`: the answer comes by command."""
        return Later()


def make(_tell: Tell) -> Provider:
    """Creates the provider."""
    return Outside()
