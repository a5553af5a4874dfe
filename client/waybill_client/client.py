"""The client for programs without asyncio."""

import asyncio
import threading
from collections.abc import Callable, Collection, Coroutine, Iterable
from contextlib import suppress
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Self, TypeVar

from shared.contracts import Message, Topic
from waybill_client.async_client import AsyncClient
from waybill_client.event import Event
from waybill_client.group_reader import Handler
from waybill_client.outcomes import Outcome, TimedOut
from waybill_client.settings import Settings

CLOSE_WITHIN = 30.0

T = TypeVar("T")
# Events with the futures of their handlers' results; None at the end.
_Received = SimpleQueue[tuple[Event, asyncio.Future[object]] | None]


class Client:
    """`AsyncClient` for threads: `with Client("my-shop") as client: client.send(…)`.

    Methods, arguments, results and errors are those of `AsyncClient`. Several threads may use one
    client. The connections live in a thread of their own.
    """

    def __init__(self, source: str, settings: Settings | None = None) -> None:
        self._client = AsyncClient(source, settings)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=loop.run_forever, name="waybill-client", daemon=True)
        self._thread.start()
        self._loop = loop
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Disconnects and ends the client's thread."""
        if self._loop is None or self._thread is None:
            return
        try:
            self._call(self._client.close(), CLOSE_WITHIN)
        finally:
            loop, self._loop = self._loop, None
            loop.call_soon_threadsafe(loop.stop)
            self._thread.join(CLOSE_WITHIN)
            if not self._thread.is_alive():
                loop.close()

    def connect(self, *, outcomes: bool = True) -> None:
        """See `AsyncClient.connect`."""
        self._call(self._client.connect(outcomes=outcomes))

    def send(
        self,
        command: Message,
        *,
        command_id: str | None = None,
        actor: str | None = None,
        expected_version: int | None = None,
        dry_run: bool = False,
        timeout: float = 30,
    ) -> Outcome:
        """See `AsyncClient.send`."""
        return self._call(
            self._client.send(
                command,
                command_id=command_id,
                actor=actor,
                expected_version=expected_version,
                dry_run=dry_run,
                timeout=timeout,
            )
        )

    def retry(self, timed_out: TimedOut, *, timeout: float = 30) -> Outcome:
        """See `AsyncClient.retry`."""
        return self._call(self._client.retry(timed_out, timeout=timeout))

    def publish(
        self,
        message: Message,
        *,
        message_id: str | None = None,
        actor: str | None = None,
        patience: float = 60,
    ) -> str:
        """See `AsyncClient.publish`."""
        return self._call(
            self._client.publish(message, message_id=message_id, actor=actor, patience=patience)
        )

    def publish_all(self, messages: Iterable[Message], patience: float = 60) -> int:
        """See `AsyncClient.publish_all`."""
        return self._call(self._client.publish_all(messages, patience=patience))

    def consume(
        self,
        topics: Collection[Topic | str],
        handler: Handler,
        *,
        group: str,
        idle: float | None = None,
        from_beginning: bool = True,
    ) -> int:
        """See `AsyncClient.consume`. The handler is a function, and runs in the calling thread."""
        if self._loop is None:
            raise _not_open()
        loop = self._loop
        received: _Received = SimpleQueue()

        async def pass_on(event: Event) -> object:
            handled: asyncio.Future[object] = loop.create_future()
            received.put((event, handled))
            return await handled

        async def run() -> int:
            try:
                return await self._client.consume(
                    topics, pass_on, group=group, idle=idle, from_beginning=from_beginning
                )
            finally:
                received.put(None)

        running = asyncio.run_coroutine_threadsafe(run(), loop)
        try:
            while (each := received.get()) is not None:
                event, handled = each
                loop.call_soon_threadsafe(_resolve, handled, handler(event))
        except BaseException:  # of the handler, or Ctrl-C
            running.cancel()
            _await_end(received)
            raise
        return running.result(CLOSE_WITHIN)

    def find(
        self,
        topics: Collection[Topic | str],
        condition: Callable[[Event], object],
        *,
        timeout: float = 30,
        from_beginning: bool = True,
    ) -> Event | None:
        """See `AsyncClient.find`. The condition runs in the client's thread."""
        return self._call(
            self._client.find(topics, condition, timeout=timeout, from_beginning=from_beginning)
        )

    def _call(self, work: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        if self._loop is None:
            work.close()
            raise _not_open()
        running = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return running.result(timeout)
        except BaseException:
            running.cancel()
            raise


def _not_open() -> RuntimeError:
    return RuntimeError("the client isn't open: use it in `with Client(…) as client:`")


def _resolve(future: asyncio.Future[object], result: object) -> None:
    if not future.done():
        future.set_result(result)


def _await_end(received: _Received) -> None:
    """Waits until what was handled is committed and the group is left."""
    with suppress(Empty):
        while received.get(timeout=CLOSE_WITHIN) is not None:
            pass
