"""What an examination finds."""

from typing import Literal

from pydantic import BaseModel

Level = Literal["broken", "warning"]


class Finding(BaseModel):
    """One thing that is wrong.

    level  broken: something doesn't work; warning: somebody should look at it
    what   what is wrong, a sentence
    mend   what to do about it, with the command if there is one
    """

    level: Level
    what: str
    mend: str


class Examined(BaseModel):
    """The result of one examination.

    skipped  why it wasn't done; empty if it was
    """

    name: str
    findings: list[Finding] = []
    skipped: str = ""


def broken(what: str, mend: str) -> Finding:
    """Returns a finding that something doesn't work."""
    return Finding(level="broken", what=what, mend=mend)


def warning(what: str, mend: str) -> Finding:
    """Returns a finding that somebody should look at."""
    return Finding(level="warning", what=what, mend=mend)
