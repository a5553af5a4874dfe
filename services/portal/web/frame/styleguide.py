"""The style guide: what the pages are made of, for those who work on them."""

import re
from typing import get_args

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.auth.guard import Operator
from services.portal.web.frame.assets import load
from services.portal.web.frame.rendering import page
from shared.contracts.checkout import PaymentStatus
from shared.contracts.orders import OrderStatus
from shared.contracts.shipments import ShipmentStatus

router = APIRouter(include_in_schema=False)

# Colours of text and the grounds they stand on, by the names that styles/_tokens.scss gives them.
TEXTS = ("body-color", "secondary", "tertiary", "link-color", "good", "moving", "waiting", "bad")
GROUNDS = ("body-bg", "bg-surface", "bg-surface-secondary", "active-bg")
TOKEN = re.compile(
    r"--([\w-]+):\s*light-dark\(#([0-9a-f]{6}|[0-9a-f]{3}),\s*#([0-9a-f]{6}|[0-9a-f]{3})\)"
)
STATUSES = {
    "Orders": get_args(OrderStatus),
    "Shipments": get_args(ShipmentStatus),
    "Payments": get_args(PaymentStatus),
    "Dead letters": ("open", "redriven", "dropped"),
}


@router.get("/styleguide")
async def styleguide(request: Request, person: Operator) -> Response:
    """Type, colours with their contrasts, and every part that pages are made of."""
    css = load(request.app.state.portal.settings.portal_assets).get("portal.css")
    return page(
        request,
        "frame/styleguide.html",
        person,
        contrasts=contrasts(css.content.decode()) if css else {},
        grounds=GROUNDS,
        statuses=STATUSES,
    )


@router.get("/styleguide/dialog")
async def dialog(request: Request, person: Operator) -> Response:
    """The example of a dialog."""
    return page(request, "frame/styleguide_dialog.html", person)


def contrasts(css: str) -> dict[str, dict[str, tuple[float, float]]]:
    """The contrast of each text on each ground, in light and in dark, from the style sheet."""
    tokens = {name: (light, dark) for name, light, dark in TOKEN.findall(css.lower())}
    return {
        text: {
            ground: (
                contrast(tokens[text][0], tokens[ground][0]),
                contrast(tokens[text][1], tokens[ground][1]),
            )
            for ground in GROUNDS
        }
        for text in TEXTS
    }


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, `13612f` and `fff` (WCAG 2.2, 1.4.3)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    digits = colour if len(colour) == 6 else "".join(each * 2 for each in colour)
    parts = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
