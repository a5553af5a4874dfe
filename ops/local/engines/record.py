"""Records the running engines in `engines.json`, so that other processes find them."""

from pathlib import Path

from pydantic import BaseModel, ValidationError

from ops.local.engines.embedded import EmbeddedKafka
from ops.local.engines.engine import Engine, GivenEngine
from ops.local.engines.kafka import ApacheKafka
from ops.local.engines.mongo import Mongod
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


def read(data_dir: Path) -> Record | None:
    """Returns the record; None if there is none, or it can't be parsed."""
    try:
        return Record.model_validate_json(_file(data_dir).read_bytes())
    except (FileNotFoundError, ValidationError):
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
