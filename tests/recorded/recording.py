"""The format of a recording."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

from bson import json_util

from shared.runtime.ports import Document
from tests.fakes import MemoryRecord

HERE = Path(__file__).parent
AWARE = json_util.JSONOptions(tz_aware=True)


@dataclass(frozen=True)
class Message:
    """A record of a topic."""

    kind: ClassVar[str] = "message"
    topic: str
    key: str
    headers: dict[str, str]
    value: str

    @property
    def name(self) -> str:
        """What it is recorded as."""
        return f"{self.topic} {self.headers['ce_type']}"

    @property
    def record(self) -> MemoryRecord:
        """As Kafka delivers it."""
        headers = [(name, value.encode()) for name, value in self.headers.items()]
        return MemoryRecord(self.topic, 0, 0, self.key.encode(), self.value.encode(), headers)

    @classmethod
    def of(cls, record: MemoryRecord) -> Message:
        """The inverse of `record`."""
        headers = {name: value.decode() for name, value in record.headers}
        return cls(record.topic, (record.key or b"").decode(), headers, record.value.decode())  # type: ignore[union-attr]


@dataclass(frozen=True)
class Stream:
    """All documents of a stream, as MongoDB has them, and its snapshot if there is one."""

    kind: ClassVar[str] = "stream"
    service: str
    stream: str
    documents: list[Document]
    snapshot: Document | None = None

    @property
    def name(self) -> str:
        """What it is recorded as."""
        return f"{self.stream}, {len(self.documents)} documents"


@dataclass(frozen=True)
class Kept:
    """An entry of a service's table."""

    kind: ClassVar[str] = "entry"
    service: str
    table: str
    key: str
    data: str

    @property
    def name(self) -> str:
        """What it is recorded as."""
        return f"{self.service}: {self.table}/{self.key}"


Written = Message | Stream | Kept
_KINDS: dict[str, type[Any]] = {kind.kind: kind for kind in (Message, Stream, Kept)}


def folders() -> list[Path]:
    """All recordings, the oldest first."""
    return sorted(folder for folder in HERE.iterdir() if folder.name.isdigit())


def load(folder: Path) -> Iterator[Written]:
    """What was written."""
    with (folder / "written.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            content = json_util.loads(line, json_options=AWARE)
            yield _KINDS[content.pop("kind")](**content)


def everything() -> list[Written]:
    """What was written in all recordings."""
    return [one for folder in folders() for one in load(folder)]


def save(written: Iterable[Written]) -> Path:
    """Writes another recording; returns its folder, which has no meaning yet."""
    folder = HERE / f"{len(folders()) + 1:04d}"
    folder.mkdir()
    with (folder / "written.jsonl").open("w", encoding="utf-8") as lines:
        for one in written:
            content = {"kind": one.kind, **asdict(one)}
            print(json_util.dumps(content, ensure_ascii=False), file=lines)
    return folder
