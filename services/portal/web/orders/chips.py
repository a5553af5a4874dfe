"""What is set in the order list's filters: one chip each, which removes it."""

from dataclasses import dataclass, replace

from services.portal.i18n import N_, _
from services.portal.web.frame.formats import status
from services.portal.web.orders.filters import CREATED, NEEDS, OrderSearch
from shared.site import Site

FLAGS = {
    "anonymous": N_("Anonymous"),
    "waiting": N_("Awaiting inventory"),
}
# The labels of the text fields, also of what the search box has found an order by.
LABELS = {
    "number": N_("No."),
    "customer": N_("Customer Name"),
    "email": N_("Customer Email"),
    "name": N_("Name"),
    "sku": N_("SKU"),
    "tracking": N_("Tracking number"),
    "reference": N_("Payment reference"),
    "customer_id": N_("Customer"),
}


@dataclass(frozen=True)
class Chip:
    """A filter that is set: its label, its value, and the address of the list without it."""

    label: str
    text: str
    address: str


def chips(search: OrderSearch, site: Site) -> list[Chip]:
    """The filters that are set, in the order of the form."""
    found = [Chip(_("Search"), search.q, replace(search, q="").address())] if search.q else []
    found += [
        Chip(_(LABELS[name]), text, replace(search, texts={**search.texts, name: ""}).address())
        for name, text in search.texts.items()
        if text
    ]
    if search.created:
        without = replace(search, created="", start="", end="").address()
        found.append(Chip(_("Created"), _created(search), without))
    for market in search.markets:
        others = tuple(each for each in search.markets if each != market)
        known = site.markets.get(market)
        where = replace(search, markets=others).address()
        found.append(Chip(_("Market"), known.name if known else market, where))
    for each in search.statuses:
        others = tuple(other for other in search.statuses if other != each)
        found.append(Chip(_("Status"), status(each), replace(search, statuses=others).address()))
    found += [
        Chip(_(label), "", replace(search, flags=search.flags - {name}).address())
        for name, label in FLAGS.items()
        if name in search.flags
    ]
    if search.needs:
        found.append(Chip(_("Needs"), _(NEEDS[search.needs]), replace(search, needs="").address()))
    return found


def _created(search: OrderSearch) -> str:
    if search.created == "between":
        return f"{search.start or '…'} – {search.end or '…'}"
    return _(CREATED[search.created]) if search.created in CREATED else search.created
