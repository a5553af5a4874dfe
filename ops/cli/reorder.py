"""`waybill order reorder`: a draft of an order once more, and what became of its lines."""

from typing import Annotated
from uuid import uuid4

import typer

from ops.cli import outcome_texts
from ops.cli.cart_output import print_cart
from ops.cli.console import expected_errors, run, say_json
from ops.cli.options import build
from ops.cli.send import who
from ops.errors import Exit
from ops.inspect.cart import fold_cart
from ops.inspect.journals import Journals
from ops.inspect.order_ids import order_id
from ops.local.home import find_settings
from ops.messaging.command_client import CommandClient
from shared.contracts import Message
from shared.contracts.reorders import Reorder
from shared.contracts.replies import Reply


def reorder(
    order: Annotated[str, typer.Argument(help="An order's id, or its number (PO1000042).")],
    cart_id: Annotated[str, typer.Option(help="The draft's id; a new one if not given.")] = "",
    actor: Annotated[str | None, typer.Option(help="Who asks, e.g. csr:17.")] = None,
    timeout: Annotated[float, typer.Option(help="Seconds to wait for the draft.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Make a draft with what an order holds, and show what of that can be had.

    The same customer, addresses, methods and lines. Every line that is gone, short or repriced is
    named; a coupon is applied again or says why not.
    """
    with expected_errors():
        settings = find_settings()
        named = {"order_id": order_id(settings, order), "cart_id": cart_id or _new_id()}
        command = build(Reorder, named)
    reply = run(_send(command, actor or who(), timeout))
    if reply.outcome == "rejected":
        raise typer.Exit(outcome_texts.outcome(command, reply, as_json=as_json))
    draft = named["cart_id"]
    with expected_errors(), Journals(settings) as journals:
        cart = fold_cart(journals.stream("cart", f"cart/{draft}"))
    if cart is None:
        raise typer.Exit(outcome_texts.outcome(command, reply, as_json=as_json))
    if as_json:
        say_json({"cart_id": draft, **cart.model_dump()})
    else:
        print_cart(draft, cart)
    raise typer.Exit(Exit.OK)


async def _send(command: Message, actor: str, seconds: float) -> Reply:
    async with CommandClient(find_settings()) as client:
        return await client.send(command, actor=actor, timeout=seconds)


def _new_id() -> str:
    return f"draft-{uuid4().hex[:12]}"
