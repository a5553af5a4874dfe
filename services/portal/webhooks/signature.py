"""Secrets, and the signature of a request: HMAC-SHA256 over its time and body."""

import hmac
import secrets
from collections.abc import Iterable
from hashlib import sha256

HEADER = "Waybill-Signature"
PREFIX = "whsec_"


def new_secret() -> str:
    """Returns a new secret: 256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def signature(keys: Iterable[str], timestamp: int, body: bytes) -> str:
    """Returns the header's value: `t=1764273600,v1=…`, with one `v1` for each secret.

    What is signed is the time in seconds, a dot, and the body; the key is the whole secret. The
    time in it keeps an old request from being sent again by somebody who has seen it.
    """
    signed = b"%d." % timestamp + body
    parts = [f"v1={hmac.new(key.encode(), signed, sha256).hexdigest()}" for key in keys]
    return ",".join([f"t={timestamp}", *parts])
