"""A mail server on this machine, which answers as a test wants and remembers what it took."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from types import TracebackType
from typing import Any, Self, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


@dataclass(frozen=True)
class Taken:
    """A mail that the server has taken."""

    sender: str
    recipients: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return cast("EmailMessage", message_from_bytes(self.content, policy=default))

    def text(self, kind: str = "plain") -> str:
        part = self.message.get_body((kind,))
        assert part is not None
        return str(part.get_content())


def _yes(_: str) -> str:
    return "250 OK"


class MailServer:
    """Listens on a port. What it answers to each step may be replaced at any time.

    recipient, content  given the recipient, return the server's answer; None hangs up
    slow                seconds before it answers to the content
    taken               the mails for which `content` answered 250, also if the answer was lost
    password            whoever signs in needs it
    """

    def __init__(self, tls: ssl.SSLContext | None = None, password: str | None = None) -> None:
        self.recipient: Callable[[str], str | None] = _yes
        self.content: Callable[[str], str | None] = _yes
        self.taken: list[Taken] = []
        self.contents = 0
        self.slow = 0.0
        self._tls = tls
        self._password = password
        self._port = 0
        self._controller: Controller | None = None

    @property
    def port(self) -> int:
        return self._port

    def __enter__(self) -> Self:
        self.come_back()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.go_away()

    def come_back(self) -> None:
        """Listens, on the port that it had before if it had one."""
        options: dict[str, Any] = {}
        if self._tls:
            options |= {"tls_context": self._tls, "require_starttls": True}
        if self._password:
            options |= {"authenticator": self._sign_in, "auth_required": True}
        controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self._port or _free_port(),
            **(options if self._tls else {}),
        )
        controller.start()
        self._controller, self._port = controller, controller.port

    def go_away(self) -> None:
        """Stops listening."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    # What aiosmtpd calls

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        answer = self.recipient(address)
        if answer is None:
            server.transport.abort()
            return "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: Any, _session: Any, envelope: Any
    ) -> str:
        self.contents += 1
        await asyncio.sleep(self.slow)
        answer = self.content(envelope.rcpt_tos[0])
        if answer is None or answer.startswith("250"):
            mail = Taken(envelope.mail_from, list(envelope.rcpt_tos), bytes(envelope.content))
            self.taken.append(mail)
        if answer is None:
            server.transport.abort()
            return "250 OK"
        return answer

    def _sign_in(self, _server: Any, _session: Any, _envelope: Any, _how: str, data: Any) -> Any:
        good = data.password.decode() == self._password
        return AuthResult(success=good)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
