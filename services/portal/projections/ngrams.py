"""N-grams of names, without case and accents, by which an index finds any part of a name.

An n-gram is either three characters from anywhere in a name (`ayl`), or a prefix of the name behind
a mark (`Ftay`; `Ctay` if it is the customer's name). A search looks up the rarest of its n-grams
and compares what it finds with the whole pattern, unless a single n-gram is the whole pattern.
Order numbers have their own n-grams: all their prefixes (`N1000`). SKUs, tracking numbers and
payment references are kept whole (`Sdress-1`, `T1z99`, `Rtx-7`), and of carts their ids and the
customer's email (`Idraft-7`, `Emercy@example.com`).
"""

import re
import unicodedata
from collections.abc import Iterable

LENGTH = 3
# Marks are capitals. Normalized names have none, so the kinds of n-grams never clash.
START = "F"
CUSTOMER = "C"
DIGITS = "N"
SKU = "S"
TRACKING = "T"
REFERENCE = "R"
CART_ID = "I"
EMAIL = "E"
LONGEST_PREFIX = 6  # characters of an order's names: search terms are rarely longer
SEPARATOR = "\n"  # between the names of one order; `normalize` leaves none in a name
WILDCARD = "%"
# Letters that don't decompose into a base letter and an accent, with what people type for them.
_LIKE: dict[int, str] = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}
    | {"ı": "i", "ß": "ss"}
)
# Keyboards have one apostrophe and one hyphen; names contain every kind of them.
_APOSTROPHES = (
    "\u2018\u2019\u201b\u02b9\u02bb\u02bc\u02bd\u02c8\u02ca\u02cb\u2032\u2035`\u00b4\ua78c\uff07"
)
_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"
_MARKS = str.maketrans(dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_HYPHENS, "-"))
# Control characters count as blanks. MongoDB accepts no pattern that contains NUL.
_CONTROL = dict.fromkeys(range(32), " ")
_COMPARED = _LIKE | _CONTROL | _MARKS
# Unicode categories of accents, and of characters without width: joiners, soft hyphens.
_IGNORED = ("Mn", "Me", "Cf")


def normalize(text: str | None) -> str:
    """Normalizes a name or a search term: no case, accents or full width, one kind of apostrophe
    and of hyphen, no characters without width, single spaces (rules: Names are found as people
    type them).

    Applied both to what is indexed and to what is searched for.
    """
    if text and text.isascii():
        return " ".join(text.lower().translate(_COMPARED).split())
    folded = unicodedata.normalize("NFKD", (text or "").translate(_MARKS).casefold())
    bare = "".join(c for c in folded if unicodedata.category(c) not in _IGNORED)
    return " ".join(bare.casefold().translate(_COMPARED).split())


def ngrams_of(names: Iterable[str]) -> set[str]:
    """The n-grams of these normalized names, and their prefixes of up to `LENGTH` characters."""
    found: set[str] = set()
    for name in names:
        found |= {name[at : at + LENGTH] for at in range(len(name) - LENGTH + 1)}
        found |= prefixes_of(name, START, LENGTH)
    return found


def prefixes_of(name: str, mark: str, longest: int = LONGEST_PREFIX) -> set[str]:
    """The marked prefixes of a normalized name, of up to `longest` characters."""
    return {mark + name[:length] for length in range(1, min(longest, len(name)) + 1)}


def digits_of(number: str) -> str:
    """The digits of an order number: `1000042` for `PO1000042` and `po 1000042`."""
    return "".join(c for c in number if c.isdigit() and c.isascii())


def number_prefixes(number: str) -> set[str]:
    """The marked prefixes of an order number's digits."""
    digits = digits_of(number)
    return {DIGITS + digits[:length] for length in range(1, len(digits) + 1)}


def whole_keys(mark: str, values: Iterable[str | None]) -> set[str]:
    """The marked keys of values that are found as a whole, ignoring case."""
    return {mark + key for key in map(normalize, values) if key}


def email_key(email: str) -> str:
    """The marked key of an email, which is found as a whole: only case makes no difference."""
    return EMAIL + email.strip().casefold()


class Pattern:
    """A search term for names: matches from the start of a name; `%` stands for any characters."""

    def __init__(self, typed: str) -> None:
        # Blanks are collapsed, but those beside a `%` count: `% hayes` isn't `%hayes`.
        parts = typed.split(WILDCARD)
        last = len(parts) - 1
        self._parts = [_part(part, first=i == 0, last=i == last) for i, part in enumerate(parts)]

    @property
    def matches_all(self) -> bool:
        """Whether it matches every name: it is empty, or `%`."""
        return not any(self._parts)

    @property
    def ngrams(self) -> list[str]:
        """The n-grams that every matching name has; empty if the term is too short for one."""
        start = self._parts[0]
        return ([START + start[:LENGTH]] if start else []) + self._inside

    @property
    def prefix(self) -> str:
        """The whole term, if it is a prefix that is short enough for one n-gram; else empty."""
        return (
            self._parts[0]
            if len(self._parts) == 1 and len(self._parts[0]) <= LONGEST_PREFIX
            else ""
        )

    def ngrams_marked(self, mark: str) -> list[str]:
        """As `ngrams`, with the longer prefixes that names have under this mark (`prefixes_of`)."""
        start = self._parts[0]
        return ([mark + start[:LONGEST_PREFIX]] if start else []) + self._inside

    @property
    def _inside(self) -> list[str]:
        found = (
            part[at : at + LENGTH] for part in self._parts for at in range(len(part) - LENGTH + 1)
        )
        return list(dict.fromkeys(found))

    def regex(self, *, any_name: bool = False) -> str:
        """A regular expression for names joined by `SEPARATOR`: matches the first, or any of them.

        The anchor is in a group, so that MongoDB doesn't turn it into an index range and seek entry
        by entry.
        """
        start = rf"(?:\A|{SEPARATOR})" if any_name else r"(?:\A)"
        return start + f"[^{SEPARATOR}]*".join(map(re.escape, self._parts))

    def matches(self, names: str) -> bool:
        """Whether the first of `names` matches; agrees with MongoDB's answer for `regex`."""
        return re.search(self.regex(), names) is not None


def _part(text: str, *, first: bool, last: bool) -> str:
    normalized, blanks = normalize(text), text.translate(_CONTROL)
    if normalized and not first and blanks[:1].isspace():
        normalized = " " + normalized
    if normalized and not last and blanks[-1:].isspace():
        normalized += " "
    return normalized
