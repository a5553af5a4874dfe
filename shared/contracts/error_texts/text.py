"""The type of error texts."""

from collections.abc import Iterable
from string import Formatter
from typing import NamedTuple


class ErrorText(NamedTuple):
    """What happened, and what the reader can do about it.

    Both are templates: `{order}` is replaced by a fact. Facts are written as the contract writes
    them: ids, and amounts as decimal strings next to their currency.
    """

    happened: str
    remedy: str

    def facts(self) -> frozenset[str]:
        """The names of the facts that the templates use."""
        return frozenset(_fields(self.happened)) | frozenset(_fields(self.remedy))


def _fields(template: str) -> Iterable[str]:
    return (name for _, name, _, _ in Formatter().parse(template) if name)
