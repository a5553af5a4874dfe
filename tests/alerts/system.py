"""A Waybill as `waybill up` runs it, for a drill to damage."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import psutil
from confluent_kafka import Producer
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import MongoClient

from ops.local import engines
from ops.local.ending import still_running
from ops.local.home import Home, Instance, State
from services.portal.auth.accounts import Accounts
from tests.alerts.disk import Disk
from tests.cluster import Sent, command
from tests.e2e.system import cart, converted, shipment
from tests.mail_server import MailServer
from tests.polling import eventually
from tests.processes import PROJECT

UP_WITHIN = 900.0
DOWN_WITHIN = 120.0
DELIVERED_WITHIN = 30.0
SKU, GOODS = "TEA-MUG", 1_000_000
ROLES = ("supervisor", "operator", "warehouse")
PASSWORD = "a good long password"
# Seconds that a delivery fails before it is parked, as hours. It is a day unless set.
PARK_HOURS = 2 / 3600


class System:
    """Two order processes, one of each other service, and a MongoDB on a disk of its own.

    disk    the disk with MongoDB's data
    portal  the portal's API, as a supervisor and operator uses it
    mail_server  the server to which it sends emails
    """

    def __init__(self, folder: Path, mail_server: MailServer) -> None:
        self.mail_server = mail_server
        self._home = Home(folder / "home")
        self.disk = Disk(self._home.folder / "mongo")
        self._environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("WAYBILL_")},
            "WAYBILL_HOME": str(self._home.folder),
            "WAYBILL_NOTIFY_SMTP_HOST": "127.0.0.1",
            "WAYBILL_NOTIFY_SMTP_PORT": str(mail_server.port),
            "WAYBILL_NOTIFY_SMTP_SECURITY": "none",
            "WAYBILL_NOTIFY_FROM": "Tea Shop <orders@shop.example>",
            "WAYBILL_PORTAL_WEBHOOK_LOOPBACK": "true",
            "WAYBILL_PORTAL_WEBHOOK_PARK_HOURS": str(PARK_HOURS),
        }
        self._log = folder / "up.log"
        self._up: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            with self._log.open("wb") as log:
                self._up = subprocess.Popen(
                    [sys.executable, "-m", "tests.alerts.up", "up", "--notify", "--scale=order=2"],
                    env=self._environment,
                    cwd=PROJECT,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            eventually(self._is_up, within=UP_WITHIN)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._end()

    # Its parts

    @property
    def instances(self) -> list[Instance]:
        """Its processes of services."""
        return self._state.instances

    def instance(self, name: str) -> Instance:
        """A process of a service by its name, such as `order-2`."""
        return next(each for each in self.instances if each.name == name)

    def send_signal(self, name: str, number: signal.Signals) -> None:
        """Sends a signal to a service's process, or to `kafka` or `mongod`."""
        os.kill(self._pid(name), number)

    @cached_property
    def portal(self) -> httpx.Client:
        """A program with a token, which the first use issues."""
        token = asyncio.run(self._token())
        url, headers = self.instance("portal").url, {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=url, headers=headers, timeout=30)

    def documents(self, service: str, collection: str) -> list[dict[str, Any]]:
        """All documents of a collection of a service's database."""
        with MongoClient[dict[str, Any]](self._state.mongo) as client:
            return list(client[f"waybill_{service}"][collection].find())

    # Messages

    @cached_property
    def _producer(self) -> Producer:
        # Java's partitioner, as everything else of Waybill has; librdkafka's default is another.
        return Producer(
            {
                "bootstrap.servers": self._state.kafka,
                "partitioner": "murmur2_random",
                "linger.ms": 5,
                "log_level": 0,
            }
        )

    def produce(self, records: Iterable[Sent], partition: int | None = None) -> None:
        """Hands records to the producer; Kafka may have them later."""
        for each in records:
            more = {} if partition is None else {"partition": partition}
            headers = list(each.headers)
            self._producer.produce(each.topic, each.value, each.key, headers=headers, **more)
        self._producer.poll(0)

    def publish(self, *records: Sent) -> None:
        """Writes records; returns once Kafka has them."""
        self.produce(records)
        assert self._producer.flush(DELIVERED_WITHIN) == 0

    def post(self, message_id: str, name: str, key: str, data: dict[str, Any]) -> None:
        """Sends a command such as `payment.add`, without waiting for its outcome."""
        topic = f"{name.partition('.')[0]}.commands"
        self.publish(command(message_id, f"waybill.{name}.v1", topic, key, data))

    def place(self, *orders: str, **more: Any) -> None:
        """Converts carts; returns once the portal shows the orders and their payments."""
        self.publish(*(converted(cart(order, shipment(SKU), **more)) for order in orders))
        for order in orders:
            eventually(lambda order=order: self._shows(order))

    def prepare(self) -> None:
        """Receives goods, so that the warehouse has nothing to wait for."""
        goods = {"warehouse": "seattle", "sku": SKU, "quantity": GOODS}
        answer = self.portal.post("/api/commands/stock.receive", json=goods)
        assert answer.json().get("outcome") == "accepted", answer.text

    def until_portal_is_behind(self) -> None:
        """Returns while the portal is at work on a batch."""
        url = self.instance("portal").url
        eventually(lambda: httpx.get(f"{url}/health/ready", timeout=30).json()["lag"])

    def _shows(self, order: str) -> bool:
        found = self.portal.get(f"/api/orders/{order}")
        return found.status_code == 200 and bool(found.json()["versions"].get("payment"))

    # How it runs

    @property
    def _state(self) -> State:
        state = self._home.state()
        assert state is not None, self._log.read_text(errors="replace")
        return state

    async def _token(self) -> str:
        client: AsyncIOMotorClient = AsyncIOMotorClient(self._state.mongo, tz_aware=True)
        try:
            accounts = Accounts(client["waybill_portal"])
            await accounts.add("drill", PASSWORD, ROLES)
            return await accounts.issue_token("drill")
        finally:
            client.close()

    def _is_up(self) -> bool:
        assert self._up is not None
        assert self._up.poll() is None, self._log.read_text(errors="replace")
        state = self._home.state()
        return bool(state and state.ready)

    def _pid(self, name: str) -> int:
        if name in ("kafka", "mongod"):
            found = engines.running(self._home.folder)
            assert found, "an engine is gone"
            pid = found.kafka_pid if name == "kafka" else found.mongo_pid
            assert pid, f"{name} wasn't started by the drill"
            return pid
        process = self.instance(name).process
        assert process, f"{name} isn't running"
        return process.pid

    def _end(self) -> None:
        """Stops everything, also what a fault has frozen."""
        try:
            if self._up is not None and self._up.poll() is None:
                self._stop(psutil.Process(self._up.pid))
        finally:
            self.disk.close()

    def _stop(self, up: psutil.Process) -> None:
        children = up.children(recursive=True)
        for child in children:
            if child.status() == psutil.STATUS_STOPPED:
                child.resume()
        up.terminate()
        for late in still_running([up], DOWN_WITHIN) and still_running([up, *children], 0):
            late.kill()
