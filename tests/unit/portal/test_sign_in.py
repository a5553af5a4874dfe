"""Passwords, and where a sign-in leads."""

import pytest

from services.portal.auth import passwords
from services.portal.web.commands import done
from services.portal.web.rendering import inside


@pytest.mark.parametrize(
    "where", ["/", "/orders", "/orders?status=OnHold&name=%25tay", "/orders/c-1#notes"]
)
def test_a_page_of_ours_is_gone_to(where):
    assert inside(where) == where
    assert done("Done.", where).headers["HX-Redirect"] == where


@pytest.mark.parametrize(
    "where",
    ["", None, "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example",
     "javascript:alert(1)", "/\\/evil.example", "///evil.example",
     "/\t/evil.example", "/orders\r\nSet-Cookie: a=b", "orders"],
)  # fmt: skip
def test_anything_else_leads_to_the_first_page(where):
    assert inside(where) == "/"
    assert done("Done.", where).headers.get("HX-Redirect", "/") == "/"


async def test_only_the_hash_of_a_password_is_kept():
    kept = await passwords.hashed("a good long password")
    assert kept.startswith("$argon2id$")
    assert await passwords.matches(kept, "a good long password")
    assert not await passwords.matches(kept, "another long password")
    assert not await passwords.matches(None, "nobody has this password")


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "x" * 1001])
def test_weak_passwords_are_refused(password):
    with pytest.raises(passwords.Weak):
        passwords.checked(password)
