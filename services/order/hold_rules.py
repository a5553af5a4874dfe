"""Rules of holds: what a command places, which holds it releases, and who may release them."""

from collections.abc import Iterable
from itertools import chain

from services.order.state import Order
from shared.contracts import orders
from shared.contracts.error_texts import blocker
from shared.contracts.holds import (
    PLAIN_ID,
    PLAIN_STOPS,
    HoldDetails,
    Stop,
    default_id,
    in_order,
    lifted,
)
from shared.contracts.replies import Blocker
from shared.runtime.decider import Context, rejected
from shared.site import Site
from shared.site.hold_texts import hold_name, lifters

# Bounds what an order, a page and a message carry.
MOST_HOLDS = 20
# Actors with these prefixes are people: the portal checks whether their roles may release a hold.
PEOPLE = frozenset({"csr", "cli", "operator"})


def placed_hold(command: orders.Hold, context: Context) -> HoldDetails | None:
    """Returns the hold that `command` places; None if it has no more than a reason.

    Raises `Rejected` if the site has no such type.
    """
    given = (command.hold_id, command.hold_type, command.owner, command.review_on, command.stops)
    if given == (None,) * len(given):
        return None
    usual = _stops_of(command.hold_type, context.site)
    stops = usual if command.stops is None else command.stops
    return HoldDetails(
        hold_id=command.hold_id or default_id(command.hold_type),
        hold_type=command.hold_type,
        owner=command.owner or context.actor,
        reason=command.reason,
        review_on=command.review_on,
        stops=in_order(stops),
    )


def require_new(hold: HoldDetails, order: Order) -> None:
    """Raises `Rejected` unless `hold` can be placed, or is one that the order has already.

    An id that a sender chose names one hold forever; the id of a type names its present hold.
    """
    expected = expected_holds(order)
    found = expected.get(hold.hold_id)
    if found is not None:
        if found != hold:
            raise rejected("id-reused.hold", hold=hold.hold_id)
        return
    if hold.has_own_id and (hold.hold_id in order.released_holds or hold.hold_id in order.holds):
        raise rejected("id-reused.released-hold", hold=hold.hold_id)
    if len(expected) >= MOST_HOLDS:
        raise rejected("too-many-holds", most=MOST_HOLDS)


def require_plain(order: Order) -> None:
    """Raises `Rejected` if the hold without id and type is one that stops other actions."""
    found = expected_holds(order).get(PLAIN_ID)
    if found is not None and found.stops != PLAIN_STOPS:
        raise rejected("id-reused.hold", hold=PLAIN_ID)


def expected_holds(order: Order) -> dict[str, HoldDetails]:
    """Returns the holds by id as they are once the shipments have confirmed what is pending."""
    expected = dict(order.holds)
    for request in order.requests:
        if request.kind == "hold" and request.hold:
            expected.setdefault(request.hold.hold_id, request.hold)
        elif request.kind == "release-hold":
            expected = lifted(expected, request.releases)
    return expected


def released_ids(command: orders.ReleaseHold, order: Order) -> tuple[str, ...] | None:
    """Returns the ids of the holds that `command` releases; None: all without a type."""
    if command.hold_id is None and command.hold_type is None:
        return None
    return tuple(dict.fromkeys(hold.hold_id for hold in _meant(command, order)))


def why_not_these(
    command: orders.ReleaseHold, order: Order, site: Site, actor: str | None
) -> tuple[Blocker, ...]:
    """Returns why `actor` can't release the holds that `command` means.

    A program releases its own holds only (rules: Holds with a type). Whose hold it is says the
    prefix of its owner: `fraud-check:7` releases the holds of `fraud-check:9`. Holds without a type
    belong to nobody.
    """
    meant = _meant(command, order)
    if not meant and not _is_being_released(command, order):
        return (_no_such_hold(command, order, site),)
    return tuple(
        blocker(
            "not-your-hold",
            hold=hold_name(hold, site),
            owner=hold.owner or "",
            lifters=lifters([hold], site),
        )
        for hold in meant
        if not _may_release(actor, hold)
    )


def _meant(command: orders.ReleaseHold, order: Order) -> list[HoldDetails]:
    """The active and the pending holds that `command` means."""
    pending = (r.hold for r in order.requests if r.kind == "hold" and r.hold)
    found = {hold.hold_id: hold for hold in chain(pending, order.holds.values())}
    return [hold for hold in found.values() if _means(command, hold)]


def _means(command: orders.ReleaseHold, hold: HoldDetails) -> bool:
    if command.hold_id is None:
        return hold.hold_type == command.hold_type
    return hold.hold_id == command.hold_id and command.hold_type in (None, hold.hold_type)


def _is_being_released(command: orders.ReleaseHold, order: Order) -> bool:
    """Whether it repeats a pending release of the holds without a type."""
    untyped = command.hold_id is None and command.hold_type is None
    return untyped and any(r.kind == "release-hold" and r.releases is None for r in order.requests)


def _no_such_hold(command: orders.ReleaseHold, order: Order, site: Site) -> Blocker:
    if not order.holds:
        return blocker("not-on-hold")
    names = _listed(order.holds.values(), site)
    wanted = command.hold_id or command.hold_type
    if wanted is None:
        return blocker("not-on-hold.typed", holds=names)
    return blocker("not-on-hold.other", hold=wanted, holds=names)


def _may_release(actor: str | None, hold: HoldDetails) -> bool:
    if hold.hold_type is None or _prefix(actor) in PEOPLE:
        return True
    return _prefix(actor) == _prefix(hold.owner)


def _prefix(actor: str | None) -> str:
    return (actor or "").partition(":")[0]


def _listed(holds: Iterable[HoldDetails], site: Site) -> str:
    return ", ".join(
        hold_name(hold, site) + (f" ({hold.hold_id})" if hold.has_own_id else "") for hold in holds
    )


def _stops_of(hold_type: str | None, site: Site) -> tuple[Stop, ...]:
    """The actions that holds of a type stop; raises `Rejected` if the site has no such type."""
    if hold_type is None:
        return PLAIN_STOPS
    kind = site.hold_types.get(hold_type)
    if kind is None:
        raise rejected("unknown-hold-type", type=hold_type, known=", ".join(site.hold_types))
    return kind.stops
