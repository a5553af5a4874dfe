"""The embedded broker, for machines without Java: `noida-db`, a small program from PyPI.

For evaluation only. It speaks Kafka's protocol, but writes records to disk late: a `kill -9` loses
records that it has acknowledged.
"""

from collections.abc import Sequence
from pathlib import Path

from ops.local.engines.engine import LocalEngine
from ops.local.engines.ports import HOST
from ops.local.engines.probe import kafka_answers
from ops.local.engines.wheel import program

PACKAGE = "noida-db"


def find_embedded() -> Path | None:
    """Returns the program in the installed package, or None."""
    return program(PACKAGE, "noida_db/noida-db")


class EmbeddedKafka(LocalEngine):
    """The embedded broker, with its data in `home/data`."""

    kind = "embedded"
    folder = "kafka-embedded"
    wanted = (9092,)

    @property
    def about(self) -> str:
        """What it is, where, and its limits."""
        return (
            f"the embedded broker {PACKAGE} at {self.address}. For evaluation only: "
            "a kill -9 loses records that it has acknowledged."
        )

    def prepare(self, ports: Sequence[int]) -> list[str]:
        """Returns the command; the program creates its folder itself."""
        only = ["--only", "kafka", "--kafka-port", str(ports[0]), "--host", HOST]
        return [str(find_embedded()), "start", *only, "--data-dir", str(self.home / "data")]

    def answers(self) -> bool:
        """Whether the broker answers clients."""
        return kafka_answers(HOST, self.port)
