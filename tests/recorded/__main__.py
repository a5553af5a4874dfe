"""Records messages that no recording has yet, or writes down the meaning of all recordings."""

import argparse
import json
from collections.abc import Iterable
from itertools import zip_longest
from pathlib import Path

from tests.recorded import features, meaning
from tests.recorded.features import Feature
from tests.recorded.recording import Written, everything, folders, load, save
from tests.recorded.scenario import scripted, stormy

SEEDS = 1000


def main() -> int:
    """Returns 1 if something can't be recorded, because no history makes it."""
    parser = argparse.ArgumentParser(prog="python -m tests.recorded", description=__doc__)
    parser.add_argument("--meant", action="store_true", help="only what everything means")
    missing = set() if parser.parse_args().meant else record()
    for folder in folders():
        mean(folder)
    print(*(f"no history makes {' '.join(feature)}" for feature in sorted(missing)), sep="\n")
    return 1 if missing else 0


def record() -> set[Feature]:
    """Writes what is new to a new folder; returns what is missing all the same."""
    missing = features.wanted() - features.covered(everything())
    found = choose(scripted(), missing)
    for seed in range(SEEDS if missing else 0):
        found += choose(stormy(seed), missing)
        if not missing:
            break
    if found:
        print(f"recorded in {save(found)}")
    return missing


def choose(written: Iterable[Written], missing: set[Feature]) -> list[Written]:
    """Those that show what is missing, which then isn't: as much of it as possible in few words."""
    chosen = []
    shown = [(features.of(one), len(repr(one)), one) for one in written]
    while shown := [each for each in shown if each[0] & missing]:
        new, _, one = max(shown, key=lambda each: len(each[0] & missing) / each[1])
        missing -= new
        chosen.append(one)
    return chosen


def mean(folder: Path) -> None:
    """Writes down what everything in a recording means; what means more than before stays."""
    file = folder / "meant.jsonl"
    before = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    lines = []
    for one, line in zip_longest(load(folder), before):
        meant = {"of": one.name, "meant": meaning.of(one)}
        written = json.dumps(meant, ensure_ascii=False, sort_keys=True)
        stays = line and not list(
            meaning.lacks(json.loads(line)["meant"], json.loads(written)["meant"])
        )
        lines.append(line if stays else written)
    file.write_text("\n".join([*lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
