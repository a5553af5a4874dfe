"""The stand-in for Kafka where there is no Java: `noida-db`, one small program from PyPI.

For evaluation only. It speaks the protocol, but it keeps records in memory and writes them out
later: a `kill -9` loses records that it has acknowledged.
"""

from collections.abc import Sequence
from pathlib import Path

from ops.local.engines.engine import LocalEngine
from ops.local.engines.ports import HOST
from ops.local.engines.probe import kafka_answers
from ops.local.engines.wheel import program

PACKAGE = "noida-db"


def find_embedded() -> Path | None:
    """The program in the installed package, or None."""
    return program(PACKAGE, "noida_db/noida-db")


class EmbeddedKafka(LocalEngine):
    """`home/data` holds what it has written out."""

    kind = "embedded"
    folder = "kafka-embedded"
    wanted = (9092,)

    @property
    def address(self) -> str:
        """The bootstrap server."""
        return f"{HOST}:{self.port}"

    @property
    def about(self) -> str:
        """Says what it is not."""
        return (
            f"the embedded broker {PACKAGE} at {self.address}. For evaluation only: "
            "a kill -9 loses records that it has acknowledged."
        )

    def prepare(self, ports: Sequence[int]) -> list[str]:
        """It makes its own folder."""
        only = ["--only", "kafka", "--kafka-port", str(ports[0]), "--host", HOST]
        return [str(find_embedded()), "start", *only, "--data-dir", str(self.home / "data")]

    def answers(self) -> bool:
        """Whether clients get an answer."""
        return kafka_answers(HOST, self.port)
