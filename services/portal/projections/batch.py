"""Applies one batch of events and table entries to the read models."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import structlog

from services.portal.projections import products, stock, timeline
from services.portal.projections.cache import DocumentCache
from services.portal.projections.facts import Entry, Fact
from services.portal.projections.projection import Document, Projection
from services.portal.projections.store import PROJECTIONS, Store
from shared.contracts import Topic
from shared.contracts.topics import CATALOG_VARIANTS, STOCK_LEVELS

log = structlog.get_logger()

# Called for each event that can't be applied, with the reason.
OnFailure = Callable[[Fact, Exception], None]


class Batch:
    """Events and table entries in the order of their records.

    Every step may be repeated, wholly or in part: documents record which events they have applied,
    and a timeline entry has the same `_id` each time.
    """

    def __init__(
        self,
        store: Store,
        cache: DocumentCache,
        items: Sequence[Fact | Entry],
        on_failure: OnFailure,
    ) -> None:
        self._store = store
        self._cache = cache
        self._on_failure = on_failure
        self._facts = [one for one in items if isinstance(one, Fact)]
        self._entries = [one for one in items if isinstance(one, Entry)]
        self._deleted: set[str] = set()
        self._conflicts: set[str] = set()  # streams whose documents have to be loaded
        self.repeats = 0

    async def write(self) -> None:
        """Writes the batch to the read models. Raises `Unavailable`."""
        # The timeline and the levels first: a document never shows a version whose event they lack.
        await self._store.write_timeline(
            [timeline.entry_of(fact, fact.about) for fact in self._facts if fact.about]
        )
        levels = stock.level_updates(self._facts, self._of(STOCK_LEVELS))
        await self._store.write_latest(stock.COLLECTION, levels)
        for projection in PROJECTIONS:
            facts: dict[str, list[Fact]] = defaultdict(list)
            for fact in self._facts:
                if fact.source in projection.parts:
                    facts[fact.stream].append(fact)
            await self._update(projection, facts)
        # After the documents: whoever writes timeline entries later finds the erasure.
        about = {fact.about for fact in self._facts if fact.about} - self._deleted
        await self._store.erase(self._deleted | await self._store.erased(about))
        variants = [products.product_of(entry) for entry in self._of(CATALOG_VARIANTS)]
        await self._store.write_latest(products.COLLECTION, variants)

    def _of(self, table: Topic) -> list[Entry]:
        return [entry for entry in self._entries if entry.table == table.name]

    async def _update(self, projection: Projection, facts: Mapping[str, list[Fact]]) -> None:
        """Applies and saves; repeats for documents that another process has changed since."""
        while facts:
            changed = []
            for document in await self._load(projection, facts):
                before = dict(document["applied"])
                if self._apply(projection, document, facts[document["_id"]]):
                    changed.append((document, before))
                if "deleted" in document and projection.timed:
                    self._deleted.add(document["_id"])
            conflicts = await self._store.save(projection, changed)
            for stream in conflicts:
                self._cache.drop(projection, stream)
                self._conflicts.add(stream)
            facts = {stream: facts[stream] for stream in conflicts}

    async def _load(
        self, projection: Projection, facts: Mapping[str, Sequence[Fact]]
    ) -> list[Document]:
        """The documents of these streams: cached, new, or else loaded."""
        found: list[Document] = []
        absent: list[str] = []
        for stream, its_facts in facts.items():
            document = self._cache.get(projection, stream)
            if document is None and its_facts[0].sequence == 1 and stream not in self._conflicts:
                # Most likely nothing is stored; otherwise saving it fails, and it is loaded.
                document = projection.new(stream)
            if document is None:
                absent.append(stream)
            else:
                found.append(document)
        stored = await self._store.load(projection, absent)
        found += [stored.get(stream) or projection.new(stream) for stream in absent]
        for document in found:
            self._cache.put(projection, document)
        return found

    def _apply(self, projection: Projection, document: Document, facts: Sequence[Fact]) -> bool:
        changed = False
        for fact in facts:
            try:
                applied = projection.apply(document, fact)
            except Exception as error:
                log.exception("can't apply an event", source=fact.source, type=fact.name)
                projection.note_gap(document, fact.source, fact.sequence, fact.sequence)
                self._on_failure(fact, error)
                applied = True
            changed, self.repeats = changed or applied, self.repeats + (not applied)
        if changed:
            projection.finish(document)
        return changed
