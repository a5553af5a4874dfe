"""The names of saved views."""

import pytest

from services.portal.saved_views import LONGEST_NAME, name_of
from services.portal.web.saved_views import TABS
from shared.contracts import Malformed


def test_a_name_has_single_blanks() -> None:
    assert name_of("  On   hold ") == "On hold"


@pytest.mark.parametrize(
    "name", ["", " ", "\u200b", "\u0301", "a\u202eb", "x" * (LONGEST_NAME + 1)]
)
def test_a_name_that_nobody_can_read_is_refused(name: str) -> None:
    with pytest.raises(Malformed) as refused:
        name_of(name)
    assert refused.value.field == "name"


def test_the_views_that_everybody_has_are_in_the_form_of_an_address() -> None:
    for tab in TABS:
        assert tab.address == ("/orders?" + tab.query if tab.query else "/orders")
