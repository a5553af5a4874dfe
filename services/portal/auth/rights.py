"""The rights of each role: one table, action → roles. Actions that aren't in it are forbidden."""

from collections.abc import Collection, Iterable
from typing import Literal, get_args

from pydantic import BaseModel

from shared.contracts import Message, orders
from shared.contracts.commands import short
from shared.site import Site
from shared.site.hold_texts import roles_to_lift

Role = Literal["csr", "supervisor", "warehouse", "viewer", "operator"]
ROLES: tuple[Role, ...] = get_args(Role)

READ = "read"  # every page and every query
DISCOUNT = "discount"  # to grant one, by any command
OPERATE = "operate"  # dead letters, lag, health
SHARE_VIEWS = "share-views"  # views of the order list, with everybody; and to change shared ones

_READERS: tuple[Role, ...] = ("viewer", "csr", "supervisor", "warehouse", "operator")
_SELLING: tuple[Role, ...] = ("csr", "supervisor")
_SHIPPING: tuple[Role, ...] = ("warehouse", "csr", "supervisor")
_DECIDING: tuple[Role, ...] = ("supervisor",)

ALLOWED: dict[str, tuple[Role, ...]] = {
    READ: _READERS,
    DISCOUNT: _DECIDING,
    OPERATE: ("operator",),
    SHARE_VIEWS: _DECIDING,
    "order.explain": _READERS,
    "payment.explain": _READERS,
    "shipment.explain": _READERS,
    "cart.explain": _READERS,
    "order.hold": _SELLING,
    "order.release-hold": _SELLING,
    "order.cancel": _SELLING,
    "order.delete": _DECIDING,
    "order.add-line": _SELLING,
    "order.change-line": _SELLING,
    "order.remove-line": _SELLING,
    "order.move-line": _SELLING,
    "order.set-discount": _DECIDING,
    "order.reorder": _SELLING,
    "order.refund-shipping": _DECIDING,
    "return.create": _SELLING,
    "exchange.create": _SELLING,
    "return.receive": _SHIPPING,
    "return.complete": _DECIDING,
    "return.cancel": _SELLING,
    "order.add-note": (*_SELLING, "warehouse"),
    "payment.add": _SELLING,
    "payment.capture": _SELLING,
    "payment.void": _SELLING,
    "payment.refund": _DECIDING,
    "shipment.edit": _SELLING,
    "shipment.release": _SELLING,
    "shipment.cancel": _SELLING,
    "shipment.add-to-picklist": _SHIPPING,
    "shipment.remove-from-picklist": _SHIPPING,
    "shipment.complete": _SHIPPING,
    "shipment.correct-tracking": _SHIPPING,
    "stock.explain": _READERS,
    "stock.receive": ("warehouse",),
    "stock.count": ("warehouse",),
    "stock.set-safety": ("warehouse",),
    "stock.expect": ("warehouse",),
    "stock.release-quarantine": ("warehouse",),
    "cart.create-draft": _SELLING,
    "cart.set-shipment": _SELLING,
    "cart.add-line": _SELLING,
    "cart.change-line": _SELLING,
    "cart.remove-line": _SELLING,
    "cart.apply-coupon": _SELLING,
    "cart.remove-coupon": _SELLING,
    "cart.set-discount": _DECIDING,
    "cart.convert": _SELLING,
    "cart.delete": _SELLING,
    "customer.create": _SELLING,
    "customer.update": _SELLING,
    "customer.add-address": _SELLING,
    "customer.change-address": _SELLING,
    "customer.remove-address": _SELLING,
    "customer.delete": _DECIDING,
}


def may(roles: Iterable[str], action: str) -> bool:
    """Whether one of these roles allows the action."""
    return not set(roles).isdisjoint(ALLOWED.get(action, ()))


def required_actions(command: Message) -> tuple[str, ...]:
    """The actions that have to be allowed for this command."""
    own = short(command.type)
    return (own, DISCOUNT) if grants_discount(command) else (own,)


def grants_discount(message: BaseModel) -> bool:
    """Whether a command, or any part of it, gives a discount: in an exchange, its lines may."""
    for name in type(message).model_fields:
        value = getattr(message, name, None)
        if name == "discount" and value:
            return True
        inner = value if isinstance(value, tuple) else (value,)
        if any(grants_discount(part) for part in inner if isinstance(part, BaseModel)):
            return True
    return False


def refusal(roles: Collection[str], command: Message, site: Site) -> str | None:
    """Why these roles don't allow the command; None if they do."""
    reasons = [why_not(roles, action) for action in required_actions(command)]
    if isinstance(command, orders.ReleaseHold):
        reasons.append(_why_no_release(roles, command, site))
    return next(filter(None, reasons), None)


def may_release(roles: Iterable[str], hold_type: str | None, site: Site) -> bool:
    """Whether one of these roles may release holds of a type (rules: Holds with a type)."""
    return not set(roles).isdisjoint(roles_to_lift(hold_type, site))


def _why_no_release(roles: Collection[str], command: orders.ReleaseHold, site: Site) -> str | None:
    """Why these roles don't allow the holds to be released.

    The order service refuses to release a hold that isn't of the type which the command names. A
    command that names a hold without its type may mean one of any type.
    """
    anything = command.hold_id is not None and command.hold_type is None
    types = [*site.hold_types] if anything else [command.hold_type]
    refused = [each for each in types if not may_release(roles, each, site)]
    if not refused:
        return None
    if anything:
        return "hold_type: name the type of the hold; your role may not release holds of every type"
    who = " or ".join(roles_to_lift(command.hold_type, site))
    return f"Releasing a hold of type {command.hold_type} is for the role {who}."


def why_not(roles: Collection[str], action: str) -> str | None:
    """Why these roles don't allow the action; None if they do."""
    if may(roles, action):
        return None
    who = " or ".join(ALLOWED.get(action, ())) or "nobody"
    return f"{action} is for the role {who}; you have {', '.join(sorted(roles)) or 'none'}."
