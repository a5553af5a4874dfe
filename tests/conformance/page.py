"""The page that says which tests show which sentence."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.conformance.claims import Claim, claims
from tests.conformance.sentences import read

PAGE = Path(__file__).parents[2] / "docs" / "conformance.md"

_HEAD = """\
# Every sentence of the specification, and the tests that show it

<!-- Written by `python -m tests.conformance`; don't edit. -->

The specification is the page "Purchase orders" of the CSR portal. Its sentences are numbered in
their order and paraphrased here. A test names the sentences that it shows, with
`@pytest.mark.shows("4.17")`, and the build fails if a sentence has no test.
"""


def page() -> str:
    """The whole page."""
    return _HEAD + "".join(_sections())


def _sections() -> Iterator[str]:
    shown: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims():
        shown[claim.sentence].append(claim)
    for number, section in enumerate(read(), 1):
        yield f"\n## {number}. {section.heading}\n"
        for sentence, words in section.sentences.items():
            yield f"\n**{sentence}** {words}\n"
            for claim in shown[sentence]:
                yield f"- [{_plain(claim.test)}](../{claim.file})\n"


def _plain(test: str) -> str:
    return test.removeprefix("test_").replace("_", " ")
