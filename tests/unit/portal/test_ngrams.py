"""How names are compared, and that the pieces of a pattern never miss a name that matches."""

import re
import unicodedata

import hypothesis.strategies as st
import pytest
from hypothesis import given

from services.portal.projections.ngrams import (
    BETWEEN,
    CUSTOMER,
    Pattern,
    beginnings_of,
    digits_of,
    pieces_of,
    plain,
    starts_of,
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
    assert Pattern(typed).matches(plain(name)) == found


def test_pattern_is_of_one_name_alone():
    names = BETWEEN.join([plain("Mercy Taylor"), plain("Hayes")])
    assert not Pattern("mercy%hayes").matches(names)
    assert re.search(Pattern("hay").regex(any_of_them=True), names)
    assert not Pattern("hay").matches(names)


@given(
    st.text(LETTERS, max_size=12),
    st.text(LETTERS.replace("%", ""), max_size=15),
    st.text(LETTERS.replace("%", ""), max_size=8),
)
def test_pieces_miss_nothing(typed, one, other):
    names = [plain(one), plain(other)]
    pattern, kept = Pattern(typed), pieces_of(names)
    if re.search(pattern.regex(any_of_them=True), BETWEEN.join(names)):
        assert set(pattern.pieces) <= kept


@given(st.text(LETTERS, max_size=12), st.text(LETTERS.replace("%", ""), max_size=15))
def test_a_short_beginning_is_a_piece_that_says_it_all(typed, name):
    pattern, kept = Pattern(typed), starts_of(plain(name), CUSTOMER) | pieces_of([plain(name)])
    if pattern.matches(plain(name)):
        assert set(pattern.pieces_from(CUSTOMER)) <= kept
    if pattern.whole:
        assert (CUSTOMER + pattern.whole in kept) == pattern.matches(plain(name))


@given(st.text(max_size=30))
def test_plain_is_plain_already(text):
    assert plain(plain(text)) == plain(text)


@given(st.text(max_size=30))
def test_no_pattern_has_what_mongodb_takes_for_its_end(text):
    assert "\0" not in Pattern(text).regex()


def test_pieces_of_names_and_of_numbers_are_never_the_same():
    assert not pieces_of([plain("N100 F10 f100 n100")]) & beginnings_of("PO1000042")


def test_numbers_are_known_by_their_digits():
    assert digits_of("po 1000042") == "1000042"
    assert "N1000042" in beginnings_of("PO1000042")


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
    assert Pattern(typed).matches(plain(name))
    assert set(Pattern(typed).pieces) <= pieces_of([plain(name)])


@given(NAMES, UNSEEN, st.integers(0, 30))
def test_how_it_is_written_makes_no_difference(name: str, unseen: str, at: int) -> None:
    for other in (
        name[:at] + unseen + name[at:],
        name.replace("'", "\u2019").replace("-", "\u2011"),
        name.replace(" ", "\u00a0 "),
        unicodedata.normalize("NFD", name),
        unicodedata.normalize("NFC", name),
    ):
        assert plain(other) == plain(name)
