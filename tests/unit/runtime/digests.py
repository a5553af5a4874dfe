"""Helpers for tests of reused ids: replies in short, and journals without digests."""

from __future__ import annotations

import bson

from tests.unit.runtime.world import World


def verdicts(world: World) -> list[tuple[str, str, str | None]]:
    """Id, outcome and reason code of every reply."""
    replies = world.replies()
    return [
        (reply["command_id"], reply["outcome"], reply.get("reason", {}).get("code"))
        for reply in replies
    ]


def forget_digests(world: World, instead: str | None = None) -> None:
    """Removes the digests of a journal, as in version 0.1, or replaces them by `instead`."""
    for name, kept in world.journal._documents.items():
        document = bson.decode(kept)
        for cause in document["causes"]:
            cause.pop("created", None)
            if cause.pop("digest", None) and instead:
                cause["digest"] = instead
        world.journal._documents[name] = bson.encode(document)
