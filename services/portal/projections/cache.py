"""The documents of the read models that a process wrote last."""

from collections import OrderedDict

from services.portal.projections.projection import Document, Projection


class DocumentCache:
    """Documents by projection and stream, as they are stored. The least recently used are evicted.

    Another process may have changed a document since. Saving it fails then, because its versions
    aren't those that it was based on.
    """

    def __init__(self, limit: int = 2000) -> None:
        self._limit = limit
        self._documents: OrderedDict[tuple[str, str], Document] = OrderedDict()

    def get(self, projection: Projection, stream: str) -> Document | None:
        """The cached document of a stream, if there is one."""
        key = (projection.collection, stream)
        if (found := self._documents.get(key)) is not None:
            self._documents.move_to_end(key)
        return found

    def put(self, projection: Projection, document: Document) -> None:
        """Adds a document."""
        self._documents[projection.collection, document["_id"]] = document

    def drop(self, projection: Projection, stream: str) -> None:
        """Removes the document of a stream, if it is cached."""
        self._documents.pop((projection.collection, stream), None)

    def trim(self) -> None:
        """Evicts the least recently used documents. Call it between batches only."""
        while len(self._documents) > self._limit:
            self._documents.popitem(last=False)

    def clear(self) -> None:
        """Removes all documents."""
        self._documents.clear()
