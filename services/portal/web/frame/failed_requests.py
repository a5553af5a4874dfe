"""Answers requests that failed with an unexpected error, without closing the connection.

Starlette answers them as well, but raises the error again for the server, which then closes the
connection: the next request on it would be reset.
"""

from collections.abc import Awaitable, Callable

from fastapi import Request
from fastapi.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Answer = Callable[[Request, Exception], Awaitable[Response]]


class AnswerFailures:
    """ASGI middleware that calls `answer` for errors raised before the response has started."""

    def __init__(self, app: ASGIApp, answer: Answer) -> None:
        self._app = app
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI. An error after the response has started is raised: it is too late to answer."""
        started = False

        async def tracked_send(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, tracked_send)
        except Exception as error:  # any error needs an answer
            if started or scope["type"] != "http":
                raise
            response = await self._answer(Request(scope, receive), error)
            await response(scope, receive, send)
