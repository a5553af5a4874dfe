"""Faults of what other systems write to topics."""

from __future__ import annotations

from itertools import count

from tests.alerts.background import repeating
from tests.alerts.fault import Fault
from tests.cluster import Sent, command

PARTITIONS = 6


class UnreadableRecord(Fault):
    """A system writes a command that isn't JSON."""

    alerts = ("WaybillDeadLetters",)
    words = "a record that isn't JSON on order.commands; its dead letter dropped"
    lingers = True

    def cause(self) -> None:
        """See `Fault`."""
        good = command("unreadable", "waybill.order.hold.v1", "order.commands", "unreadable", {})
        self.system.publish(Sent(good.topic, good.key, b"{", good.headers))

    def mend(self) -> None:
        """See `Fault`."""
        letters = self._letters()
        assert letters
        body = {"letters": letters, "note": "The drill wrote it"}
        self.system.portal.post("/api/drops", json=body).raise_for_status()

    def _letters(self) -> list[str]:
        found = self.system.portal.get("/api/dead-letters", params={"service": "order"})
        return [letter["id"] for letter in found.json()["letters"]]


class ForeignPartitioner(Fault):
    """A producer spreads one order's commands over partitions that two processes read."""

    alerts = ("WaybillConflicts",)
    words = "commands about one order on partitions of both order processes in turn; stopped"
    PAUSE_SECONDS = 0.2

    def cause(self) -> None:
        """See `Fault`."""
        self.system.place("conflicts")
        numbers = count()

        def note() -> None:
            number = next(numbers)
            data = {"order_id": "conflicts", "text": f"Note {number}"}
            sent = command(
                f"note-{number}", "waybill.order.add-note.v1", "order.commands", "conflicts", data
            )
            # Each process has half of the partitions, in their order.
            self.system.produce([sent], partition=number % 2 * (PARTITIONS - 1))

        self._notes = repeating(note, self.PAUSE_SECONDS)
        self._notes.__enter__()

    def mend(self) -> None:
        """See `Fault`."""
        self._notes.__exit__(None, None, None)
