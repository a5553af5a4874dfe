"""A fake journal that is fast enough for 100,000 histories and reports its documents."""

from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence

from shared.runtime.ports import Document, Recorded
from tests.fakes import MemoryJournal


class Journal(MemoryJournal):
    """`on_document` is called with every document when it is written."""

    def __init__(
        self, long_lived: Collection[str], on_document: Callable[[Document], None]
    ) -> None:
        super().__init__(long_lived)
        self._on_document = on_document
        self._streams: dict[str, list[str]] = defaultdict(list)

    @property
    def streams(self) -> list[str]:
        """The names of all streams."""
        return sorted(self._streams)

    def of(self, stream: str) -> list[Document]:
        """Returns a stream's documents."""
        return [self.document(name) for name in self._streams[stream]]

    async def append(self, documents: Sequence[Document]) -> Mapping[str, Exception | None]:
        """See `ports.Journal`."""
        refused = await super().append(documents)
        for document in documents:
            if document["_id"] not in refused:
                insort(self._streams[document["stream"]], document["_id"])
                self._on_document(document)
        return refused

    async def outcomes(self, causes: Mapping[str, str]) -> Mapping[str, Recorded]:
        """See `ports.Journal`."""
        return {
            kept["key"]: Recorded(document["version"], kept["outcome"], kept.get("digest"))
            for stream in set(causes.values())
            for document in self.of(stream)
            if document.get("long_lived")
            for kept in document["causes"]
            if causes.get(kept["key"]) == stream
        }
