"""Patterns match names as people type them, and their n-grams never miss a matching name."""

import re
import unicodedata

import hypothesis.strategies as st
import pytest
from hypothesis import given

from services.portal.projections.ngrams import (
    CUSTOMER,
    SEPARATOR,
    Pattern,
    digits_of,
    ngrams_of,
    normalize,
    number_prefixes,
    prefixes_of,
)

LETTERS = "abtyáÉ \0.*$%^"


@pytest.mark.parametrize(
    ("typed", "name", "found"),
    [
        ("tay", "Taylor Hayes", True),
        ("tay", "Mercy Taylor", False),
        ("%tay", "Mercy Taylor", True),
        ("%tay", "Taylor Hayes", True),
        ("m%t%r", "Mercy Taylor", True),
        ("MERCY", "Mercy Taylor", True),
        ("zoe", "Zoë Łuczak", True),
        ("%luc", "Zoë Łuczak", True),
        ("%ß", "Anna Strasse", True),
        ("mercy  tay", "Mercy Taylor", True),
        ("% tay", "Mercy Taylor", True),
        ("% tay", "Mercytaylor", False),
        ("mercy\0tay", "Mercy Taylor", True),
        ("%\0tay", "Mercy\x07Taylor", True),
        (".*", "Mercy Taylor", False),
        ("%(", "Mercy Taylor", False),
        ("$", "Mercy Taylor", False),
        ("", "Mercy Taylor", True),
        ("%", "", True),
    ],
)
def test_pattern(typed, name, found):
    assert Pattern(typed).matches(normalize(name)) == found


def test_pattern_matches_within_a_single_name():
    names = SEPARATOR.join([normalize("Mercy Taylor"), normalize("Hayes")])
    assert not Pattern("mercy%hayes").matches(names)
    assert re.search(Pattern("hay").regex(any_name=True), names)
    assert not Pattern("hay").matches(names)


@given(
    st.text(LETTERS, max_size=12),
    st.text(LETTERS.replace("%", ""), max_size=15),
    st.text(LETTERS.replace("%", ""), max_size=8),
)
def test_ngrams_of_a_pattern_are_in_every_matching_name(typed, one, other):
    names = [normalize(one), normalize(other)]
    pattern, ngrams = Pattern(typed), ngrams_of(names)
    if re.search(pattern.regex(any_name=True), SEPARATOR.join(names)):
        assert set(pattern.ngrams) <= ngrams


@given(st.text(LETTERS, max_size=12), st.text(LETTERS.replace("%", ""), max_size=15))
def test_short_prefix_matches_by_a_single_ngram(typed, name):
    pattern, ngrams = (
        Pattern(typed),
        prefixes_of(normalize(name), CUSTOMER) | ngrams_of([normalize(name)]),
    )
    if pattern.matches(normalize(name)):
        assert set(pattern.ngrams_marked(CUSTOMER)) <= ngrams
    if pattern.prefix:
        assert (CUSTOMER + pattern.prefix in ngrams) == pattern.matches(normalize(name))


@given(st.text(max_size=30))
def test_normalize_is_idempotent(text):
    assert normalize(normalize(text)) == normalize(text)


@given(st.text(max_size=30))
def test_regex_never_contains_nul(text):
    assert "\0" not in Pattern(text).regex()


def test_ngrams_of_names_and_numbers_never_clash():
    assert not ngrams_of([normalize("N100 F10 f100 n100")]) & number_prefixes("PO1000042")


def test_numbers_are_indexed_by_their_digits():
    assert digits_of("po 1000042") == "1000042"
    assert "N1000042" in number_prefixes("PO1000042")


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=30)
UNSEEN = st.sampled_from("\u200b\u200c\u200d\u2060\ufeff\u00ad")


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("O\u2019Brien", "o'brien"),
        ("Anne\u2011Marie", "Anne-Marie"),
        ("Anne\u2013Marie", "anne\u2212marie"),
        ("Stra\u00dfe", "strasse"),
        ("S\u00f8ren", "soren"),
        ("\u0130stanbul D\u0131\u015f", "istanbul dis"),
        ("\u0110or\u0111e \u0141uk", "dorde luk"),
        ("\uff2d\uff45\uff52\uff43\uff59", "mercy"),
        ("Mer\u200bcy  \u00a0Tay\u00adlor", "mercy taylor"),
    ],
)
def test_names_are_found_as_people_type_them(name: str, typed: str) -> None:
    assert Pattern(typed).matches(normalize(name))
    assert set(Pattern(typed).ngrams) <= ngrams_of([normalize(name)])


@given(NAMES, UNSEEN, st.integers(0, 30))
def test_normalize_ignores_invisible_characters_and_unicode_forms(
    name: str, unseen: str, at: int
) -> None:
    for other in (
        name[:at] + unseen + name[at:],
        name.replace("'", "\u2019").replace("-", "\u2011"),
        name.replace(" ", "\u00a0 "),
        unicodedata.normalize("NFD", name),
        unicodedata.normalize("NFC", name),
    ):
        assert normalize(other) == normalize(name)
