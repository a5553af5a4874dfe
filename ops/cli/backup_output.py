"""Output of `waybill backup`."""

from pathlib import Path

from rich.markup import escape
from rich.table import Table

from ops.backup.manifest import Manifest
from ops.backup.reconciliation import Reconciliation, problems
from ops.backup.restoration import Restored
from ops.backup.verification import Verified
from ops.cli.console import err, out, say_json

MOST_PROBLEMS = 20


def created(found: Manifest, folder: Path, *, as_json: bool) -> None:
    """Prints what a new backup contains."""
    if as_json:
        say_json({"folder": str(folder), **_figures(found)})
        return
    out.print(f"Backup complete: {folder}", markup=False)
    out.print(_contents(found))
    out.print("Check the copy that you keep with: waybill backup verify FOLDER")


def verified(found: Verified, *, as_json: bool) -> None:
    """Prints whether a backup is sound, or every damage."""
    if as_json:
        damage = [
            {"file": each.file, "chunk": each.chunk, "holds": each.holds, "reason": each.reason}
            for each in found.damage
        ]
        say_json({"sound": not damage, "damage": damage, **_figures(found.manifest)})
        return
    for each in found.damage:
        out.print(f"[red]damaged[/] {escape(str(each))}")
    if found.damage:
        out.print("This copy can't be restored. Use another copy, or another backup.")
    else:
        out.print(f"The backup of {found.manifest.created:%Y-%m-%d %H:%M} UTC is sound.")
        out.print(_contents(found.manifest))


def restored(found: Restored, compared: Reconciliation, *, as_json: bool) -> None:
    """Prints what was restored, and the reconciliation."""
    if as_json:
        say_json(
            {
                "continued": found.continued,
                "replies_left_out": found.left_out,
                **_figures(found.manifest),
                "reconciliation": _as_json(compared),
            }
        )
        return
    how = "Restored, after an interruption" if found.continued else "Restored"
    out.print(f"{how}: the backup of {found.manifest.created:%Y-%m-%d %H:%M} UTC.")
    out.print(_contents(found.manifest))
    if found.left_out:
        err.print(
            f"{found.left_out} replies weren't published, since their topics don't exist here."
        )
    reconciled(compared, as_json=False)
    out.print(
        "Start the services. Once they have read everything, compare again: "
        "waybill backup reconcile"
    )


def reconciled(found: Reconciliation, *, as_json: bool) -> None:
    """Prints what was compared, and every difference."""
    if as_json:
        say_json(_as_json(found))
        return
    table = Table("compared", title="Reconciliation")
    for column in ("equal", "in flight", "different"):
        table.add_column(column, justify="right")
    for each in found.comparisons:
        colour = "red" if each.count else "green"
        table.add_row(
            each.compared, f"{each.equal:,}", f"{each.in_flight:,}", f"[{colour}]{each.count:,}[/]"
        )
    out.print(table)
    paid = ", ".join(f"{amount:,} {currency}" for currency, amount in sorted(found.paid.items()))
    out.print(
        f"{found.orders:,} orders, {found.deleted:,} deleted; paid: {paid or 'nothing'}; pieces on "
        f"hand: {found.on_hand:,}, allocated: {found.allocated:,}; shipments that wait for stock: "
        f"{found.waiting:,}"
    )
    for number, problem in enumerate(problems(found)):
        if number == MOST_PROBLEMS:
            out.print("… --json prints more")
            break
        out.print(f"[red]different[/] {escape(problem)}")
    if found.in_flight:
        out.print("In flight: orders with facts that the services have yet to read.")


def _contents(found: Manifest) -> Table:
    table = Table("", "documents or records", "of which")
    table.add_row(
        "databases",
        f"{found.entries('collection'):,}",
        f"{found.entries('collection', 'journal'):,} in journals",
    )
    table.add_row(
        "topics",
        f"{found.entries('topic'):,}",
        f"{found.entries('topic', 'order.events'):,} events of orders",
    )
    table.add_row("to publish again", f"{found.entries('unpublished'):,}", "documents of journals")
    table.add_row("size", f"{found.size / 1e6:,.1f} MB", f"{len(found.parts)} files")
    return table


def _figures(found: Manifest) -> dict[str, object]:
    return {
        "created": found.created,
        "waybill": found.waybill,
        "documents": found.entries("collection"),
        "records": found.entries("topic"),
        "unpublished": found.entries("unpublished"),
        "bytes": found.size,
    }


def _as_json(found: Reconciliation) -> dict[str, object]:
    return {
        "sound": found.sound,
        "orders": found.orders,
        "deleted": found.deleted,
        "paid": {currency: str(amount) for currency, amount in found.paid.items()},
        "on_hand": found.on_hand,
        "allocated": found.allocated,
        "waiting": found.waiting,
        "comparisons": [
            {
                "compared": each.compared,
                "equal": each.equal,
                "in_flight": each.in_flight,
                "different": each.count,
                "differences": each.different,
            }
            for each in found.comparisons
        ],
    }
