"""The sentences of the specification, as `sentences.yaml` numbers them."""

from dataclasses import dataclass
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("sentences.yaml")


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the page: its heading, and its sentences by number."""

    heading: str
    sentences: dict[str, str]


def read() -> list[Section]:
    """All sections, in the page's order."""
    # BaseLoader keeps every scalar as text: 2.10 is a number of its own, not 2.1.
    content = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return [Section(part["section"], part["sentences"]) for part in content]
