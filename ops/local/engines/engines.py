"""Starts, finds and stops Kafka and MongoDB together."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from ops.local.engines import record
from ops.local.engines.choice import KafkaChoice, Say, asked_kafka, choose_kafka, choose_mongo
from ops.local.engines.engine import Engine
from ops.local.engines.errors import EngineError
from ops.local.engines.lock import locked


class Engines:
    """Both engines of one data folder.

    As a context manager it stops them at the end, unless another process had started them.
    """

    def __init__(self, data_dir: Path, kafka: Engine, mongo: Engine, *, attached: bool) -> None:
        self.data_dir = data_dir
        self.attached = attached
        self._kafka = kafka
        self._mongo = mongo

    @property
    def kafka(self) -> str:
        """Kafka's bootstrap servers."""
        return self._kafka.address

    @property
    def mongo(self) -> str:
        """MongoDB's URI, with replica set and direct connection."""
        return self._mongo.address

    @property
    def kafka_kind(self) -> str:
        """'apache', 'embedded' or 'given'."""
        return self._kafka.kind

    @property
    def mongo_kind(self) -> str:
        """'mongod' or 'given'."""
        return self._mongo.kind

    @property
    def why(self) -> str:
        """What was chosen and why, with a line for each engine."""
        return "\n".join(f"{n}: {e.about} {e.because}".rstrip() for n, e in self._named.items())

    @property
    def kafka_pid(self) -> int | None:
        """The broker's process id; None if it was given."""
        return self._kafka.process.pid if self._kafka.process else None

    @property
    def mongo_pid(self) -> int | None:
        """The process id of `mongod`; None if it was given."""
        return self._mongo.process.pid if self._mongo.process else None

    def stop(self) -> None:
        """Stops both cleanly, whichever process started them; leaves given clusters alone."""
        with locked(_lock(self.data_dir)):
            self._read_record()
            self._kafka.stop()
            self._mongo.stop()
            record.clear(self.data_dir)

    @property
    def local(self) -> list[str]:
        """The names of the engines that run on this machine: Kafka, MongoDB."""
        return [name for name, engine in self._named.items() if engine.process]

    def lives(self, name: str) -> bool:
        """Whether the process of a local engine runs, whoever started it."""
        if self._named[name].lives:
            return True
        self._read_record()
        return self._named[name].lives

    def revive(self, name: str) -> str:
        """Starts a local engine on the same data and port if it is gone; returns its address.

        Raises `EngineError`, and `OSError` if the engine runs, but that can't be recorded.
        """
        with locked(_lock(self.data_dir)):
            if not self._named[name].lives:
                self._read_record()
                self._named[name].revive()
            record.write(self.data_dir, self._kafka, self._mongo)
        return self._named[name].address

    @property
    def _named(self) -> dict[str, Engine]:
        return {"Kafka": self._kafka, "MongoDB": self._mongo}

    def restart_kafka(self) -> None:
        """Restarts the broker on the same data and port; stops it cleanly if it is running."""
        self._restart(self._kafka)

    def restart_mongo(self) -> None:
        """Restarts `mongod` on the same data and port; stops it cleanly if it is running."""
        self._restart(self._mongo)

    def _restart(self, engine: Engine) -> None:
        with locked(_lock(self.data_dir)):
            self._read_record()
            engine.stop()
            engine.start()
            record.write(self.data_dir, self._kafka, self._mongo)

    def _read_record(self) -> None:
        """Takes over the processes that another process may have started since."""
        if written := record.read(self.data_dir):
            self._kafka.process = written.kafka.process
            self._mongo.process = written.mongo.process

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if not self.attached:
            self.stop()


def start(data_dir: Path, *, kafka: KafkaChoice = "auto", say: Say | None = None) -> Engines:
    """Returns Kafka and MongoDB, ready for clients. Engines that run on this data are reused.

    data_dir  the folder for records, logs, ports and `engines.json`
    kafka     'auto' means the environment's KAFKA, or else Apache Kafka if it can run here
    say       called with a sentence before a step that takes long

    WAYBILL_KAFKA and WAYBILL_MONGO name clusters to use instead of starting any. Raises
    `EngineError` if an engine is missing or can't be started; then nothing new is left running.
    """
    wanted = asked_kafka(kafka)
    with locked(_lock(data_dir)):
        broker, database = _survivors(data_dir)
        if broker and wanted not in ("auto", broker.kind):
            raise EngineError(
                f"An {broker.kind} Kafka runs on {data_dir}, but {wanted} was requested.",
                "Stop it first: waybill down",
            )
        fresh: list[Engine] = []
        if not broker:
            fresh.append(broker := choose_kafka(data_dir, wanted, say or _ignore))
        if not database:
            fresh.append(database := choose_mongo(data_dir))
        _start_all(fresh)
        if broker.process or database.process:
            record.write(data_dir, broker, database)
    return Engines(data_dir, broker, database, attached=not fresh)


def running(data_dir: Path) -> Engines | None:
    """Returns the engines that run on this data; None unless all of them run."""
    written = record.read(data_dir)
    if not written:
        return None
    kafka, mongo = written.kafka.engine(data_dir), written.mongo.engine(data_dir)
    if not all(engine.lives for engine in (kafka, mongo) if engine.process):
        return None
    return Engines(data_dir, kafka, mongo, attached=True)


def stop(data_dir: Path) -> bool:
    """Stops the engines that run on this data; returns whether there were any."""
    with locked(_lock(data_dir)):
        left = [engine for engine in _survivors(data_dir) if engine]
        for engine in left:
            engine.stop()
        record.clear(data_dir)
    return bool(left)


def _survivors(data_dir: Path) -> tuple[Engine | None, Engine | None]:
    """Returns Kafka and MongoDB, each only if its process runs, recorded or not."""
    written = record.read(data_dir)
    if not written:
        return record.find_kafka(data_dir), record.find_mongo(data_dir)
    kafka, mongo = written.kafka.engine(data_dir), written.mongo.engine(data_dir)
    return kafka if kafka.lives else None, mongo if mongo.lives else None


def _start_all(engines: list[Engine]) -> None:
    try:
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda engine: engine.start(), engines))
    except BaseException:
        for engine in engines:
            engine.stop()
        raise


def _lock(data_dir: Path) -> Path:
    return data_dir / "engines.lock"


def _ignore(_: str) -> None:
    """Does nothing."""
