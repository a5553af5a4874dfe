"""Checks names and prose for the vocabulary that decision 0018 ended.

Prints each finding. Names are those of modules, prose is that of Python files and documents.
"""

import re
import subprocess
import sys
from pathlib import Path

# Names that a module had once and that didn't say what was in it.
NAMES = {
    "again", "asking", "box", "casualties", "clerk", "closing", "companion", "door",
    "ears", "entries", "figures", "finding", "following", "holding", "junk",
    "letter", "letters", "looking", "meters", "moving", "nursery", "objections", "opening",
    "parcels", "paths", "pieces", "places", "plan", "records", "requesting", "rerouting",
    "round", "settling", "shelves", "shortfall", "shown", "sought", "story", "taken",
    "taking", "tales", "teller", "telling", "told", "troubles", "twins", "views",
    "waiting", "watching", "weather", "whims", "words",
}  # fmt: skip
# Words that only the old vocabulary used.
PROSE = re.compile(
    r"\b(tales|telling|casualt(?:y|ies)|companions?|troubles|teller|shelves|twins?|sought|nursery|"
    r"clerks?|whims|waiting rooms?|letter ?box(?:es)?|burials?|anew)\b",
    re.IGNORECASE,
)
# The table old to new, the change log, the specification's own sentences, and this list.
EXEMPT = {
    ".ci/vocabulary.py",
    "CHANGELOG.md",
    "docs/decisions/0018-one-language-one-shape.md",
    "docs/conformance.md",
    "tests/conformance/sentences.yaml",
}
TESTS = re.compile(r"^(test_)?")


def main() -> int:
    """The exit code: 0 if nothing is found."""
    listed = subprocess.check_output(["git", "ls-files", "*.py", "*.md"], text=True).splitlines()
    files = [Path(each) for each in listed if each not in EXEMPT and Path(each).exists()]
    found = [
        f"{file}: the name says nothing of what is in it"
        for file in files
        if TESTS.sub("", file.stem) in NAMES and file.suffix == ".py"
    ]
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            found += [f"{file}:{number}: {word[0]}" for word in PROSE.finditer(line)]
    sys.stdout.write("".join(f"{each}\n" for each in found))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
