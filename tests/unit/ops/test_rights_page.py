"""The tables of rights and topics in the docs are those of the code."""

from ops.docs.rights import PAGE, page
from ops.security.rights.needs import all_needs
from shared.contracts import TOPICS


def test_the_page_is_as_the_code_has_it() -> None:
    """If not: python -m ops.docs.rights."""
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text


def test_every_user_and_topic_is_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [each.user for each in all_needs() if f"| `{each.user}` |" not in text] == []
    assert [topic.name for topic in TOPICS if f"`{topic.name}`" not in text] == []
