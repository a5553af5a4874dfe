"""Erases deleted records: only the tombstone and what the guarantees need remain.

Once a stream's tombstone is published, every document up to it keeps only its version, the number
and types of its events, the ids of its messages, and whether they were accepted. So repeats stay
harmless and sequences complete. Texts, personal data and reply topics are erased.
"""

from collections.abc import Sequence

from shared.contracts import Message
from shared.runtime.ports import Document

ERASED = "The record was deleted, and the text of this outcome with it."
_FRAME = ("_id", "stream", "version", "first", "writer", "batch", "at")


def erasure(documents: Sequence[Document], tombstone: type[Message] | None) -> list[Document]:
    """Returns the erased form of a stream's documents, which are given in order.

    Documents that are erased already are left out, so the result is empty for a stream that is
    erased or has no tombstone. Every document up to the tombstone has to be published first.
    """
    if tombstone is None:
        return []
    end = 0
    for position, document in enumerate(documents, 1):
        if any(event["type"] in tombstone.types() for event in document["events"]):
            end = position
    return [
        _erased(document, tombstone) for document in documents[:end] if not document.get("erased")
    ]


def _erased(document: Document, tombstone: type[Message]) -> Document:
    erased = {name: document[name] for name in _FRAME}
    erased["erased"] = True
    erased["causes"] = [_cause(kept) for kept in document["causes"]]
    erased["events"] = [
        kept
        if kept["type"] in tombstone.types()
        else {"type": kept["type"], "cause": kept["cause"]}
        for kept in document["events"]
    ]
    if "settled" in document:
        erased["settled"] = [_cause(kept) for kept in document["settled"]]
    return erased


def _cause(kept: Document) -> Document:
    erased = {name: kept[name] for name in ("key", "id", "type")}
    if "outcome" in kept:
        erased["outcome"] = dict(kept["outcome"])
        if "reason" in kept["outcome"]:
            code = kept["outcome"]["reason"]["code"]
            erased["outcome"]["reason"] = {"code": code, "message": ERASED, "blockers": []}
    return erased
