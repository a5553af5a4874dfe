"""Loads together what the messages of one attempt look up."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

import structlog

from shared.contracts import Malformed, Message
from shared.runtime.decider.tables import Table
from shared.runtime.processing.context import ServiceContext
from shared.runtime.processing.stream import Stream

log = structlog.get_logger()

_NOTHING: Mapping[str, Any] = {}
_UNREADABLE = "a looked-up entry can't be read"


class LookUps:
    """Loads what deciders look up: one query for each table, one for all streams."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context
        self._tables = {table.name: table for table in context.service.tables}
        self._owned = {table.owned: table for table in context.service.tables if table.owner}
        self._loaded: set[str] = set()
        self._known: dict[str, Any] = {}
        self._broken: dict[str, Exception] = {}

    @property
    def _kinds(self) -> tuple[Collection[str], ...]:
        return self._tables, self._owned, self._context.service.kinds

    def keys(self, message: Message, state: Any) -> frozenset[str]:
        """The keys that `message` looks up when its stream is in `state`.

        Raises what the rule raises, and `LookupError` for a key that the service doesn't have.
        """
        look_up = self._context.service.looks_up.get(type(message))
        keys: frozenset[str] = frozenset(look_up(message, state)) if look_up else frozenset()
        for key in keys:
            kind = key.partition("/")[0]
            if not any(kind in kinds for kinds in self._kinds):
                raise LookupError(f"{key}: the service keeps no {kind}")
        return keys

    def known(self, message: Message, state: Any) -> Mapping[str, Any] | None:
        """The entries that `message` looks up, by key; None if some of them weren't loaded.

        That happens if an earlier message of the same attempt changed what it looks up. Raises
        what the rule raises, and the error if an entry can't be read.
        """
        keys = self.keys(message, state)
        if not keys:
            return _NOTHING
        if not self._loaded.issuperset(keys):
            return None
        for key in keys:
            if key in self._broken:
                raise self._broken[key]
        return {key: self._known[key] for key in keys if key in self._known}

    async def load(self, keys: Collection[str]) -> None:
        """Loads the entries of all keys. Raises `Unavailable`."""
        wanted: dict[str, list[str]] = defaultdict(list)
        owners: dict[str, list[str]] = defaultdict(list)
        streams: list[str] = []
        for key in keys:
            kind, _, name = key.partition("/")
            if kind in self._tables:
                wanted[kind].append(name)
            elif kind in self._owned:
                owners[kind].append(name)
            else:
                streams.append(key)
        for table, names in wanted.items():
            await self._load_entries(table, names)
        for kind, names in owners.items():
            await self._load_owned(self._owned[kind], names)
        if streams:
            await self._load_states(streams)
        self._loaded.update(keys)

    async def _load_entries(self, table: str, names: Collection[str]) -> None:
        tables = self._context.tables
        if tables is None:
            raise LookupError(f"{table}: this process has no tables")
        for name, data in (await tables.find(table, names)).items():
            key = f"{table}/{name}"
            try:
                self._known[key] = None if data is None else self._tables[table].read(data)
            except (ValueError, Malformed) as error:
                log.exception(_UNREADABLE, key=key)
                self._broken[key] = error

    async def _load_owned(self, table: Table, owners: Collection[str]) -> None:
        tables = self._context.tables
        if tables is None:
            raise LookupError(f"{table.name}: this process has no tables")
        for owner, entries in (await tables.find_owned(table.name, owners)).items():
            key = table.owned_by(owner)
            try:
                self._known[key] = {name: table.read(data) for name, data in entries.items()}
            except (ValueError, Malformed) as error:
                log.exception(_UNREADABLE, key=key)
                self._broken[key] = error

    async def _load_states(self, names: Collection[str]) -> None:
        """Loads states from the journal, not from memory: another process may own these streams."""
        context = self._context
        for name, history in (await context.journal.load(names)).items():
            try:
                stream = Stream.from_history(name, context.service.decider_of(name), history)
            except Exception as error:
                log.exception(_UNREADABLE, key=name)
                self._broken[name] = error
            else:
                if stream.sequence:
                    self._known[name] = stream.state
