"""What becomes of a mail, with a real mail server on this machine."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.security.certificates import Authority, write
from services.notify.mail import smtp
from services.notify.mail.composing import Composer
from services.notify.mail.smtp import Mail, Result, Server
from tests.mail_server import MailServer
from tests.unit.given import NOW
from tests.unit.notify.mail.builders import notification, settings


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as found:
        yield found


def mail() -> Mail:
    return Composer(settings()).compose(notification(), "m-1", NOW)


async def send(server: MailServer, **more: object) -> Result:
    chosen = {"notify_smtp_port": server.port, "notify_smtp_security": "none", **more}
    return await Server(settings(**chosen)).send(mail())


async def test_a_mail_arrives_as_it_was_composed(server: MailServer) -> None:
    assert await send(server) == Result("sent")
    (taken,) = server.taken
    assert (taken.sender, taken.recipients) == ("orders@shop.example", ["mercy@shop.example"])
    assert "PO1000001" in taken.message["Subject"]
    assert "2 × Tea mug: $20.71" in taken.text()


async def test_a_server_that_is_away_has_taken_nothing(server: MailServer) -> None:
    server.go_away()
    assert (await send(server)).outcome == "unreachable"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [("550 no such user", "failed"), ("450 busy", "later"), ("421 bye", "unreachable")],
)
async def test_a_refused_recipient(server: MailServer, answer: str, outcome: str) -> None:
    server.recipient = lambda _: answer
    result = await send(server)
    assert result == Result(outcome, answer)  # type: ignore[arg-type]
    assert server.contents == 0


@pytest.mark.parametrize(
    ("answer", "outcome"), [("554 spam", "failed"), ("451 disk is full", "later")]
)
async def test_a_refused_content(server: MailServer, answer: str, outcome: str) -> None:
    server.content = lambda _: answer
    assert await send(server) == Result(outcome, answer)  # type: ignore[arg-type]


async def test_a_connection_lost_before_the_content_can_be_tried_again(server: MailServer) -> None:
    server.recipient = lambda _: None
    assert (await send(server)).outcome == "unreachable"


async def test_a_connection_lost_after_the_content_leaves_it_unknown(server: MailServer) -> None:
    server.content = lambda _: None
    assert (await send(server)).outcome == "unknown"
    assert len(server.taken) == 1, "it was taken, and nobody heard"


async def test_a_server_that_is_silent_is_given_up(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "STEP_SECONDS", 0.2)
    monkeypatch.setattr(smtp, "MOST_SECONDS", 0.3)
    server.slow = 2.0
    assert (await send(server)).outcome == "unknown"


async def test_signing_in_needs_encryption_and_a_certificate_that_is_trusted(
    tmp_path: Path,
) -> None:
    authority = Authority()
    ca = write(tmp_path / "ca.pem", authority.pem)
    pair = write(tmp_path / "server.pem", authority.issue("mail", ["127.0.0.1"]))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pair)
    account = {"notify_smtp_security": "starttls", "notify_smtp_username": "waybill"}
    with MailServer(tls, password="right") as server:
        right = {**account, "notify_smtp_password": "right"}
        wrong = {**account, "notify_smtp_password": "wrong"}
        assert (await send(server, **right, notify_smtp_cafile=ca)) == Result("sent")
        assert (await send(server, **wrong, notify_smtp_cafile=ca)).outcome == "unreachable"
        assert (await send(server, **right)).outcome == "unreachable", "nobody vouches for it"
        assert (await send(server)).outcome == "unreachable", "it wants encryption"
        assert len(server.taken) == 1


async def test_a_server_without_encryption_gets_no_mail_that_needs_it(server: MailServer) -> None:
    assert (await send(server, notify_smtp_security="starttls")).outcome == "unreachable"
    assert server.taken == []
