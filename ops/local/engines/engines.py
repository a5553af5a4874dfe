"""Kafka and MongoDB together: started, found again, stopped."""

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

    As a context manager it stops them at its end, unless another process had started them.
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
        """What was chosen and why: a line of sentences for each engine."""
        named = (("Kafka", self._kafka), ("MongoDB", self._mongo))
        return "\n".join(f"{name}: {e.about} {e.because}".rstrip() for name, e in named)

    @property
    def kafka_pid(self) -> int | None:
        """The broker's process id; None if it was given."""
        return self._kafka.process.pid if self._kafka.process else None

    @property
    def mongo_pid(self) -> int | None:
        """The process id of `mongod`; None if it was given."""
        return self._mongo.process.pid if self._mongo.process else None

    def stop(self) -> None:
        """Ends both cleanly, whoever started them; leaves alone what was given."""
        with locked(_lock(self.data_dir)):
            self._catch_up()
            self._kafka.stop()
            self._mongo.stop()
            record.clear(self.data_dir)

    def kill_kafka(self) -> None:
        """`kill -9` of the broker."""
        self._catch_up()
        self._kafka.kill()

    def kill_mongo(self) -> None:
        """`kill -9` of `mongod`."""
        self._catch_up()
        self._mongo.kill()

    def restart_kafka(self) -> None:
        """Starts the broker on the same data and port, after a clean stop if it still runs."""
        self._restart(self._kafka)

    def restart_mongo(self) -> None:
        """Starts `mongod` on the same data and port, after a clean stop if it still runs."""
        self._restart(self._mongo)

    def _restart(self, engine: Engine) -> None:
        with locked(_lock(self.data_dir)):
            self._catch_up()
            engine.stop()
            engine.start()
            record.write(self.data_dir, self._kafka, self._mongo)

    def _catch_up(self) -> None:
        """Another process may have started an engine again meanwhile: the record knows."""
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
    """Kafka and MongoDB, ready for clients; what runs on this data already is used as it is.

    data_dir  where they keep everything: records, logs, ports, `engines.json`
    kafka     'auto' follows the environment's KAFKA, else takes the real one if it can run here
    say       gets a sentence before anything that takes long
    WAYBILL_KAFKA and WAYBILL_MONGO name clusters to use instead of starting any.
    Raises `EngineError` when an engine is missing or doesn't come up; then nothing new runs.
    """
    wanted = asked_kafka(kafka)
    with locked(_lock(data_dir)):
        broker, database = _survivors(data_dir)
        if broker and wanted not in ("auto", broker.kind):
            raise EngineError(
                f"The {broker.kind} Kafka runs on {data_dir}, and {wanted} was asked for.",
                "Stop it first: waybill down",
            )
        fresh: list[Engine] = []
        if not broker:
            fresh.append(broker := choose_kafka(data_dir, wanted, say or _nobody))
        if not database:
            fresh.append(database := choose_mongo(data_dir))
        _start_all(fresh)
        if broker.process or database.process:
            record.write(data_dir, broker, database)
    return Engines(data_dir, broker, database, attached=not fresh)


def running(data_dir: Path) -> Engines | None:
    """The engines that a process has started on this data; None unless all of them live."""
    written = record.read(data_dir)
    if not written:
        return None
    kafka, mongo = written.kafka.engine(data_dir), written.mongo.engine(data_dir)
    if not all(engine.lives for engine in (kafka, mongo) if engine.process):
        return None
    return Engines(data_dir, kafka, mongo, attached=True)


def stop(data_dir: Path) -> bool:
    """Ends whatever still runs of what was started on this data; whether there was anything."""
    with locked(_lock(data_dir)):
        left = [engine for engine in _survivors(data_dir) if engine]
        for engine in left:
            engine.stop()
        record.clear(data_dir)
    return bool(left)


def _survivors(data_dir: Path) -> tuple[Engine | None, Engine | None]:
    """Kafka and MongoDB, each only if its process lives."""
    written = record.read(data_dir)
    if not written:
        return None, None
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


def _nobody(_: str) -> None:
    """Where words go that nobody asked for."""
