"""Sends one mail to the mail server, and says whether the server has taken it.

The steps before the content can be repeated safely. Once the content is on its way, only an answer
of the server tells what became of it.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from services.notify.mail.settings import NotifySettings

STEP_SECONDS = 15.0
MOST_SECONDS = 60.0
REASON = 500  # characters

# sent         the server has taken it
# later        the server refuses it for now
# failed       the server refuses it, or it can't be sent at all
# unreachable  the server can't be used; nothing is wrong with the mail
# unknown      the connection was lost while the content was sent
Outcome = Literal["sent", "later", "failed", "unreachable", "unknown"]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a mail; `reason` says why it wasn't sent."""

    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that is ready to send; `content` is the whole message with its headers."""

    sender: str
    recipient: str
    content: bytes


Send = Callable[[Mail], Awaitable[Result]]


class Server:
    """The mail server of the settings. A connection for each mail: the server may be restarted."""

    def __init__(self, settings: NotifySettings) -> None:
        self._settings = settings
        file = settings.notify_smtp_cafile
        self._tls = ssl.create_default_context(cafile=str(file) if file else None)

    async def send(self, mail: Mail) -> Result:
        """Sends a mail. Never raises because of the server, whatever it does."""
        progress = _Progress()
        try:
            async with asyncio.timeout(MOST_SECONDS):
                return await self._send(mail, progress)
        except TimeoutError:
            return progress.failed(f"no answer within {MOST_SECONDS:g} s")
        except (SMTPException, OSError, ValueError) as error:
            return progress.failed(_text(error))

    async def _send(self, mail: Mail, progress: "_Progress") -> Result:
        client = self._client()
        try:
            await client.connect()
            progress.step = "sender"
            await client.mail(mail.sender)
            progress.step = "recipient"
            await client.rcpt(mail.recipient)
            progress.step = "content"
            await client.data(mail.content)
        except SMTPResponseException as error:
            return progress.refused(error)
        finally:
            with suppress(SMTPException, OSError, TimeoutError):
                await client.quit(timeout=1)
            client.close()
        return Result("sent")

    def _client(self) -> SMTP:
        settings = self._settings
        password = settings.notify_smtp_password
        return SMTP(
            hostname=settings.notify_smtp_host,
            port=settings.notify_smtp_port,
            use_tls=settings.notify_smtp_security == "tls",
            start_tls=settings.notify_smtp_security == "starttls",
            username=settings.notify_smtp_username,
            password=password.get_secret_value() if password else None,
            tls_context=self._tls if settings.notify_smtp_security != "none" else None,
            timeout=STEP_SECONDS,
        )


@dataclass(slots=True)
class _Progress:
    """How far a mail has come: what an error means depends on it."""

    step: Literal["connection", "sender", "recipient", "content"] = "connection"

    def failed(self, reason: str) -> Result:
        """The result if there was no answer."""
        return Result("unknown" if self.step == "content" else "unreachable", reason[:REASON])

    def refused(self, error: SMTPResponseException) -> Result:
        """The result of an answer that isn't a yes."""
        reason = f"{error.code} {_text(error)}"[:REASON]
        if self.step in ("connection", "sender") or error.code == 421:
            # Signing in and the sender are the same for every mail: the settings are wrong.
            return Result("unreachable", reason)
        if error.code >= 500:
            return Result("failed", reason)
        # Anything else that isn't a refusal, after the content, leaves open whether it was taken.
        temporary = 400 <= error.code < 500
        return Result("later" if temporary or self.step != "content" else "unknown", reason)


def _text(error: BaseException) -> str:
    text = getattr(error, "message", None) or str(error) or type(error).__name__
    return " ".join(str(text).split())
