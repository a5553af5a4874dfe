"""What is wrong with a field, in the language of the reader.

Messages are made in English where the mistake is found, in the contract and in the services. Their
texts are listed here; a message is recognized by its text, and its facts are put into the
translation. One that isn't listed stays English.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from services.portal.i18n import N_, _, whole
from shared.contracts.field_errors import SENTENCES

# Messages beside those of `SENTENCES`, with their facts in braces.
TEXTS = (
    N_("must be an amount, such as {example}"),
    N_("must be an amount, such as {example}, of at most 15 digits"),
    N_('must be an amount in quotes, such as "{example}"'),
    N_('must be an amount in quotes, such as "{example}", not below zero'),
    N_("is missing; choose the currency of the amount"),
    N_("must be an ISO 4217 currency, such as USD"),
    N_("must be an ISO 3166-1 country code of two capitals, such as US"),
    N_('must be a time with its zone, such as "{example}"'),
    N_("must be a time that exists in UTC"),
    N_("enter a whole number, such as 2"),
    N_("enter a day as 2026-11-23"),
    N_("enter a day between 1970 and {year}"),
    N_("the end date is before the start date"),
    N_("unknown time zone; use a name such as Europe/Stockholm"),
    N_("must be one of {choices}"),
    N_("must name at least one order"),
    N_("has more than {most} choices; choose fewer, such as one page at a time"),
    N_("isn't one that this page shows; open the form again"),
    N_("isn't the position of a page; open the list again"),
    N_("{most} are saved already; delete one first"),
    N_("{most} views are shared already; unshare one"),
    N_("must not be empty; enter a name such as Unpaid in Sweden"),
    N_("has invisible characters; type it without them, such as On hold"),
    N_("is longer than {most} characters; set fewer"),
    N_("is the name of another view of yours; choose one such as On hold, US"),
    N_("a quantity, a price or a discount is needed"),
    N_("a new shipment needs an address and a shipping method"),
    N_("a line's discount needs shipment_id and line_id"),
    N_("more money than the contract can write: 15 digits before the point"),
    N_("can't be cleared; give a value, or leave it out to keep it"),
    N_("give an address, or the address_id of one in the address book"),
    N_("no market is called {market}"),
    N_("no warehouse is called {warehouse}"),
    N_("differs from the customer's own"),
    N_("is needed in at least one row"),
)
_FACT = re.compile(r"{(\w+)}")
_EXAMPLE = re.compile(r"(?s)(.*) \(example: (.*)\)")
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})*")


def texts() -> Iterator[str]:
    """Yields every text of a message, in English and with its facts in braces."""
    yield from SENTENCES.values()
    yield from TEXTS


def translated(message: str) -> str:
    """Returns a message in the language of the request, with its example if it has one."""
    if found := _EXAMPLE.fullmatch(message):
        return _("{message} (example: {example})").format(
            message=translated(found[1]), example=found[2]
        )
    for text, pattern in _patterns().items():
        if match := pattern.fullmatch(message):
            facts = {name: _fact(value) for name, value in match.groupdict().items()}
            return _(text).format_map(facts)
    return message


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    """The pattern of each text, those with the most letters of their own first."""
    ordered = sorted(dict.fromkeys(texts()), key=lambda text: -len(_FACT.sub("", text)))
    return {text: re.compile(_pattern(text), re.DOTALL) for text in ordered}


def _pattern(text: str) -> str:
    parts = _FACT.split(text.replace("{{", "\0").replace("}}", "\1"))
    literal = [re.escape(each.replace("\0", "{").replace("\1", "}")) for each in parts[::2]]
    facts = [f"(?P<{name}>.+)" for name in parts[1::2]] + [""]
    return "".join(each for pair in zip(literal, facts, strict=True) for each in pair)


def _fact(value: str) -> str:
    """A number as it is written in the language; of choices, the last one after its "or"."""
    if _NUMBER.fullmatch(value):
        return whole(int(value.replace(",", "")))
    return value.replace(" or ", " " + _("or") + " ")
