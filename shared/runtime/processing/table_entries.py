"""What records of compacted topics put into a service's tables, or take out."""

import re
from collections.abc import Sequence

from shared.contracts import Malformed
from shared.contracts.base import ID_PATTERN
from shared.runtime.decider.tables import Table
from shared.runtime.envelope import Incoming
from shared.runtime.ports import Entry, Record
from shared.runtime.processing.decoding import Undecodable

_ID = re.compile(ID_PATTERN)


def removals(record: Record, prefix: str, tables: Sequence[Table]) -> list[Entry]:
    """What a record without a value removes; nothing if that isn't what it does.

    It needs no headers: a compacted topic's own way to say that a key is gone. Raises `Undecodable`
    if the key can't be one of the topic's.
    """
    if not tables or record.value is not None:
        return []
    name = record.topic.removeprefix(prefix)
    ours = [table for table in tables if table.removable and table.model.topic.name == name]
    if not ours:
        return []
    key = (record.key or b"").decode(errors="replace")
    parts, fields = key.split("/"), ours[0].model.topic.key
    if len(parts) != len(fields) or not all(map(_ID.fullmatch, parts)):
        wrong = Malformed("key", f"a record that removes something has {'/'.join(fields)} as key")
        raise Undecodable(record, wrong, {})
    return [_entry(table, key, None, record) for table in ours]


def entries_of(incoming: Incoming, tables: Sequence[Table]) -> list[Entry]:
    """What a message puts into the tables."""
    message = incoming.message
    return [
        _entry(table, message.key, table.written(message), incoming.record)
        for table in tables
        if table.model is type(message)
    ]


def _entry(table: Table, key: str, data: str | None, record: Record) -> Entry:
    return Entry(table.name, key, data, record.partition, record.offset)
