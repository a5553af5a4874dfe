"""Barcodes for printed pages: Code 128, which every scanner reads."""

import re
from functools import lru_cache

from barcode import Code128
from barcode.writer import SVGWriter
from markupsafe import Markup

STYLE = re.compile(r'style="fill:(\w+);?"')
# In millimetres: wide enough for a hand scanner, low enough for the header of a packing slip.
OPTIONS = {"module_height": 12.0, "module_width": 0.33, "write_text": False, "quiet_zone": 4.0}


@lru_cache(maxsize=1000)
def barcode(text: str) -> Markup:
    """The barcode of `text`, printable ASCII, as an SVG element."""
    svg = Code128(text, writer=SVGWriter()).render(OPTIONS).decode()
    # The policy of the pages forbids style attributes: without them every bar is black, and so is
    # the ground.
    svg = STYLE.sub(r'fill="\1"', svg)
    return Markup(svg[svg.index("<svg") :])  # noqa: S704 # drawn here, from bars alone
