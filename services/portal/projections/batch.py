"""What one batch of facts does to the read models."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import structlog

from services.portal.projections import products, stock, timeline
from services.portal.projections.carts import CARTS
from services.portal.projections.facts import Entry, Fact
from services.portal.projections.orders import ORDERS
from services.portal.projections.projection import Document, Projection
from services.portal.projections.store import VIEWS, Store
from shared.contracts import Topic
from shared.contracts.topics import CATALOG_VARIANTS, STOCK_LEVELS

log = structlog.get_logger()

# Is told of a fact that no document can be made of, and why.
Bury = Callable[[Fact, Exception], None]


class Batch:
    """Facts and entries in the order of their records.

    Everything here may be done again, whole or in part: documents know what they have applied,
    and entries of the timeline have the same `_id` each time.
    """

    def __init__(self, store: Store, told: Sequence[Fact | Entry], bury: Bury) -> None:
        self._store = store
        self._bury = bury
        self._facts = [one for one in told if isinstance(one, Fact)]
        self._entries = [one for one in told if isinstance(one, Entry)]
        self.repeats = 0

    async def write(self) -> None:
        """Brings the read models up to these facts. Raises `Unavailable`."""
        # The timeline goes first: whoever has been told of a version finds its fact there.
        await self._store.write_timeline(
            [timeline.entry_of(fact, fact.about) for fact in self._facts if fact.about]
        )
        for view in VIEWS:
            facts: dict[str, list[Fact]] = defaultdict(list)
            for fact in self._facts:
                if fact.source in view.folds:
                    facts[fact.stream].append(fact)
            await self._bring_up(view, facts)
        # What was written beside a deletion by another process goes now: it is there for certain.
        for view in (ORDERS, CARTS):
            about = {fact.about for fact in self._facts if fact.about}
            await self._store.erase_deleted(view, about)
        levels = stock.levels(self._facts, self._of(STOCK_LEVELS))
        await self._store.write_latest(stock.COLLECTION, levels)
        variants = [products.product_of(entry) for entry in self._of(CATALOG_VARIANTS)]
        await self._store.write_latest(products.COLLECTION, variants)

    def _of(self, table: Topic) -> list[Entry]:
        return [entry for entry in self._entries if entry.table == table.name]

    async def _bring_up(self, view: Projection, facts: Mapping[str, list[Fact]]) -> None:
        """Folds and writes until nobody was faster: a document that moved on is loaded anew."""
        while facts:
            there = await self._store.load(view, facts)
            changed = []
            for stream, theirs in facts.items():
                document = there.get(stream) or view.new(stream)
                before = dict(document["applied"])
                if self._fold(view, document, theirs):
                    changed.append((document, before))
            taken = await self._store.save(view, changed)
            facts = {stream: facts[stream] for stream in taken}

    def _fold(self, view: Projection, document: Document, facts: Sequence[Fact]) -> bool:
        news = False
        for fact in facts:
            try:
                fresh = view.apply(document, fact)
            except Exception as error:
                log.exception("a fact can't be shown", source=fact.source, type=fact.name)
                view.miss(document, fact.source, fact.sequence, fact.sequence)
                self._bury(fact, error)
                fresh = True
            news, self.repeats = news or fresh, self.repeats + (not fresh)
        if news:
            view.finish(document)
        return news
