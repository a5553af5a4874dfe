"""TCP proxies between services and engines that can cut, delay and stall connections."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from ops.local.engines.ports import HOST

T = TypeVar("T")
CHUNK = 1 << 16


class Network:
    """A thread with the event loop of all proxies."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._proxies: list[Proxy] = []

    def proxy(self, upstream: Callable[[], int]) -> Proxy:
        """Returns a proxy to the local port that `upstream` returns for each connection."""
        made = Proxy(self, upstream)
        self.do(made.listen())
        self._proxies.append(made)
        return made

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs `work` in the proxies' loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def close(self) -> None:
        """Ends all connections."""
        for proxy in self._proxies:
            proxy.flow()
            self.do(proxy.end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Proxy:
    """A proxy for one engine. Don't call its methods from the network's thread."""

    def __init__(self, network: Network, upstream: Callable[[], int]) -> None:
        self._network = network
        self._upstream = upstream
        self._writers: set[asyncio.StreamWriter] = set()
        self._delay = 0.0
        self.port = 0

    async def listen(self) -> None:
        """Listens on a free port."""
        self._requests, self._answers = asyncio.Event(), asyncio.Event()
        self._requests.set()
        self._answers.set()
        self._server = await asyncio.start_server(self._serve, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def end(self) -> None:
        """Stops listening; returns once all connections are closed."""
        self._server.close()
        while self._writers:
            await self._cut()
            await asyncio.sleep(0.01)

    def cut(self) -> None:
        """Closes all connections; clients can open new ones."""
        self._network.do(self._cut())

    def delay(self, seconds: float) -> None:
        """Delays all data by so many seconds, in both directions."""
        self._delay = seconds

    def stall(self, *, answers_only: bool = False) -> None:
        """Lets no data through, or no answers, while connections stay open."""
        self._network.do(self._gate(open_=False, answers_only=answers_only))

    def flow(self) -> None:
        """Lets all data through without delay."""
        self._delay = 0.0
        self._network.do(self._gate(open_=True))

    async def _cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _gate(self, *, open_: bool, answers_only: bool = False) -> None:
        for gate in [self._answers] if answers_only else [self._answers, self._requests]:
            gate.set() if open_ else gate.clear()

    async def _serve(self, there: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        try:
            answer, ask = await asyncio.open_connection(HOST, self._upstream())
        except OSError:
            back.transport.abort()
            return
        self._writers |= {back, ask}
        try:
            await asyncio.gather(
                self._pump(there, ask, self._requests), self._pump(answer, back, self._answers)
            )
        finally:
            self._writers -= {back, ask}

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, gate: asyncio.Event
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                await gate.wait()
                if self._delay:
                    await asyncio.sleep(self._delay)
                writer.write(data)
                await writer.drain()
        writer.close()
