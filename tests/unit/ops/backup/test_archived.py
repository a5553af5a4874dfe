"""The stub of an archived stream is in the journal's part, and nothing of it is published again."""

import bson

from ops.backup.creation import _unpublished
from ops.backup.mongo_snapshot import Collection, Marks


def test_stub_has_nothing_to_publish() -> None:
    journal = Collection("order", "journal", 2)
    stub = {"_id": "order/a@0000000001", "archived": True}
    document = {"_id": "order/b@0000000001", "writer": "w", "batch": 1}
    marks = Marks({"order": {}}, {"order": set()})

    found = _unpublished(journal, [bson.encode(stub), bson.encode(document)], marks)

    assert [bson.decode(each)["_id"] for each in found] == ["order/b@0000000001"]
