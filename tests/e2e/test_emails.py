"""Customers get each email at most once, also when the service is killed while it sends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from services.notify.mail.mailer import LOST_AFTER
from tests.desk import Desk
from tests.e2e.system import System, shipment
from tests.mail_server import MailServer
from tests.polling import eventually
from tests.processes import ServiceProcess, until_ready

pytestmark = [pytest.mark.engines, pytest.mark.slow]

MERCY = {"name": "Mercy Taylor", "email": "mercy@shop.example"}


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as found:
        yield found


@pytest.fixture(scope="module")
def operator(system: System) -> httpx.Client:
    return Desk(system.cluster).tool("operator")


def start(system: System, server: MailServer) -> ServiceProcess:
    return system.cluster.start(
        "notify",
        WAYBILL_NOTIFY_SMTP_HOST="127.0.0.1",
        WAYBILL_NOTIFY_SMTP_PORT=str(server.port),
        WAYBILL_NOTIFY_SMTP_SECURITY="none",
        WAYBILL_NOTIFY_FROM="Tea Shop <orders@shop.example>",
    )


def subjects(server: MailServer) -> list[str]:
    """What each subject says after the number of its order."""
    return [str(mail.message["Subject"]).partition("PO")[2][7:].strip() for mail in server.taken]


def letters(operator: httpx.Client, order: str) -> list[dict[str, Any]]:
    """The open dead letters of an order, as an operator sees them."""
    found = operator.get("/api/dead-letters", params={"service": "notify", "order": order})
    assert found.is_success, found.text
    return list(found.json()["letters"])


def test_a_refused_email_is_a_dead_letter_that_the_portal_sends_again(
    system: System, operator: httpx.Client, server: MailServer, order: str, sku: str
) -> None:
    server.recipient = lambda _: "550 no such user"
    notify = start(system, server)
    until_ready(notify)
    system.receive(sku, 9)
    system.place(order, shipment(sku, 2), customer=MERCY)
    eventually(lambda: letters(operator, order), within=60)
    (letter,) = letters(operator, order)
    assert letter["reason"] == "The email wasn't sent: 550 no such user"

    server.recipient = lambda _: "250 OK"
    (result,) = operator.post("/api/redrives", json={"letters": [letter["id"]]}).json()
    assert result["outcome"] == "redriven"
    eventually(lambda: server.taken, within=60)
    system.ship(order)
    eventually(lambda: len(server.taken) == 2, within=60)
    assert subjects(server) == ["", "is on its way"]
    assert letters(operator, order) == []
    notify.kill()


def test_an_email_that_is_cut_off_by_a_kill_is_shown_and_not_repeated(
    system: System, operator: httpx.Client, server: MailServer, order: str, sku: str
) -> None:
    notify = start(system, server)
    until_ready(notify)
    system.receive(sku, 9)
    server.slow = 30.0  # the server has the content, and doesn't say so yet
    system.place(order, shipment(sku, 2), customer=MERCY)
    eventually(lambda: server.contents == 1, within=60)
    notify.kill()
    server.slow = 0.0

    again = start(system, server)
    until_ready(again)
    system.ship(order)
    eventually(lambda: "is on its way" in subjects(server), within=60)
    # Instead of waiting until it is certain that nobody still sends it.
    sending, due = {"order": order, "state": "sending"}, datetime.now(UTC) - LOST_AFTER
    system.cluster.change("notify", "mails", sending, {"due": due})
    eventually(lambda: letters(operator, order), within=60)
    (letter,) = letters(operator, order)
    assert letter["reason"].startswith("It is unknown whether the email was sent")
    assert server.contents == 2
    again.kill()
