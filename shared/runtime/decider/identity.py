"""Detects reused ids: whether a message, or what it creates, has the content of an earlier one.

A known id doesn't prove that a request was carried out: a sender may repeat an id with changed
content, or use a foreign id by mistake. So the journal stores a digest of the content of each
message from outside (`outcomes.Cause`), and the name of what the message created.

The digest covers the parsed, upcast and normalized message. Fields with default values aren't
included, so a class may gain a field with a default without changing any digest. Neither are the
envelope's time and trace, formatting, and unknown fields.
"""

from hashlib import blake2b

import orjson

from shared.contracts import Message
from shared.contracts.commands import INTERNAL
from shared.contracts.error_texts import id_reused
from shared.runtime.decider import Context, refuse
from shared.runtime.envelope import Incoming

FORM = 1  # of digests; digests of different forms or versions of a type aren't compared


def is_comparable(incoming: Incoming) -> bool:
    """Whether a message comes from outside: only these are compared.

    Services republish their own messages, and after an upgrade these may have more content.
    """
    message = incoming.message
    from_outside = message.topic.from_outside and type(message) not in INTERNAL
    return from_outside and not incoming.envelope.is_ours


def digest_of(message: Message) -> str:
    """Returns a digest of the content, with its form and the version of the message's type."""
    content = orjson.loads(message.model_dump_json(exclude_defaults=True))
    if cleared := sorted(message.cleared):
        content["cleared"] = cleared
    name, _, version = message.type.rpartition(".")
    encoded = orjson.dumps([name, content], option=orjson.OPT_SORT_KEYS)
    return f"{FORM}.{version}:{blake2b(encoded, digest_size=16).hexdigest()}"


def is_same(kept: str, digest: str) -> bool | None:
    """Whether two digests are of the same content; None if they aren't comparable."""
    if kept == digest:
        return True
    return None if kept.partition(":")[0] != digest.partition(":")[0] else False


def require_same_content(context: Context, what: str, otherwise: bool) -> None:
    """Raises `Rejected` if a message creates `what` ("Payment p-1") again with other content.

    `otherwise` is the answer if the journal has no digest, because an earlier version wrote the
    document or `what` was created in another way: whether the message agrees with the state.
    """
    if not (otherwise if context.same is None else context.same):
        refuse([id_reused(what)])
