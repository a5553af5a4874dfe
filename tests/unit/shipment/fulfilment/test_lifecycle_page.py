"""`docs/lifecycle.md` is up to date with the lifecycle table."""

from ops.docs.lifecycle import PAGE, page


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m ops.docs.lifecycle"
