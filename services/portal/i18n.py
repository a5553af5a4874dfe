"""The languages of the portal: texts are English in the code, and translated by catalogs."""

import gettext
import re
from contextvars import ContextVar
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

FOLDER = Path(__file__).parent / "web" / "locale"
COOKIE = "language"
ENGLISH = "en"
WEIGHT = re.compile(r"q=(0(\.\d{0,3})?|1(\.0{0,3})?)", re.ASCII | re.IGNORECASE)
MAX_LANGUAGES = 20  # per header; browsers send a handful

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


@cache
def catalogs() -> dict[str, gettext.NullTranslations]:
    """The translations by language; those of English translate nothing."""
    found: dict[str, gettext.NullTranslations] = {ENGLISH: gettext.NullTranslations()}
    for file in sorted(FOLDER.glob("*/LC_MESSAGES/portal.po")):
        language, compiled = file.parts[-3], BytesIO()
        with file.open("rb") as source:
            write_mo(compiled, read_po(source, locale=language))
        compiled.seek(0)
        found[language] = gettext.GNUTranslations(compiled)
    return found


def language() -> str:
    """The language of the current request: `de`."""
    return _language.get()


def _(text: str) -> str:
    """`text` in the language of the current request."""
    return catalogs()[language()].gettext(text)


def N_(text: str) -> str:  # noqa: N802 - what gettext calls it
    """Marks a text for translation that is translated where it is shown."""
    return text


def ngettext(one: str, several: str, number: int) -> str:
    """The text for this number, in the language of the current request."""
    return catalogs()[language()].ngettext(one, several, number)


def whole(number: int) -> str:
    """A whole number as it is written in the language of the current request: `10.000`."""
    return format_decimal(number, locale=language())


def languages() -> dict[str, str]:
    """The languages of the pages by their codes, each called what it calls itself."""
    return {code: (Locale(code).get_display_name(code) or code).capitalize() for code in catalogs()}


def language_of(chosen: str | None, accepted: str) -> str:
    """The language that the reader chose, else the first accepted one that there is."""
    if chosen in catalogs():
        return chosen
    known = (each.language for each in locales_of(accepted))
    return next((each for each in known if each in catalogs()), ENGLISH)


@lru_cache(maxsize=1000)  # clients choose the keys
def locales_of(languages: str) -> tuple[Locale, ...]:
    """The locales that an `Accept-Language` header names, the most wanted one first.

    The highest weight wins, the first one among equals; a weight of zero excludes a language (RFC
    9110, section 12.4.2). `*` is English, the language in which pages are written.
    """
    ranges = [_weighed(each) for each in languages.split(",", MAX_LANGUAGES)[:MAX_LANGUAGES]]
    found: list[Locale] = []
    for tag, weight in sorted(ranges, key=lambda each: -each[1]):
        if tag == "*" or not weight:
            break
        try:
            found.append(Locale.parse(tag, sep="-"))
        except (UnknownLocaleError, ValueError, TypeError):
            continue
    return tuple(found)


def _weighed(language: str) -> tuple[str, float]:
    """Splits `de;q=0.8` into tag and weight: 1 if none is given, 0 if it is invalid."""
    tag, given, weight = language.partition(";")
    found = WEIGHT.fullmatch(weight.strip())
    return tag.strip(), float(found[1]) if found else float(not given)


class Languages:
    """ASGI middleware that sets the language of each request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] == "http":
            sent = HTTPConnection(scope)
            accepted = sent.headers.get("accept-language", "")
            _language.set(language_of(sent.cookies.get(COOKIE), accepted))
        await self._app(scope, receive, send)
