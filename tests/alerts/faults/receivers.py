"""Faults of other companies' servers to which Waybill sends something."""

from __future__ import annotations

from tests.alerts.fault import Fault
from tests.alerts.prometheus import Prometheus
from tests.alerts.system import System
from tests.polling import eventually
from tests.receiver import Answer, Receiver


class RefusingMailServer(Fault):
    """The mail server refuses one email. Later it takes it, once it is sent again."""

    alerts = ("WaybillEmailsUnsent",)
    words = "a mail server that refuses one email; it takes it again, redriven"
    lingers = True

    def cause(self) -> None:
        """See `Fault`."""
        self.system.mail_server.recipient = lambda _: "550 no such user"
        customer = {"name": "Mercy Taylor", "email": "mercy@shop.example"}
        self.system.place("email", customer=customer)

    def mend(self) -> None:
        """See `Fault`."""
        server, taken = self.system.mail_server, len(self.system.mail_server.taken)
        server.recipient = lambda _: "250 OK"
        eventually(self._letters)
        answer = self.system.portal.post("/api/redrives", json={"letters": self._letters()})
        answer.raise_for_status()
        eventually(lambda: len(server.taken) > taken)

    def _letters(self) -> list[str]:
        found = self.system.portal.get("/api/dead-letters", params={"service": "notify"})
        return [letter["id"] for letter in found.json()["letters"]]


class RefusingReceiver(Fault):
    """A webhook's receiver answers with errors until its deliveries are parked."""

    alerts = ("WaybillWebhooksParked",)
    words = "a webhook whose receiver answers 500; it answers 204, *Try all again now*"

    def __init__(self, system: System, prometheus: Prometheus) -> None:
        super().__init__(system, prometheus)
        self._receiver = Receiver(lambda _: Answer(500))
        self._address = ""

    def cause(self) -> None:
        """See `Fault`."""
        self._receiver.come_back()
        wanted = {"name": "Drill", "url": self._receiver.url, "types": ["waybill.order.*"]}
        made = self.system.portal.post("/api/webhooks", json=wanted)
        made.raise_for_status()
        self._address = f"/api/webhooks/{made.json()['subscription']['subscription_id']}"
        self.system.portal.post(f"{self._address}/test").raise_for_status()

    def mend(self) -> None:
        """See `Fault`."""
        self._receiver.answer = lambda _: Answer()
        self.system.portal.post(f"{self._address}/resume").raise_for_status()
        eventually(self._receiver.accepted)
        self.system.portal.post(f"{self._address}/delete").raise_for_status()
        self._receiver.go_away()
