"""Which email addresses a mail can be sent to."""

import re

# The common form, without quotes and comments: other forms mean different things to different
# programs, so a mail could go to somebody else.
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*")  # fmt: skip # noqa: E501


def deliverable(email: str) -> str | None:
    """Returns an address as a mail server understands it; None if it has another form.

    An international domain is encoded (`müller.example` is `xn--mller-kva.example`).
    """
    local, _, domain = email.rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        return None
    return f"{local}@{domain}"


def is_deliverable(email: str) -> bool:
    """Whether a mail can be sent to this address."""
    return deliverable(email) is not None
