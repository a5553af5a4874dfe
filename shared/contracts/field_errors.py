"""Turns validation errors into sentences for people, with examples of valid values.

Each kind of mistake has a template. Facts are in braces, so that a site can translate it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

from shared.contracts.base import EMAIL_PATTERN, ID_PATTERN, Malformed

MAX_MISTAKES = 5  # in one message


class Mistake(NamedTuple):
    """A field, and what is wrong with it."""

    field: str
    message: str


SENTENCES: Mapping[str, str] = {
    "missing": "is missing",
    "string_type": 'must be text in quotes, such as "abc"',
    "string_too_short": "must not be empty",
    "string_too_long": "is longer than {max_length} characters",
    "id": "must have 1 to 64 letters, digits or . _ : - and no blank, such as c-1001",
    "email": "must be an email address of at most 254 characters, such as mercy@example.com",
    "link": "must be a web address, such as https://example.com/mug",
    "text": "must have something visible in it",
    "code": "must be in the form of its example",
    "int_type": "must be a whole number, such as 2",
    "too_small": "must be at least {ge}",
    "too_large": "must be at most {le}",
    "too_many_digits": "is too large a number",
    "out_of_range": "must be above {gt}",
    "below": "must be below {lt}",
    "too_short": "must have at least {min_length}, and has {actual_length}",
    "too_long": "must have at most {max_length}, and has more",
    "choice": "must be {expected}",
    "object": "must be an object in braces, such as {{}}",
    "list": "must be a list in brackets, such as []",
    "bool_type": "must be true or false",
    "date": "must be a day, such as 2026-12-31",
    "json": "is not valid JSON",
    "extra_forbidden": "is not a field here",
    "nested": "has too many objects and lists within each other",
    "other": "is not what is expected here",
}
_KINDS: Mapping[str, str] = {
    "int_from_float": "int_type",
    "int_parsing": "int_type",
    "int_parsing_size": "too_many_digits",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_large",
    "greater_than": "out_of_range",
    "less_than": "below",
    "literal_error": "choice",
    "union_tag_invalid": "choice",
    "model_type": "object",
    "model_attributes_type": "object",
    "dict_type": "object",
    "mapping_type": "object",
    "tuple_type": "list",
    "list_type": "list",
    "bool_parsing": "bool_type",
    "date_type": "date",
    "date_parsing": "date",
    "date_from_datetime_parsing": "date",
    "date_from_datetime_inexact": "date",
    "float_parsing": "code",
    "finite_number": "code",
    "json_type": "json",
}
_PATTERNS: Mapping[str, str] = {ID_PATTERN: "id", EMAIL_PATTERN: "email", r"\S": "text"}
_OURS = frozenset({"value_error", "money", "time"})  # their messages are sentences of the contract


def mistakes(error: ValidationError) -> list[Mistake]:
    """Lists every wrong field once, in the order of the class. The input isn't repeated."""
    return listed(error.errors(include_url=False, include_input=False))


def listed(errors: Iterable[Mapping[str, Any]]) -> list[Mistake]:
    """The same for the errors that an exception of pydantic or FastAPI holds."""
    found: dict[str, str] = {}
    for each in errors:
        steps = [str(step) for step in each["loc"]]
        found.setdefault(".".join(steps) or "value", _sentence(each))
    return [Mistake(field, text) for field, text in found.items()]


def first(error: ValidationError) -> Malformed:
    """Returns the first mistake as an exception; its message lists the others as well."""
    found = mistakes(error)
    (field, text), others = found[0], found[1:]
    text += "".join(f"; {other.field} {other.message}" for other in others[: MAX_MISTAKES - 1])
    more = len(others) - MAX_MISTAKES + 1
    return Malformed(field, text + (f"; and {more} more" if more > 0 else ""))


def _sentence(each: Mapping[str, Any]) -> str:
    kind = each["type"]
    if kind in _OURS:
        return str(each["msg"]).removeprefix("Value error, ")
    context = dict(each.get("ctx", {}))
    if kind == "string_pattern_mismatch":
        pattern = str(context.get("pattern"))
        kind = _PATTERNS.get(pattern, "link" if pattern.startswith("^https") else "code")
    elif kind == "json_invalid":
        kind = "nested" if "recursion limit" in each["msg"] else "json"
    elif kind == "union_tag_invalid":
        context["expected"] = " or ".join(str(context["expected_tags"]).rsplit(", ", 1))
    kind = _KINDS.get(kind, kind)
    template = SENTENCES.get(kind, SENTENCES["other"])
    return template.format_map(_Facts(context))


class _Facts(dict[str, Any]):
    """Formats numbers with thousands separators, and choices without quotes."""

    def __getitem__(self, name: str) -> str:
        value = super().get(name, "…")
        if isinstance(value, int):
            return f"{value:,}"
        return re.sub(r"'", "", str(value))


def sentences(found: Sequence[Mistake]) -> str:
    """All mistakes in one line."""
    return "; ".join(f"{field} {message}" for field, message in found)
