"""The texts of rejections: for each key, what happened and what to do.

A key is a code of the contract, with a suffix if a code has several texts (`on-hold`,
`on-hold.already`). Blockers carry key and facts with the English text, so that a page or program
can show them in another language (`rendered`).
"""

from collections.abc import Iterable, Mapping

from shared.contracts.error_texts.carts import CARTS, CATALOG, COUPONS, CUSTOMERS
from shared.contracts.error_texts.orders import EDITS, ORDERS
from shared.contracts.error_texts.payments import PAYMENTS
from shared.contracts.error_texts.returns import RETURNS
from shared.contracts.error_texts.runtime import RUNTIME
from shared.contracts.error_texts.shipments import SHIPMENTS
from shared.contracts.error_texts.text import ErrorText
from shared.contracts.replies import Blocker

__all__ = [
    "ENGLISH",
    "ErrorText",
    "Texts",
    "blocker",
    "id_reused",
    "rendered",
    "said",
    "unknown_method",
]

Texts = Mapping[str, ErrorText]

ENGLISH: Texts = {
    **RUNTIME,
    **ORDERS,
    **EDITS,
    **RETURNS,
    **SHIPMENTS,
    **PAYMENTS,
    **CARTS,
    **COUPONS,
    **CUSTOMERS,
    **CATALOG,
}


def blocker(key: str, **facts: object) -> Blocker:
    """Makes the blocker with the text under `key`, filled in with these facts.

    Its code is the key without the suffix. Raises `KeyError` if there is no such text, or if a fact
    is missing.
    """
    values = {name: str(fact) for name, fact in facts.items()}
    text = ENGLISH[key]
    return Blocker(
        code=key.partition(".")[0],
        message=text.happened.format_map(values),
        remedy=text.remedy.format_map(values),
        text=key,
        facts=values or None,
    )


def id_reused(what: str) -> Blocker:
    """The blocker for creating `what` ("Line 7") under an id that has other content already."""
    return blocker("id-reused", what=what)


def unknown_method(market: str, method: str | None, offered: Iterable[str]) -> Blocker:
    """The blocker for a payment or shipping method that a market doesn't offer.

    `method` is None if the market offers no method at all.
    """
    named = ", ".join(offered)
    if method is None or not named:
        return blocker("unknown-method.none", market=market)
    return blocker("unknown-method", market=market, method=method, offered=named)


def rendered(blocker: Blocker, texts: Texts) -> tuple[str, str | None]:
    """Returns what happened and what to do, translated by a site's `texts` if they have the key.

    Blockers of version 0.1 have no key and no remedy.
    """
    text = texts.get(blocker.text or "")
    facts = blocker.facts or {}
    if text is None or not text.facts() <= facts.keys():
        return blocker.message, blocker.remedy
    return text.happened.format_map(facts), text.remedy.format_map(facts)


def said(blocker: Blocker, texts: Texts) -> str:
    """Returns what happened and what to do, in one text."""
    return " ".join(filter(None, rendered(blocker, texts)))
