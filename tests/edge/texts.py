"""Texts as people and programs send them, and characters of every Unicode category."""

from __future__ import annotations

import sys
import unicodedata
from functools import cache

# Syntax of pages, filters, spreadsheets, shells, templates and terminals.
MEANT_ELSEWHERE = (
    '"quoted" \'twice\'', "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "a & b &amp; c",
    "</td></table>", "--><b>bold</b>", "%", "%%a%", "*", ".*", "^a$", "$where", "$gt", '{"$ne": 1}',
    "{{ 7 * 7 }}", "{% raw %}", "${HOME}", "$(id)", "`id`", "\\", "\\n", "\\u0041", "a\\",
    "=1+1", "+1", "-1", "@SUM(A1)", "a,b;c", '=cmd|" /C calc"!A0', "../../etc/passwd", "C:\\new",
    "null", "None", "undefined", "NaN", "true", "0", "-0", "1e9", "[red]x[/red]", "[/]", ":smile:",
    "%s %d {0} {name}", "#", "?a=b&c=d", "http://x.example/?q=1#top", "a/b", "a b", "o'brien",
    "PO1000001", "'; DROP TABLE orders; --", "a|b", "~", "\u2026", "javascript:alert(1)",
)  # fmt: skip
NAMES = (
    "Zoë Łuczak", "Jürgen Groß", "İpek Işık", "Đặng Thị Hòa", "O\u2019Brien", "Anne\u2011Marie",
    "李小龍", "山田 太郎", "ﾔﾏﾀﾞ", "김민준", "محمد علي", "דוד לוי", "नमस्ते", "ภาษาไทย", "Ελένη",
    "Жанна", "ქართველი", "አበበ", "𠮷野家", "𝒜𝓃𝓃𝒶", "Ａｎｎａ", "ﬁnn", "e\u0301", "A\u0308o\u0308",
    "Z" + "\u0301\u0325\u0330" * 20, "👩\u200d👩\u200d👧\u200d👦", "🇸🇪", "👍🏽", "1\ufe0f\u20e3",
    "a\u00a0b", "a\u3000b", "a\u200bb", "a\u200db", "a\u00adb", "a\ufeffb", "a\u2060b", "a  b",
    "\u200fa", "a\u200e", "\U000e0041a", "\ufffd",
)  # fmt: skip
# Texts that the contract's decoder may refuse or change.
DOUBTFUL = (
    "", " ", "\u3000", "\u200b", "\u2800", "\u3164", "\u0301", " a ", "\u00a0a", "a\n", "\na",
    "a\nb",
    "a\r\nb", "a\rb", "a\tb", "a\u2028b", "a\u2029b", "a\x00b", "\x00", "a\x1b[31mb", "a\x7fb",
    "a\x85b", "a\u202eb", "a\u2066b", "\ud800", "a\udfffb", "a\uffffb", "a\U0010ffffb", "a\ue000b",
    "a\u0378b", "4111 1111 1111 1111",
)  # fmt: skip


@cache
def of_every_category() -> tuple[str, ...]:
    """Returns the first and the last character of each Unicode category, between letters."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for point in range(sys.maxunicode + 1):
        category = unicodedata.category(chr(point))
        first.setdefault(category, point)
        last[category] = point
    points = {*first.values(), *last.values()}
    return tuple(f"a{chr(point)}b" for point in sorted(points))


@cache
def texts() -> tuple[str, ...]:
    """Returns all texts, each once."""
    return tuple(dict.fromkeys((*MEANT_ELSEWHERE, *NAMES, *DOUBTFUL, *of_every_category())))


def longest(length: int) -> tuple[str, ...]:
    """Returns texts of exactly `length` characters, and one that is longer by one."""
    words = ("Wilhelmina " * (length // 11 + 1))[:length]
    return (
        words.rstrip().ljust(length, "."),
        "W" * length,
        "😀" * length,
        "\u4e00" * length,
        "&" * length,
        "W" * (length + 1),
    )
