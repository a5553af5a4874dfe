"""What stays of a record that was deleted: its tombstone, and what the guarantees need.

A stream whose tombstone is published keeps, of every document up to it, the version, the count of
events and their types, the ids of the messages that were taken in, and whether they were accepted.
So repeats stay harmless and sequences whole. What people wrote, who they are and where replies went
is gone.
"""

from collections.abc import Sequence

from shared.contracts import Message
from shared.runtime.ports import Document

ERASED = "The record was deleted, and the words of this outcome with it."
_FRAME = ("_id", "stream", "version", "first", "writer", "batch", "at")


def erasure(documents: Sequence[Document], tombstone: type[Message] | None) -> list[Document]:
    """What a stream's documents, given in their order, have to become because of its tombstone.

    Those that are as they should be are left out, so it is empty once it is done, and for a stream
    without a tombstone. Every document up to the tombstone has to be published.
    """
    if tombstone is None:
        return []
    end = 0
    for position, document in enumerate(documents, 1):
        if any(event["type"] in tombstone.types() for event in document["events"]):
            end = position
    return [
        _rest(document, tombstone) for document in documents[:end] if not document.get("erased")
    ]


def _rest(document: Document, tombstone: type[Message]) -> Document:
    rest = {name: document[name] for name in _FRAME}
    rest["erased"] = True
    rest["causes"] = [_cause(kept) for kept in document["causes"]]
    rest["events"] = [
        kept
        if kept["type"] in tombstone.types()
        else {"type": kept["type"], "cause": kept["cause"]}
        for kept in document["events"]
    ]
    if "settled" in document:
        rest["settled"] = [_cause(kept) for kept in document["settled"]]
    return rest


def _cause(kept: Document) -> Document:
    rest = {name: kept[name] for name in ("key", "id", "type")}
    if "outcome" in kept:
        rest["outcome"] = dict(kept["outcome"])
        if "reason" in kept["outcome"]:
            code = kept["outcome"]["reason"]["code"]
            rest["outcome"]["reason"] = {"code": code, "message": ERASED, "blockers": []}
    return rest
