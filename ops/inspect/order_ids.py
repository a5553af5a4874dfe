"""Finds an order by what people call it."""

import re

from ops.inspect.journals import Journals
from shared.runtime.settings import Settings

_NUMBER = re.compile(r"[A-Za-z]+[0-9]+")


def order_id(settings: Settings, name: str) -> str:
    """The id of the order that is called `name`: its number if an order has it, else its id.

    Raises `UnreachableError` if that can't be looked up.
    """
    if not _NUMBER.fullmatch(name):
        return name
    with Journals(settings) as journals:
        return journals.order_with_number(name.upper()) or name
