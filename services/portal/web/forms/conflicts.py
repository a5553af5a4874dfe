"""What somebody else has changed while a form was open, field by field.

The form carries what it showed (`opened.…`) and the version of the record that it showed. When the
service refuses the command because the record has moved on, the two are compared. The answer shows
and carries what is different now (`told.…`): whoever saves anyway isn't told the same again.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from services.portal.auth.sessions import Person
from services.portal.field_errors import label
from services.portal.queries import Queries
from services.portal.web.forms.values import SHOWS, FormValues, Record, Values, form_values
from services.portal.web.frame.rendering import page
from shared.contracts import Malformed, Message
from shared.contracts.commands import short
from shared.contracts.replies import Reply
from shared.contracts.stock import CountStock, Expect, SetSafety
from shared.runtime.ports import Unavailable

OPENED = "opened."
TOLD = "told."
IDS = ("shipment_id", "line_id", "address_id")
VERSION = re.compile(r"[0-9]{1,15}")
# How long a page waits until the read models show a version, in seconds.
READ_MODEL_SECONDS = 2.0
BUTTONS = {"remove-address": "Remove", "remove-line": "Remove", "move-line": "Move"}


@dataclass(frozen=True)
class Change:
    """A field of the form that somebody else has changed; empty texts mean that it is empty.

    is_told  whether the form's sender was told of it before, and saves anyway
    """

    field: str
    label: str
    opened: str
    now: str
    is_told: bool = False


@dataclass(frozen=True)
class Conflict:
    """A form whose record has moved on since it was opened.

    version  at which the record is now; None if what the form is about isn't there any more
    changes  to what the form shows
    """

    command: str
    version: int | None
    changes: tuple[Change, ...]
    record: Record | None

    @property
    def is_harmless(self) -> bool:
        """Whether saving the form replaces no change of which its sender doesn't know."""
        return self.version is not None and all(change.is_told for change in self.changes)


def version_of(form: Mapping[str, Any]) -> int | None:
    """The version that the form's sender has seen; None if the form carries none.

    `replaces` is the version of which they were told and which they replace knowingly;
    `expectedversion` is that at which the form was opened. Raises `Malformed` if it is no number:
    ignored, it would let the form replace anything.
    """
    seen = form.get("replaces") or form.get("expectedversion")
    if not seen:
        return None
    if not isinstance(seen, str) or not VERSION.fullmatch(seen):
        raise Malformed("version", "isn't one that this page shows; open the form again")
    return int(seen)


def changes(opened: Mapping[str, str], told: Mapping[str, str], now: Values) -> list[Change]:
    """The fields that differ, in the form's order, of those that the form carried."""
    return [
        Change(field, label(field), opened[field], value, told.get(field) == value)
        for field, value in now.items()
        if field in opened and opened[field] != value
    ]


async def conflict_of(
    request: Request, command: Message, form: Mapping[str, Any], reply: Reply | None
) -> Conflict | None:
    """What has changed since the form was opened, if that is why its command was refused.

    None as well if the form shows nothing to compare, and while MongoDB is out of reach: what the
    service has answered is shown all the same.
    """
    if reply is None or reply.reason is None or reply.reason.code != "version-conflict":
        return None
    name = short(command.type)
    opened = _carried(form, OPENED)
    told = _carried(form, TOLD) if form.get("replaces") else {}
    if name not in SHOWS or not opened:
        return None
    queries = request.app.state.portal.queries
    try:
        if reply.version is not None:
            stream = name.partition(".")[0]
            await queries.wait_for_version(stream, command.key, reply.version, READ_MODEL_SECONDS)
        record = await _record(queries, command)
    except Unavailable:
        return None
    ids = {field: getattr(command, field, None) for field in IDS}
    now = form_values(name, record, **ids) if record else FormValues(None, None)
    if now.values is None:
        return Conflict(name, None, (), record)
    return Conflict(name, now.version, tuple(changes(opened, told, now.values)), record)


def conflict_response(request: Request, person: Person, conflict: Conflict) -> Response:
    """What was changed, for the place in the form where refusals are shown."""
    record = conflict.record
    market = request.app.state.portal.site.markets.get(getattr(record, "market", ""))
    methods = market.shipping_methods.items() if market else ()
    return page(
        request,
        "forms/conflict.html",
        person,
        409,
        conflict=conflict,
        button=BUTTONS.get(conflict.command.partition(".")[2], "Save"),
        currency=getattr(record, "currency", None),
        methods={id_: method.name for id_, method in methods},
    )


def _carried(form: Mapping[str, Any], prefix: str) -> dict[str, str]:
    return {
        field.removeprefix(prefix): text
        for field, text in form.items()
        if field.startswith(prefix) and isinstance(text, str)
    }


async def _record(queries: Queries, command: Message) -> Record | None:
    found: Any
    if isinstance(command, CountStock | SetSafety | Expect):
        return await queries.stock.versioned(command.warehouse, command.sku)
    if hasattr(command, "customer_id"):
        found = await queries.customers.get(command.customer_id)
    elif hasattr(command, "cart_id"):
        found = await queries.carts.get(command.cart_id)
    else:
        found = await queries.orders.get(command.key)
    return found if hasattr(found, "shipments") or hasattr(found, "addresses") else None
