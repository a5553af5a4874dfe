"""Webhooks reach public addresses over TLS, and nothing on the portal's own network."""

from __future__ import annotations

import pytest

from services.portal.webhooks.addresses import Refused, check_address, check_url, networks
from shared.contracts import Malformed


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/waybill",
        "https://shop.example:8443/a?b=c",
        "https://203.0.114.7/",
        "https://[2606:4700::1111]/hook",
    ],
)
def test_https_is_accepted(url: str) -> None:
    assert check_url(f"  {url} ") == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop.example",
        "ftp://shop.example/",
        "file:///etc/passwd",
        "http://shop.example/",
        "http://localhost/",
        "https://",
        "https://user:secret@shop.example/",
        "https://shop.example/#part",
        "https://shop.example:0/",
        "https://shop.example:99999/",
        "https://shop.example/a b",
        "https://shop.example/\r\nX-Injected: yes",
        "https://shöp.example/",
        "https://[::1/",
        "https://shop.example/" + "a" * 2000,
    ],
)
def test_anything_else_is_refused_with_the_field(url: str) -> None:
    with pytest.raises(Malformed) as refused:
        check_url(url)
    assert refused.value.field == "url"


@pytest.mark.parametrize("host", ["localhost:9000", "127.0.0.1:9000", "[::1]:9000"])
def test_plain_http_is_for_this_machine_if_allowed(host: str) -> None:
    assert check_url(f"http://{host}/hook", plain_loopback=True)


@pytest.mark.parametrize(
    "host", ["shop.example", "10.0.0.1", "localhost.example", "127.0.0.1.nip.io"]
)
def test_plain_http_reaches_no_other_machine_even_then(host: str) -> None:
    with pytest.raises(Malformed):
        check_url(f"http://{host}/hook", plain_loopback=True)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1%eth0",
        "fec0::1",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:db8::1",
    ],
)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    with pytest.raises(Refused):
        check_address(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "203.0.114.7", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_a_public_address_is_reached(address: str) -> None:
    assert check_address(address) == address


def test_a_network_can_be_allowed() -> None:
    allowed = networks("10.0.0.0/8, fd00::/8")
    assert check_address("10.1.2.3", allowed)
    assert check_address("fd00::7", allowed)
    with pytest.raises(Refused):
        check_address("192.168.1.1", allowed)


@pytest.mark.parametrize("text", ["10.0.0.0/99", "intranet", "10.0.0.1/8"])
def test_a_network_that_is_none_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=text.partition("/")[0]):
        networks(f"127.0.0.1, {text}")
