"""Checks whether text can be displayed."""

import unicodedata

# They change the direction of the text around them, on pages and in documents.
_DIRECTION_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Letters and symbols that are displayed as nothing.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_BREAKS = frozenset("\n\r\t\u2028\u2029")


def is_plain(text: str) -> bool:
    """Whether text needs no further check: printable ASCII, not empty, no space around it."""
    return (
        text.isascii() and text.isprintable() and text != "" and text[0] != " " and text[-1] != " "
    )


def is_visible(text: str) -> bool:
    """Whether text has a visible character: a letter, digit or sign."""
    return any(unicodedata.category(c)[0] in "LNPS" and c not in _BLANK for c in text)


def unshowable(text: str, *, lines: bool) -> str | None:
    """Why `text` can't be displayed, naming the first such character; None if it can.

    With `lines`, line breaks and tabs are allowed.
    """
    for character in text:
        if character in _DIRECTION_CONTROLS:
            return f"has a character that turns the direction of text ({_named(character)})"
        if character in _BREAKS:
            if not lines:
                return "has a line break or a tab; it is one line"
        elif unicodedata.category(character) in ("Cc", "Cs"):
            return f"has a control character ({_named(character)})"
    return None


def _named(character: str) -> str:
    return f"U+{ord(character):04X}"
