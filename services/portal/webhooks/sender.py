"""Sends one request: signed, to a checked address, within a limit of time and size."""

import asyncio
import socket
import ssl
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httpcore

from services.portal.webhooks.addresses import Network, Refused, check_address

MAX_ANSWER = 4096  # bytes of a response that are read at all
SHOWN_ANSWER = 500  # characters of it that the log keeps
USER_AGENT = "Waybill-Webhooks/1"
RESOLVERS = 8  # threads that resolve names


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a request.

    status   of the response; None if there was none
    text     the beginning of the response, or why there was none
    seconds  how long it took
    """

    status: int | None
    text: str
    seconds: float

    @property
    def accepted(self) -> bool:
        """Whether the receiver has taken the event: any 2xx."""
        return self.status is not None and 200 <= self.status < 300


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Connects to addresses that were checked. TLS still verifies the name of the host."""

    def __init__(self, allowed: tuple[Network, ...]) -> None:
        self._allowed = allowed
        self._backend = httpcore.AnyIOBackend()
        # Names that resolve slowly must not hold up what else needs threads, such as signing in.
        self._resolvers = ThreadPoolExecutor(RESOLVERS, thread_name_prefix="webhook-names")

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature of httpcore
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolves the host and connects to the first address that answers.

        Raises `Refused` if any of its addresses isn't allowed: a name that has both kinds is an
        attempt to get around the check.
        """
        found = await asyncio.get_running_loop().run_in_executor(
            self._resolvers, _resolve, host, port
        )
        checked = [check_address(str(to[0]), self._allowed) for *_, to in found]
        failure: Exception = httpcore.ConnectError("the name has no address")
        for address in dict.fromkeys(checked):
            try:
                return await self._backend.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        """No URL leads to one."""
        raise Refused("not an address")

    async def sleep(self, seconds: float) -> None:
        """See `AsyncNetworkBackend`."""
        await asyncio.sleep(seconds)

    def close(self) -> None:
        """Ends the threads once their names are resolved."""
        self._resolvers.shutdown(wait=False, cancel_futures=True)


def _resolve(host: str, port: int) -> Sequence[tuple[Any, ...]]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


class Sender:
    """Sends requests; call `close` at the end.

    seconds  the longest that one may take, from resolving the name to the response
    allowed  networks that may be reached although they aren't public
    tls      how certificates are verified; by the system's authorities unless given
    """

    def __init__(
        self, seconds: float, allowed: tuple[Network, ...] = (), tls: ssl.SSLContext | None = None
    ) -> None:
        self._seconds = seconds
        self._backend = CheckedBackend(allowed)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls or ssl.create_default_context(),
            network_backend=self._backend,
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=15.0,
        )

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Posts `body` to `url`. Redirects are answers like any other, and aren't followed."""
        began = monotonic()
        try:
            async with asyncio.timeout(self._seconds):
                status, text = await self._post(url, headers, body)
        except TimeoutError:
            status, text = None, f"no response within {self._seconds:g} s"
        except Refused as error:
            status, text = None, f"refused: {error}"
        except ssl.SSLError as error:
            status, text = None, f"TLS: {error.reason or error}"
        except (httpcore.NetworkError, httpcore.TimeoutException, OSError) as error:
            status, text = None, _reason(error)
        except UnicodeError:
            status, text = None, "the name of the host can't be resolved"
        except httpcore.ProtocolError as error:
            status, text = None, f"no HTTP response: {error}"
        return Answer(status, text[:SHOWN_ANSWER], monotonic() - began)

    async def close(self) -> None:
        """Closes all connections."""
        await self._pool.aclose()
        self._backend.close()

    async def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        given = [(b"user-agent", USER_AGENT.encode())]
        given += [(name.encode(), value.encode()) for name, value in headers.items()]
        async with self._pool.stream("POST", url, headers=given, content=body) as response:
            read = b""
            async for chunk in response.aiter_stream():
                read += chunk
                if len(read) >= MAX_ANSWER:
                    break
        return response.status, printable(read[:MAX_ANSWER])


def _reason(error: Exception) -> str:
    cause = error.__cause__ or error.__context__ or error
    return str(cause) or str(error) or type(error).__name__


def printable(content: bytes) -> str:
    """Returns the text of a response, without what a page can't show."""
    text = content.decode(errors="replace")
    return "".join(each if each.isprintable() else " " for each in text).strip()
