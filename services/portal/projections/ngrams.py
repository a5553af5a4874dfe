"""Names as they are searched: without case and accents, in pieces that an index can find.

A piece is three characters from anywhere in a name (`ayl`), or some from its start with a mark
before them (`Ftay`; `Ctay` if it is the customer's). A search looks up the rarest of its pieces,
and whatever that finds is then compared with the whole pattern, unless one piece says it all.
Numbers have pieces of their own: every beginning (`N1000`).
"""

import re
import unicodedata
from collections.abc import Iterable

LENGTH = 3
# Marks are capitals: plain names have none, so a piece is never taken for another kind's.
START = "F"
CUSTOMER = "C"
DIGITS = "N"
BEGINNING = 6  # of an order's names: what is typed is seldom longer
BETWEEN = "\n"  # parts the names of one order; no name has one, for blanks become spaces
ANY = "%"
# Letters that are no letter with an accent, but are looked for as if they were.
_LIKE: dict[int, str] = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}
    | {"ı": "i", "ß": "ss"}
)
# Keyboards have one apostrophe and one hyphen; names come with every kind of them.
_APOSTROPHES = (
    "\u2018\u2019\u201b\u02b9\u02bb\u02bc\u02bd\u02c8\u02ca\u02cb\u2032\u2035`\u00b4\ua78c\uff07"
)
_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"
_MARKS = str.maketrans(dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_HYPHENS, "-"))
# What nobody sees is a blank, as tabs and line ends are; MongoDB takes no pattern with a NUL.
_UNSEEN = dict.fromkeys(range(32), " ")
_COMPARED = _LIKE | _UNSEEN | _MARKS
# Accents, and what has no width: joiners, soft hyphens, marks of direction.
_UNHEARD = ("Mn", "Me", "Cf")


def plain(text: str | None) -> str:
    """A name or pattern as people type it: no case, accents or width, one kind of apostrophe and
    of hyphen, nothing without width, single spaces (rules: Names are found as people type them).

    The same for what is written to an index and what is asked.
    """
    if text and text.isascii():
        return " ".join(text.lower().translate(_COMPARED).split())
    folded = unicodedata.normalize("NFKD", (text or "").translate(_MARKS).casefold())
    bare = "".join(c for c in folded if unicodedata.category(c) not in _UNHEARD)
    return " ".join(bare.casefold().translate(_COMPARED).split())


def pieces_of(names: Iterable[str]) -> set[str]:
    """The pieces by which any of these plain names can be found."""
    found: set[str] = set()
    for name in names:
        found |= {name[at : at + LENGTH] for at in range(len(name) - LENGTH + 1)}
        found |= starts_of(name, START, LENGTH)
    return found


def starts_of(name: str, mark: str, longest: int = BEGINNING) -> set[str]:
    """The pieces by which a plain name can be found from its start, of that many characters."""
    return {mark + name[:length] for length in range(1, min(longest, len(name)) + 1)}


def digits_of(number: str) -> str:
    """The digits of an order's number: `PO1000042` and `po 1000042` are `1000042`."""
    return "".join(c for c in number if c.isdigit() and c.isascii())


def beginnings_of(number: str) -> set[str]:
    """The pieces by which a number can be found: all its beginnings."""
    digits = digits_of(number)
    return {DIGITS + digits[:length] for length in range(1, len(digits) + 1)}


class Pattern:
    """What somebody types to find a name: from its start, `%` for any run of characters."""

    def __init__(self, typed: str) -> None:
        # Runs of blanks are one, but those beside a `%` count: `% hayes` isn't `%hayes`.
        parts = typed.split(ANY)
        last = len(parts) - 1
        self._parts = [_inner(part, first=i == 0, last=i == last) for i, part in enumerate(parts)]

    @property
    def anything(self) -> bool:
        """Whether it asks for nothing in particular: it is empty, or `%`."""
        return not any(self._parts)

    @property
    def pieces(self) -> list[str]:
        """Every piece that a matching name has; none if what was typed is too short for one."""
        start = self._parts[0]
        return ([START + start[:LENGTH]] if start else []) + self._inside

    @property
    def whole(self) -> str:
        """All that was typed, if it is the beginning of a name and short enough for a piece."""
        return self._parts[0] if len(self._parts) == 1 and len(self._parts[0]) <= BEGINNING else ""

    def pieces_from(self, mark: str) -> list[str]:
        """As `pieces`, where names have their longer beginnings marked so (`starts_of`)."""
        start = self._parts[0]
        return ([mark + start[:BEGINNING]] if start else []) + self._inside

    @property
    def _inside(self) -> list[str]:
        found = (
            part[at : at + LENGTH] for part in self._parts for at in range(len(part) - LENGTH + 1)
        )
        return list(dict.fromkeys(found))

    def regex(self, *, any_of_them: bool = False) -> str:
        """For names parted by `BETWEEN`: of the first one, or of any. What was typed is literal.

        In brackets, MongoDB doesn't take the start for a range to jump to, entry by entry.
        """
        start = rf"(?:\A|{BETWEEN})" if any_of_them else r"(?:\A)"
        return start + f"[^{BETWEEN}]*".join(map(re.escape, self._parts))

    def matches(self, names: str) -> bool:
        """Whether the first of `names` matches; the same as the database says of `regex`."""
        return re.search(self.regex(), names) is not None


def _inner(part: str, *, first: bool, last: bool) -> str:
    kept, seen = plain(part), part.translate(_UNSEEN)
    if kept and not first and seen[:1].isspace():
        kept = " " + kept
    if kept and not last and seen[-1:].isspace():
        kept += " "
    return kept
