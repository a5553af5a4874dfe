"""`waybill acls`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from ops.cli.console import out, run, say_json
from ops.errors import UsageError
from ops.local.home import find_settings
from ops.security.rights import kafka, mongo
from ops.security.rights.needs import Needs, all_needs
from shared.runtime.settings import Settings


def acls(
    user: Annotated[
        list[str] | None, typer.Argument(help="Users to include; all by default.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    shell: Annotated[
        bool, typer.Option("--shell", help="Print commands for Kafka's own kafka-acls.sh.")
    ] = False,
    apply: Annotated[
        bool, typer.Option("--apply", help="Grant these rights. Kafka's other rules stay.")
    ] = False,
    passwords: Annotated[
        Path | None,
        typer.Option(
            help="With --apply: a folder with one file per user. The first line is the user's "
            "password for MongoDB. Missing users are created."
        ),
    ] = None,
    principal: Annotated[
        str, typer.Option(help="Kafka principal of a user; {} stands for the user's name.")
    ] = kafka.PRINCIPAL,
    reply_topic: Annotated[
        list[str] | None,
        typer.Option(help="Another topic for outcomes, besides waybill.replies; repeatable."),
    ] = None,
) -> None:
    """Show the least rights each user needs in Kafka and MongoDB, or grant them.

    Services' rights are derived from their rules, other systems' rights from the contract.
    """
    run(_acls(user or [], as_json, shell, apply, passwords, principal, reply_topic or []))


async def _acls(
    names: Sequence[str],
    as_json: bool,
    shell: bool,
    apply: bool,
    passwords: Path | None,
    principal: str,
    reply_topics: Sequence[str],
) -> None:
    settings = find_settings()
    needs = _chosen(all_needs(reply_topics), names)
    rules = kafka.rules(needs, settings.topic_prefix, principal)
    users = mongo.users(needs, settings)
    if apply:
        await _apply(settings, rules, users, passwords)
    elif as_json:
        say_json(
            {"kafka": [r.model_dump() for r in rules], "mongo": [u.model_dump() for u in users]}
        )
    elif shell:
        for rule in rules:
            out.print(kafka.command(rule, settings.kafka), markup=False)
    else:
        out.print(_table(needs, settings))


async def _apply(
    settings: Settings,
    rules: Sequence[kafka.Rule],
    users: Sequence[mongo.User],
    passwords: Path | None,
) -> None:
    given = {u.user: _password(passwords / u.user) for u in users} if passwords else {}
    await kafka.apply(settings, rules)
    out.print(f"Kafka: {len(rules)} rules applied")
    absent = mongo.apply(settings, users, given)
    out.print(f"MongoDB: roles granted to {len(users) - len(absent)} users")
    for name in absent:
        out.print(f"MongoDB: there is no user {name}; give its password with --passwords")


def _password(file: Path) -> str:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from None
    if not lines or not lines[0]:
        raise UsageError(f"{file}: its first line is empty")
    return lines[0]


def _chosen(needs: list[Needs], names: Sequence[str]) -> list[Needs]:
    known = {each.user for each in needs}
    if unknown := sorted(set(names) - known):
        raise UsageError(f"There is no user {unknown[0]}; there are {', '.join(sorted(known))}.")
    return [each for each in needs if not names or each.user in names]


def _table(needs: Sequence[Needs], settings: Settings) -> Table:
    table = Table("user", "reads", "writes", "groups", "databases", show_lines=True)
    for each in needs:
        prefixed = [
            "\n".join(map(settings.topic, names))
            for names in (each.reads, each.writes, each.groups)
        ]
        databases = [f"{settings.database_of(name)} ({role})" for name, role in each.databases]
        table.add_row(each.user, *prefixed, "\n".join(databases))
    return table
