"""Finds an order by its id or number."""

import re

from ops.inspect.journals import Journals
from shared.runtime.settings import Settings

_NUMBER = re.compile(r"[A-Za-z]+[0-9]+")


def order_id(settings: Settings, name: str) -> str:
    """Returns the id of the order whose number is `name`, or `name` if no order has that number.

    Raises `UnreachableError` if the journal can't be read.
    """
    if not _NUMBER.fullmatch(name):
        return name
    with Journals(settings) as journals:
        return journals.order_with_number(name.upper()) or name
