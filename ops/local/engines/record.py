"""Records the running engines in `engines.json`, so that other processes find them."""

from contextlib import suppress
from pathlib import Path

import psutil
from pydantic import BaseModel, ValidationError

from ops.local.engines.embedded import EmbeddedKafka
from ops.local.engines.engine import Engine, GivenEngine, LocalEngine
from ops.local.engines.kafka import ApacheKafka
from ops.local.engines.mongo import Mongod
from ops.local.engines.process import listens
from ops.local.home import Process

_LOCAL = {engine.kind: engine for engine in (ApacheKafka, EmbeddedKafka, Mongod)}


class Entry(BaseModel):
    """One engine; a given cluster has no process."""

    kind: str
    address: str
    because: str = ""
    process: Process | None = None

    @classmethod
    def of(cls, engine: Engine) -> "Entry":
        """Returns the entry of an engine that was started."""
        return cls(
            kind=engine.kind,
            address=engine.address,
            because=engine.because,
            process=engine.process,
        )

    def engine(self, data_dir: Path) -> Engine:
        """Returns the engine, which may no longer run."""
        engine: Engine
        if local := _LOCAL.get(self.kind):
            engine = local(data_dir, self.process)
        else:
            engine = GivenEngine(self.address, "the environment")
        engine.because = self.because
        return engine


class Record(BaseModel):
    """The two engines of one data folder."""

    kafka: Entry
    mongo: Entry

    def named(self, name: str) -> Entry:
        """Returns the engine called Kafka or MongoDB."""
        return self.kafka if name == "Kafka" else self.mongo


def read(data_dir: Path) -> Record | None:
    """Returns the record; None if there is none, or it can't be parsed."""
    try:
        return Record.model_validate_json(_file(data_dir).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def find_kafka(data_dir: Path) -> Engine | None:
    """Returns the local broker that runs on this data, without a record; None if there is none."""
    return _find(ApacheKafka(data_dir)) or _find(EmbeddedKafka(data_dir))


def find_mongo(data_dir: Path) -> Engine | None:
    """Returns the `mongod` that runs on this data, without a record; None if there is none."""
    return _find(Mongod(data_dir))


def _find(engine: LocalEngine) -> Engine | None:
    """Returns `engine` with its process, if one was started on its folder and has its port."""
    for found in psutil.process_iter():
        with suppress(psutil.Error, FileNotFoundError, ValueError):
            named = any(str(engine.home) in argument for argument in found.cmdline())
            process = Process.of(found.pid) if named else None
            if process and listens(process, engine.port):
                engine.process = process
                return engine
    return None


def write(data_dir: Path, kafka: Engine, mongo: Engine) -> None:
    """Writes both atomically, readable only by this user: an address may contain a password."""
    draft = _file(data_dir).with_suffix(".new")
    draft.touch(mode=0o600)
    record = Record(kafka=Entry.of(kafka), mongo=Entry.of(mongo))
    draft.write_text(record.model_dump_json(indent=2), encoding="utf-8")
    draft.replace(_file(data_dir))


def clear(data_dir: Path) -> None:
    """Deletes the record."""
    _file(data_dir).unlink(missing_ok=True)


def _file(data_dir: Path) -> Path:
    return data_dir / "engines.json"
