"""Same id, same content? One answer for messages and for everything that they create.

A known id is no proof that a request was carried out: whoever sends an id again may have changed
the content, or taken somebody else's id by mistake. So the journal keeps a digest of the content
beside each message from outside (`outcomes.Cause`), and with it the name of what the message
created.

What counts is what the message says once it is parsed, upcast and normalized. Fields left at their
defaults don't count, so a class may gain a field with a default and no digest changes. Neither do
the envelope's time and trace, formatting, and fields that nobody knows.
"""

from hashlib import blake2b

import orjson

from shared.contracts import Message
from shared.contracts.commands import INTERNAL
from shared.contracts.error_texts import id_reused
from shared.runtime.decider import Context, refuse
from shared.runtime.envelope import Incoming

FORM = 1  # of the digests; those of another form, or of another version of a type, aren't compared


def is_comparable(incoming: Incoming) -> bool:
    """Whether a message is one of those that outsiders send: only these may not be changed.

    Services publish their own again, after an upgrade too, and may say more then.
    """
    message = incoming.message
    asked = message.topic.from_outside and type(message) not in INTERNAL
    return asked and not incoming.envelope.is_ours


def digest_of(message: Message) -> str:
    """A digest of the content, with the version of the message's type that it holds for."""
    content = orjson.loads(message.model_dump_json(exclude_defaults=True))
    if cleared := sorted(message.cleared):
        content["cleared"] = cleared
    name, _, version = message.type.rpartition(".")
    encoded = orjson.dumps([name, content], option=orjson.OPT_SORT_KEYS)
    return f"{FORM}.{version}:{blake2b(encoded, digest_size=16).hexdigest()}"


def is_same(kept: str, digest: str) -> bool | None:
    """Whether two digests are of the same content; None if they can't be compared."""
    if kept == digest:
        return True
    return None if kept.partition(":")[0] != digest.partition(":")[0] else False


def require_same_content(context: Context, what: str, otherwise: bool) -> None:
    """Refuses to create `what` ("Payment p-1") once more with other content than it has.

    Returns if it has the content that this was created with. Where the journal doesn't know
    that, because an earlier version wrote it or because this came about in another way, `otherwise`
    says whether the message agrees with what is there. Raises `Rejected` if it doesn't.
    """
    if not (otherwise if context.same is None else context.same):
        refuse([id_reused(what)])
