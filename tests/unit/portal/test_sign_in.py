"""Passwords, and the page that a sign-in redirects to."""

import pytest

from services.portal.auth import passwords
from services.portal.web.forms.commands import done
from services.portal.web.frame.rendering import local_path


@pytest.mark.parametrize(
    "where", ["/", "/orders", "/orders?status=OnHold&name=%25tay", "/orders/c-1#notes"]
)
def test_local_path_is_kept(where):
    assert local_path(where) == where
    assert done("Done.", where).headers["HX-Redirect"] == where


@pytest.mark.parametrize(
    "where",
    ["", None, "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example",
     "javascript:alert(1)", "/\\/evil.example", "///evil.example",
     "/\t/evil.example", "/orders\r\nSet-Cookie: a=b", "orders"],
)  # fmt: skip
def test_any_other_address_becomes_the_home_page(where):
    assert local_path(where) == "/"
    assert done("Done.", where).headers.get("HX-Redirect", "/") == "/"


async def test_only_the_hash_of_a_password_is_stored():
    stored = await passwords.hash_of("a good long password")
    assert stored.startswith("$argon2id$")
    assert await passwords.matches(stored, "a good long password")
    assert not await passwords.matches(stored, "another long password")
    assert not await passwords.matches(None, "nobody has this password")


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "x" * 1001])
def test_weak_passwords_are_refused(password):
    with pytest.raises(passwords.WeakPassword):
        passwords.validated(password)
