"""TCP proxies between services and engines: they cut, delay, stall, and lose answers."""

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
    """A thread whose loop carries all proxies."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._proxies: list[Proxy] = []

    def proxy(self, upstream: Callable[[], int]) -> Proxy:
        """A proxy to whichever port of this machine `upstream` says at each connection."""
        made = Proxy(self, upstream)
        self.do(made.listen())
        self._proxies.append(made)
        return made

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Does it in the proxies' loop."""
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
    """One address in front of an engine. Call its methods from any thread but the network's."""

    def __init__(self, network: Network, upstream: Callable[[], int]) -> None:
        self._network = network
        self._upstream = upstream
        self._writers: set[asyncio.StreamWriter] = set()
        self._delay = 0.0
        self.port = 0

    async def listen(self) -> None:
        """Takes a port and begins to serve."""
        self._requests, self._answers = asyncio.Event(), asyncio.Event()
        self._requests.set()
        self._answers.set()
        self._server = await asyncio.start_server(self._serve, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def end(self) -> None:
        """Serves nobody any more, and returns once everybody is gone."""
        self._server.close()
        while self._writers:
            await self._cut()
            await asyncio.sleep(0.01)

    def cut(self) -> None:
        """Ends all connections at once; new ones may be made."""
        self._network.do(self._cut())

    def delay(self, seconds: float) -> None:
        """From now on everything takes so much longer, either way."""
        self._delay = seconds

    def stall(self, *, answers_only: bool = False) -> None:
        """Nothing comes through any more, or no answers, though connections stay open."""
        self._network.do(self._gate(open_=False, answers_only=answers_only))

    def flow(self) -> None:
        """All as it should be."""
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
