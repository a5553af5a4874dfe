"""What a payment provider is told when an account asks it for something."""

from collections.abc import Iterable

from shared.contracts import Message, payments


def outgoing(event: Message) -> Iterable[Message]:
    """Yields the request for the provider."""
    if isinstance(event, payments.Requested):
        asked = {name: getattr(event, name) for name in payments.Request.model_fields}
        yield payments.Request(**asked)
