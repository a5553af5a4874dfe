"""The languages of the pages, and their catalogs."""

import re

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from services.portal import i18n
from services.portal.web.frame import formats
from tests.processes import PROJECT

LANGUAGES = sorted(each for each in i18n.catalogs() if each != i18n.ENGLISH)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}")


def catalog(language: str) -> Catalog:
    file = i18n.FOLDER / language / "LC_MESSAGES" / "portal.po"
    with file.open("rb") as source:
        return read_po(source, locale=language)


def texts() -> set[str]:
    """Every text that the pages translate, by what a catalog calls it."""
    with (PROJECT / "babel.cfg").open(encoding="utf-8") as source:
        methods, options = parse_mapping_cfg(source)
    found = extract_from_dir(
        PROJECT / "services/portal",
        [(pattern.removeprefix("services/portal/"), method) for pattern, method in methods],
        {pattern.removeprefix("services/portal/"): given for pattern, given in options.items()},
        keywords={"_": None, "gettext": None, "ngettext": (1, 2), "N_": None},
    )
    return {each[2] if isinstance(each[2], str) else each[2][0] for each in found}


def test_german_is_there() -> None:
    assert "de" in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_in_the_catalog_and_nothing_else(language: str) -> None:
    """`make texts` adds what is new and removes what is gone."""
    known = {_id(message) for message in catalog(language) if message.id}
    assert known == texts()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_placeholders_of_its_text(language: str) -> None:
    wrong = [
        message.id
        for message in catalog(language)
        if message.id
        for translated in _translations(message)
        if _placeholders(translated) not in _possible(message)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    missing = [m.id for m in catalog(language) if m.id and not all(_translations(m) or [""])]
    assert missing == []


@pytest.mark.parametrize(
    ("chosen", "accepted", "language"),
    [
        (None, "", "en"),
        (None, "de-AT,de;q=0.9,en;q=0.8", "de"),
        (None, "fr,de;q=0.5", "de"),
        (None, "fr", "en"),
        ("de", "en", "de"),
        ("en", "de", "en"),
        ("xx", "de", "de"),
    ],
)
def test_the_reader_chooses_the_language_or_their_browser_does(
    chosen: str | None, accepted: str, language: str
) -> None:
    assert i18n.language_of(chosen, accepted) == language


def test_money_follows_the_language_that_was_chosen() -> None:
    assert formats.locale_of("en-GB,de-AT;q=0.5", "de") == Locale("de", "AT")
    assert formats.locale_of("en-GB", "de") == Locale("de")
    assert formats.locale_of("ja") == Locale("ja")


def _id(message: Message, which: int = 0) -> str:
    return message.id if isinstance(message.id, str) else message.id[which]


def _translations(message: Message) -> list[str]:
    given = [message.string] if isinstance(message.string, str) else message.string
    return [each for each in given if each]


def _possible(message: Message) -> list[set[str]]:
    """The placeholders of a text, and of each form of one that has several."""
    return [_placeholders(_id(message)), _placeholders(_id(message, -1))]


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))
