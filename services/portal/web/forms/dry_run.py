"""Shows what a command would do while its form is being filled in."""

from collections.abc import Iterator
from decimal import Decimal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from services.portal.auth.guard import SignedIn, check
from services.portal.auth.rights import refusal
from services.portal.i18n import N_
from services.portal.queries.sourcing_texts import foreseen
from services.portal.sourcing import with_sourcing
from services.portal.web.forms.commands import page_context, reply_texts
from services.portal.web.forms.parsing import parse_command
from services.portal.web.frame.rendering import page
from shared.contracts import Malformed, Message
from shared.contracts.commands import offered
from shared.contracts.replies import DryRun
from shared.contracts.returns import CompleteReturn

router = APIRouter(include_in_schema=False)

LABELS = {
    "total": N_("Total"),
    "discount": N_("Discounts"),
    "tax": N_("Tax"),
    "paid": N_("Paid"),
    "outstanding": N_("Outstanding"),
    "refund": N_("Given back"),
}
Row = tuple[str, Decimal, Decimal]


@router.post("/try/{name}")
async def try_command(request: Request, person: SignedIn, name: str) -> Response:
    """Answers with what the command of a form would do, or why it is refused: the amounts before
    and after, and where goods would come from.

    Nothing while the form isn't complete: what is wrong with it is said when it is submitted.
    """
    form, model = await request.form(), offered().get(name)
    check(person, name)
    try:
        command = parse_command(model, form) if model else None
    except (ValidationError, Malformed):
        command = None
    if command is None or refusal(person.roles, command, request.app.state.portal.site):
        return _nothing()
    portal = request.app.state.portal
    wait = portal.settings.portal_wait_seconds
    reply = await portal.commands.try_out(command, person.actor, wait)
    if reply is None or reply.dry_run is None:
        return _nothing()
    queries, site = portal.queries, portal.site
    run = (await with_sourcing(reply, command, queries, site)).dry_run or reply.dry_run
    context = await page_context(request, command)
    if isinstance(command, CompleteReturn) and run.before:
        # What a return may give back counts before it is decided, and would seem to stay the same.
        nothing = run.before.model_copy(update={"refund": Decimal(0)})
        run = run.model_copy(update={"before": nothing})
    paid = await _paid(request, command)
    shipment_id = getattr(command, "shipment_id", None) or ""
    return page(
        request,
        "forms/dry_run.html",
        person,
        refusals=reply_texts(request, reply, context, shipment_id),
        currency=run.before.currency if run.before else None,
        rows=list(changes(run, paid)),
        sources=[
            foreseen(each, context.numbers, site.warehouses, command.key)
            for each in run.sourcing_preview or ()
        ],
    )


def changes(run: DryRun, paid: Decimal | None) -> Iterator[Row]:
    """Yields the amounts that a command changes: label, before and after.

    `paid` is what was paid for the order, whose service doesn't know it.
    """
    if run.before is None or run.after is None:
        return
    for name, label in LABELS.items():
        before, after = getattr(run.before, name), getattr(run.after, name)
        if name == "outstanding" and before is None and paid is not None:
            before, after = run.before.total - paid, run.after.total - paid
        if before is not None and after is not None and before != after:
            yield label, before, after


def _nothing() -> Response:
    """An empty part: it takes the place of what an earlier state of the form showed."""
    return Response(media_type="text/html")


async def _paid(request: Request, command: Message) -> Decimal | None:
    """What was paid for the order of a command, as the read model knows it."""
    if not command.topic.name.startswith("order."):
        return None
    found = await request.app.state.portal.queries.orders.get(command.key)
    if found is None or not hasattr(found, "outstanding"):
        return None
    return Decimal(found.total) - Decimal(found.outstanding)
