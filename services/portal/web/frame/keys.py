"""The keys of the portal: one table, from which pages show them and the script obeys them."""

from dataclasses import dataclass

from services.portal.i18n import N_


@dataclass(frozen=True)
class Key:
    """A key, or several that are pressed one after the other.

    keys   the keys, separated by spaces, as a browser names them
    label  what they do
    go     the page that they open; None for an act of the script in `keys.js`
    act    the name of that act
    """

    keys: str
    label: str
    go: str | None = None
    act: str | None = None


KEYS = (
    Key("?", N_("Show the keys"), act="help"),
    Key("/", N_("Go to the search field of the page"), act="search"),
    Key("g h", N_("Go to Home"), go="/"),
    Key("g o", N_("Go to Orders"), go="/orders"),
    Key("g c", N_("Go to Customers"), go="/customers"),
    Key("g a", N_("Go to Catalog"), go="/catalog"),
    Key("g w", N_("Go to Warehouse"), go="/warehouse"),
    Key("n", N_("Create a new order"), go="/create"),
    Key("j", N_("Next row of a list, or the next order of it; Enter opens a row"), act="next"),
    Key("k", N_("Previous row of a list, or the previous order"), act="previous"),
    Key("x", N_("Select or clear the row"), act="select"),
    Key("Shift+Space", N_("Select the rows from the last one to this"), act="range"),
)
