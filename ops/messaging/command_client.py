"""Sends commands and publishes messages for the tools: the client, with errors for people."""

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

from ops.errors import TimedOutError
from ops.messaging.client_errors import tool_errors
from shared.contracts import Message
from shared.contracts.replies import Reply
from shared.runtime.envelope import Envelope
from shared.runtime.settings import Settings
from waybill_client import AsyncClient, TimedOut

SOURCE = "waybill-cli"


class CommandClient:
    """Sends commands: `async with CommandClient(settings) as client: await client.send(command)`.

    source    names the sender; `source` and id together identify a message
    replies   False for a client that only publishes and doesn't listen for outcomes
    envelope  makes the envelope of a message that no other message caused; see `make_envelope`
    """

    def __init__(self, settings: Settings, *, source: str = SOURCE, replies: bool = True) -> None:
        self._settings = settings
        self._client = AsyncClient(source, settings)
        self._replies = replies
        self.envelope = self._client.envelope

    async def __aenter__(self) -> Self:
        """Connects. Raises `UnreachableError`, or `ToolError` if the topics don't exist."""
        try:
            with tool_errors(self._settings):
                await self._client.connect(outcomes=self._replies)
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Disconnects and stops waiting for outcomes."""
        await self._client.close()

    async def send(
        self,
        command: Message,
        *,
        actor: str | None = None,
        command_id: str | None = None,
        expected_version: int | None = None,
        dry_run: bool = False,
        timeout: float = 30,  # noqa: ASYNC109 - the timeout has a message of its own
    ) -> Reply:
        """Sends `command` and returns its outcome, accepted or rejected.

        The arguments are those of `AsyncClient.send`. Raises `TimedOutError` if no outcome arrives
        within `timeout` seconds, and `UnreachableError` if Kafka can't be reached.
        """
        with tool_errors(self._settings):
            outcome = await self._client.send(
                command,
                actor=actor,
                command_id=command_id,
                expected_version=expected_version,
                dry_run=dry_run,
                timeout=timeout,
            )
        if isinstance(outcome, TimedOut):
            raise TimedOutError(
                f"No outcome of {command.type} ({outcome.command_id}) within {timeout:g} s.",
                "The command is on its topic and is carried out once its service runs. Check with: "
                "waybill status. Sending it again with the same id has no second effect.",
            )
        return outcome.reply

    async def post(self, message: Message, envelope: Envelope | None = None) -> None:
        """Publishes one message and returns once it is acknowledged. Raises `UnreachableError`."""
        await self.publish([(message, envelope or self.envelope(message))])

    async def publish(
        self,
        messages: Iterable[tuple[Message, Envelope]],
        published: Callable[[int], None] = lambda _: None,
    ) -> int:
        """See `AsyncClient.publish_all`. Raises `UnreachableError`."""
        with tool_errors(self._settings):
            return await self._client.publish_all(messages, published)
