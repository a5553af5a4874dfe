"""What error pages call an error, and the drawing beside it."""

from services.portal.i18n import N_, _

# By status. The reason stands below the title, and the ways out below that.
TITLES = {
    400: N_("The request can't be read"),
    401: N_("You are not signed in"),
    403: N_("You don't have permission to do this"),
    404: N_("Not found"),
    405: N_("This address can't be used this way"),
    409: N_("This can't be done now"),
    412: N_("Changed since you loaded it"),
    413: N_("The request is too large"),
    422: N_("A field is wrong"),
    429: N_("Too many attempts"),
    500: N_("Something went wrong"),
    503: N_("Temporarily unavailable"),
}
DRAWINGS = {403: "lock", 404: "map-question", 503: "cloud-off"}
NO_PAGE = N_("Page not found. Check the address, or go to Home.")
NO_FORM = N_("The form can't be read. Reload the page and try again.")
TOO_LARGE = N_("The request is larger than one megabyte. Send less at once.")
UNAVAILABLE = N_(
    "The database or the message broker doesn't answer. Nothing is lost: "
    "the portal continues as soon as they are back."
)
FAILED = N_(
    "An error occurred in Waybill; its log has the details. Try again, or tell an operator."
)


def title_of(status: int) -> str:
    """What a page calls this error."""
    return _(TITLES.get(status, TITLES[500]))


def drawing_of(status: int) -> str:
    """The name of its icon."""
    return DRAWINGS.get(status, "alert-triangle")
