"""Every sentence of the specification has a test, and the conformance page names it."""

from tests.conformance.claims import claims
from tests.conformance.page import PAGE, page
from tests.conformance.sentences import read

SENTENCES = {number for section in read() for number in section.sentences}


def test_every_sentence_is_shown_by_a_test() -> None:
    shown = {claim.sentence for claim in claims()}
    assert sorted(SENTENCES - shown) == []


def test_tests_name_sentences_that_there_are() -> None:
    unknown = [claim for claim in claims() if claim.sentence not in SENTENCES]
    assert unknown == []


def test_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.conformance"
