"""Entries that records of compacted topics add to a service's tables, or remove."""

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
    """The entries that a record without a value removes; empty for any other record.

    Such a record needs no headers: it is how a compacted topic removes a key. Raises `Undecodable`
    if the key doesn't have the form of the topic's keys.
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
        wrong = Malformed("key", f"a record that removes a key has {'/'.join(fields)} as key")
        raise Undecodable(record, wrong, {})
    return [_entry(table, key, None, record) for table in ours]


def entries_of(incoming: Incoming, tables: Sequence[Table]) -> list[Entry]:
    """The entries that a message adds to the tables."""
    message = incoming.message
    return [
        _entry(
            table,
            message.key,
            table.written(message),
            incoming.record,
            owner=table.owner(message) if table.owner else None,
        )
        for table in tables
        if table.model is type(message)
    ]


def _entry(
    table: Table, key: str, data: str | None, record: Record, owner: str | None = None
) -> Entry:
    return Entry(table.name, key, data, record.partition, record.offset, owner)
