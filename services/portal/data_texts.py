"""The texts that are data: of events, rejections and statuses. The catalogs have them as well.

They aren't written as calls of gettext, because services use them too. `extract` hands them to
`make texts`.
"""

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import Any, get_args

from services.portal import i18n
from services.portal.field_errors import labels
from services.portal.field_messages import texts as messages
from services.portal.i18n import _
from services.portal.queries.event_wordings import TEXTS
from shared.contracts.checkout import PaymentStatus, TransactionType
from shared.contracts.edit_texts import EDITS
from shared.contracts.error_texts import ENGLISH, ErrorText, Texts
from shared.contracts.orders import OrderStatus
from shared.contracts.returns import ReturnStatus
from shared.contracts.shipments import ShipmentStatus
from shared.contracts.statuses import label

CART_STATUSES = ("Open", "Draft", "CheckedOut", "Deleted")
EXPIRED = "Expired"  # a payment, as people see it
LETTER_STATES = ("open", "redriven", "dropped", "already")


def data_texts() -> Iterator[str]:
    """Yields every text that is data, in English."""
    yield from TEXTS.values()
    yield from EDITS.values()
    yield from labels()
    yield from messages()
    for text in ENGLISH.values():
        yield from text
    for statuses in (OrderStatus, ShipmentStatus, PaymentStatus, TransactionType, ReturnStatus):
        yield from map(label, get_args(statuses))
    yield from map(label, CART_STATUSES)
    yield EXPIRED
    yield from LETTER_STATES


def extract(
    _file: Any, _keywords: Collection[str], _comments: Collection[str], options: Any
) -> Iterable[tuple[int, None, str, list[str]]]:
    """The extractor for babel.cfg: yields line, function, text and comments."""
    del options  # there are none; babel names the argument
    return [(1, None, text, []) for text in dict.fromkeys(data_texts()) if text]


def rejections(own: Texts) -> Texts:
    """The texts of rejections in the language of the request; a site's `own` ones come first."""
    language = i18n.language()
    return own if language == i18n.ENGLISH else {**_translated(language), **own}


@cache
def _translated(_language: str) -> Texts:
    return {key: ErrorText(_(text.happened), _(text.remedy)) for key, text in ENGLISH.items()}
