"""`waybill user`: manages the portal's local accounts."""

import sys
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from pymongo.errors import PyMongoError
from rich.table import Table

from ops.cli.console import out, run, say_json
from ops.errors import EXIT_CODES, ToolError, mongo_unreachable
from ops.local.home import find_settings
from services.portal.auth.accounts import Accounts, InvalidAccount, NoSuchAccount
from services.portal.auth.rights import ROLES
from shared.runtime.mongo.connection import connect, hosts

app = typer.Typer(
    help="Manage the portal's local accounts.\n\n"
    "Prompts for passwords, or reads them from standard input.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
)
T = TypeVar("T")
Name = Annotated[str, typer.Argument(help="The name to sign in with.")]


def _with_accounts(work: Callable[[Accounts], Awaitable[T]]) -> T:
    async def do() -> T:
        settings = find_settings()
        client = connect(settings, serverSelectionTimeoutMS=3000, tz_aware=True)
        try:
            return await work(Accounts(client[settings.database_of("portal")]))
        except NoSuchAccount as error:
            raise ToolError(f"There is no account {error}.", "waybill user list") from None
        except InvalidAccount as error:
            raise ToolError(str(error)) from None
        except PyMongoError as error:
            raise mongo_unreachable(hosts(settings.mongo.get_secret_value()), error) from error
        finally:
            client.close()

    return run(do())


@app.command("add", epilog=EXIT_CODES)
def add(
    name: Name,
    role: Annotated[list[str], typer.Option(help=f"One of {', '.join(ROLES)}; repeatable.")],
) -> None:
    """Create a portal account. There are no default passwords."""
    password = _ask()
    account = _with_accounts(lambda accounts: accounts.add(name, password, role))
    out.print(f"{account.name} can sign in as {', '.join(account.roles)}.", markup=False)


@app.command("list", epilog=EXIT_CODES)
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List accounts and their roles."""
    accounts = _with_accounts(lambda accounts: accounts.list())
    if as_json:
        say_json({"accounts": [{"name": a.name, "roles": a.roles} for a in accounts]})
        return
    table = Table("name", "roles")
    for account in accounts:
        table.add_row(account.name, ", ".join(account.roles))
    out.print(table)


@app.command("remove", epilog=EXIT_CODES)
def remove(name: Name) -> None:
    """Remove an account with its sessions and tokens."""
    _with_accounts(lambda accounts: accounts.remove(name))
    out.print(f"Account {name} removed.", markup=False)


@app.command("password", epilog=EXIT_CODES)
def password(name: Name) -> None:
    """Change an account's password. Its sessions end."""
    new = _ask()
    _with_accounts(lambda accounts: accounts.set_password(name, new))
    out.print(f"Password of {name} changed.", markup=False)


@app.command("token", epilog=EXIT_CODES)
def token(
    name: Name,
    revoke: Annotated[bool, typer.Option("--revoke", help="Revoke all tokens instead.")] = False,
) -> None:
    """Issue a token with which tools act as this account: `Authorization: Bearer …`."""
    if revoke:
        _with_accounts(lambda accounts: accounts.revoke_tokens(name))
        out.print(f"All tokens of {name} revoked.", markup=False)
    else:
        print(_with_accounts(lambda accounts: accounts.issue_token(name)))


def _ask() -> str:
    """Returns a password that is typed twice, or a line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
