"""Text that people can see, and text that can't be shown."""

import unicodedata

# They turn the order of what stands around them, on a page and in every document.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Letters and symbols that are drawn as nothing.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_BREAKS = frozenset("\n\r\t\u2028\u2029")


def is_plain(text: str) -> bool:
    """Whether a quick look is enough: printable ASCII, with no blank around it, and not empty."""
    return (
        text.isascii() and text.isprintable() and text != "" and text[0] != " " and text[-1] != " "
    )


def is_visible(text: str) -> bool:
    """Whether anything of it can be seen: a letter, a digit, a sign."""
    return any(unicodedata.category(c)[0] in "LNPS" and c not in _BLANK for c in text)


def unshowable(text: str, *, lines: bool) -> str | None:
    """Why `text` can't be shown, naming the first character that can't be; None if it can.

    `lines`: line breaks and tabs are welcome.
    """
    for character in text:
        if character in _TURNING:
            return f"has a character that turns the direction of text ({_named(character)})"
        if character in _BREAKS:
            if not lines:
                return "has a line break or a tab; it is one line"
        elif unicodedata.category(character) in ("Cc", "Cs"):
            return f"has a control character ({_named(character)})"
    return None


def _named(character: str) -> str:
    return f"U+{ord(character):04X}"
