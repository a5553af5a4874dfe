"""Which addresses webhooks may be sent to.

A URL that an operator enters must not reach what only this machine reaches: other hosts of its
network, a cloud's metadata service, its own ports (server-side request forgery). So a name is
resolved here, every address that it has is checked, and the connection is made to a checked
address. A name that resolves to something else a moment later changes nothing.
"""

import ipaddress
from urllib.parse import urlsplit

from shared.contracts import Malformed

LONGEST = 2000
FIELD = "url"
_NO_ADDRESS = "is no address; enter one such as https://shop.example/waybill"
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# IPv6 addresses that lead to the IPv4 address within them: NAT64, 6to4, Teredo.
_EMBEDDING = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16")))


class Refused(Exception):
    """The address isn't allowed; the message says why."""


def check_url(url: str, *, plain_loopback: bool = False) -> str:
    """Returns `url`, trimmed. Raises `Malformed` if webhooks can't be sent there.

    plain_loopback  http is allowed to an address of this machine: for trying out
    """
    url = url.strip()
    if not url or len(url) > LONGEST or not url.isprintable() or not url.isascii() or " " in url:
        raise Malformed(FIELD, _NO_ADDRESS)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Malformed(FIELD, _NO_ADDRESS) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise Malformed(FIELD, "must begin with https://, such as https://shop.example/waybill")
    if parts.username is not None or parts.password is not None:
        raise Malformed(FIELD, "must not contain a password; requests are signed instead")
    if parts.fragment:
        raise Malformed(FIELD, "must not have a part after #; it would not be sent")
    if parts.scheme == "http" and not (plain_loopback and is_loopback_name(parts.hostname)):
        raise Malformed(FIELD, "must begin with https://; without it anybody could read the events")
    return url


def is_loopback_name(host: str) -> bool:
    """Whether a host is this machine by its name: localhost, 127.0.0.1, ::1."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_address(text: str, allowed: tuple[Network, ...] = ()) -> str:
    """Returns an address that a name has resolved to. Raises `Refused` if it isn't public.

    allowed  networks that are allowed although they aren't public
    """
    address = ipaddress.ip_address(text.partition("%")[0])
    inner = getattr(address, "ipv4_mapped", None) or address
    if any(inner.version == net.version and inner in net for net in allowed):
        return text
    local = isinstance(inner, ipaddress.IPv6Address) and inner.is_site_local
    tunneled = any(inner.version == net.version and inner in net for net in _EMBEDDING)
    if not inner.is_global or inner.is_multicast or inner.is_reserved or tunneled or local:
        raise Refused(f"{address} is not a public address")
    return text


def networks(text: str) -> tuple[Network, ...]:
    """Parses `10.0.0.0/8, 127.0.0.1`. Raises `ValueError`, which names the part that is wrong."""
    found: list[Network] = []
    for part in filter(None, (each.strip() for each in text.split(","))):
        try:
            found.append(ipaddress.ip_network(part))
        except ValueError:
            raise ValueError(f"{part}: write it as a network, such as 10.0.0.0/8") from None
    return tuple(found)
