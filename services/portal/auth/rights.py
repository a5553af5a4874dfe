"""The rights of each role: one table, action → roles. Actions that aren't in it are forbidden."""

from collections.abc import Collection, Iterable
from typing import Literal, get_args

from shared.contracts import Message
from shared.contracts.commands import short

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
    "stock.explain": _READERS,
    "stock.receive": ("warehouse",),
    "stock.count": ("warehouse",),
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
}


def may(roles: Iterable[str], action: str) -> bool:
    """Whether one of these roles allows the action."""
    return not set(roles).isdisjoint(ALLOWED.get(action, ()))


def required_actions(command: Message) -> tuple[str, ...]:
    """The actions that have to be allowed for this command."""
    discount = getattr(command, "discount", None)
    return (short(command.type), DISCOUNT) if discount else (short(command.type),)


def refusal(roles: Collection[str], command: Message) -> str | None:
    """Why these roles don't allow the command; None if they do."""
    return next(
        filter(None, (why_not(roles, action) for action in required_actions(command))), None
    )


def why_not(roles: Collection[str], action: str) -> str | None:
    """Why these roles don't allow the action; None if they do."""
    if may(roles, action):
        return None
    who = " or ".join(ALLOWED.get(action, ())) or "nobody"
    return f"{action} is for the role {who}; you have {', '.join(sorted(roles)) or 'none'}."
