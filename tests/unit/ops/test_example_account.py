"""The account that comes with the example."""

import asyncio
from collections.abc import Collection
from types import SimpleNamespace
from typing import Any

import pytest

from ops.cli import example_account, up
from services.portal.auth import passwords
from services.portal.auth.accounts import Account


class FakeAccounts:
    """Accounts in memory."""

    def __init__(self, *names: str) -> None:
        self.kept = dict.fromkeys(names, ("", ("viewer",)))

    async def list(self) -> list[Account]:
        return [Account(name, roles) for name, (_, roles) in self.kept.items()]

    async def add(self, name: str, password: str, roles: Collection[str]) -> None:
        self.kept[name] = (passwords.validated(password), tuple(roles))


async def test_first_account_gets_a_random_password() -> None:
    found = [await example_account.create(made) for made in (FakeAccounts(), FakeAccounts())]  # type: ignore[arg-type]
    assert None not in found
    assert found[0] != found[1]


async def test_no_account_is_added_to_others() -> None:
    accounts = FakeAccounts("anna")
    assert await example_account.create(accounts) is None  # type: ignore[arg-type]
    assert set(accounts.kept) == {"anna"}


def test_password_is_printed_only_for_a_new_account(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = iter(["s3cret[x]-word", None])

    async def placed(*_: Any) -> bool:
        return True

    async def add_first(_: Any) -> str | None:
        return next(answers)

    monkeypatch.setattr(up.example_data, "place_orders", placed)
    monkeypatch.setattr(up.example_account, "add_first", add_first)
    monkeypatch.setattr(up, "find_settings", lambda _: SimpleNamespace())
    for _ in range(2):
        asyncio.run(up._run_example(SimpleNamespace()))  # type: ignore[arg-type]
    assert capsys.readouterr().out.count("Sign in as demo / s3cret[x]-word") == 1
