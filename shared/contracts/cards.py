"""Detects and masks card numbers: none ever enters the system.

A card number has 13 to 19 digits that pass the Luhn check (ISO/IEC 7812-1), written together or in
groups, alone or within a longer text. One number in ten passes by chance. So fields that normally
hold numbers (`NUMBERS`: phones, tracking numbers, articles with a barcode in their name) are
refused only if an issuer's prefix and length match as well, and ids aren't checked.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel

from shared.contracts.base import ID_PATTERN, Name

MIN_DIGITS, MAX_DIGITS = 13, 19
CARD_NUMBER = "looks like a card number; card numbers are never kept"
# Marks a field that normally holds numbers.
NUMBERS = "numbers"
ArticleName = Annotated[Name, NUMBERS]

# What may stand between groups of digits: spaces, dashes of all kinds, copied invisible characters.
_BETWEEN = r"[\s\-\u00ad\u2010-\u2015\u2212\u200b-\u200d\u2060\ufeff]{1,3}"
_RUN = re.compile(rf"\d+(?:{_BETWEEN}\d+)*")
_ENOUGH = re.compile(rf"\d(?:(?:{_BETWEEN})?\d){{{MIN_DIGITS - 1}}}")
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
# Prefixes with their lengths: Visa, Mastercard twice, Amex, Diners, Discover, JCB, UnionPay.
_ISSUED = re.compile(
    r"4\d{15}(?:\d{3})?|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|4[4-9]\d|5\d\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}"
    r"|62\d{14,17}"
)


def card_numbers(text: str, issued: bool = False) -> Iterator[tuple[int, int]]:
    """Yields start and end of each card number in `text`; with `issued`, only of known issuers."""
    if not _ENOUGH.search(text):
        return
    for run in _RUN.finditer(text):
        groups = [m.span() for m in re.finditer(r"\d+", run.group())]
        for first, (start, _) in enumerate(groups):
            digits = ""
            for begin, end in groups[first:]:
                digits += run.group()[begin:end]
                if len(digits) > MAX_DIGITS:
                    break
                if _is_one(digits, issued):
                    yield run.start() + start, run.start() + end


def has_card_number(text: str, issued: bool = False) -> bool:
    """Whether `text` contains a card number."""
    return next(card_numbers(text, issued), None) is not None


def masked(text: str, issued: bool = False) -> str:
    """Returns `text` with a `*` for every digit of a card number."""
    kept = list(text)
    for start, end in card_numbers(text, issued):
        kept[start:end] = ["*" if c.isdigit() else c for c in kept[start:end]]
    return "".join(kept)


def card_field(value: BaseModel) -> str | None:
    """The path of the first field in `value` that contains a card number; None if none does."""
    for name, numbers in _fields(type(value)):
        found = _within(getattr(value, name), numbers)
        if found is not None:
            return f"{name}{found}"
    return None


def _within(inner: Any, numbers: bool) -> str | None:
    if isinstance(inner, str):
        return "" if has_card_number(inner, numbers) else None
    if isinstance(inner, BaseModel):
        path = card_field(inner)
        return None if path is None else f".{path}"
    if isinstance(inner, tuple):
        for position, part in enumerate(inner):
            if (path := _within(part, numbers)) is not None:
                return f".{position}{path}"
    return None


def _is_one(digits: str, issued: bool) -> bool:
    if len(digits) < MIN_DIGITS:
        return False
    values = [int(digit) for digit in digits]  # digits of any script
    total = sum(values[::-2]) + sum(_DOUBLED[value] for value in values[-2::-2])
    if total % 10:
        return False
    return not issued or _ISSUED.fullmatch("".join(map(str, values))) is not None


@cache
def _fields(model: type[BaseModel]) -> tuple[tuple[str, bool], ...]:
    """The fields to check, each with whether it normally holds numbers."""
    return tuple(
        (name, NUMBERS in field.metadata or _marked(field.annotation))
        for name, field in model.model_fields.items()
        if _is_text(field.annotation, field.metadata)
    )


def _is_text(annotation: Any, metadata: Any = ()) -> bool:
    """Whether a field may hold free text: a string that isn't an id, or a part with one."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return _is_text(inner, more)
    if annotation is str:
        return not any(getattr(one, "pattern", None) == ID_PATTERN for one in metadata)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return bool(_fields(annotation))
    return get_origin(annotation) is not Literal and any(map(_is_text, get_args(annotation)))


def _marked(annotation: Any) -> bool:
    if get_origin(annotation) is Annotated and NUMBERS in get_args(annotation)[1:]:
        return True
    return get_origin(annotation) is not Literal and any(map(_marked, get_args(annotation)))
