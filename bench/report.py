"""`python -m bench report`: writes the tables of the docs from bench/results.

A page has a pair of comments for each table, `<!-- figures: PART -->` and `<!-- end -->`. Between
them comes the newest measurement, or nothing while there is none. With `picture NAME` instead of
the part, a picture that `plots` has drawn comes there.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench import model, sizes
from bench.results import Figures, history, medians

PAGE = Path("docs/performance.md")
PAGES = (PAGE, PAGE.with_name("deployment.md"))
PICTURES = PAGE.parent / "images" / "performance"
MOST_COLUMNS = 8
PLACE = re.compile(r"(<!-- figures: ([\w-]+)(?: ([\w -]+?))? -->\n).*?(<!-- end -->)", re.DOTALL)


def write_all() -> None:
    """Fills in all tables of all pages."""
    for page in PAGES:
        write(page)


def write(page: Path) -> None:
    """Fills in all tables of the page."""
    page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"{page}")


def filled(text: str) -> str:
    """The text of a page with all tables filled in."""
    return PLACE.sub(_filled, text)


def _filled(place: re.Match[str]) -> str:
    part, group = place[2], place[3]
    if part == "picture":
        content = picture(group)
    elif part in COMPUTED:
        content = COMPUTED[part]()
    else:
        content = measured(part, group)
    return f"{place[1]}{content}{place[4]}"


def picture(name: str) -> str:
    """The link to a picture; empty if it wasn't drawn."""
    file = PICTURES / f"{name}.svg"
    if not file.exists():
        return ""
    title = name.replace("-", " ").capitalize()
    return f"\n![{title}]({file.relative_to(PAGE.parent)})\n\n"


def measured(part: str, group: str | None) -> str:
    """The newest figures of a part, or of one group of them; empty if there are none."""
    runs: list[Figures] = []
    for at, runs in history(part):  # noqa: B007 - the last one is wanted
        pass
    if not runs:
        return ""
    found = medians(runs)
    if group:
        found = {p.removeprefix(f"{group} "): v for p, v in found.items() if p.startswith(group)}
    many = "one run" if len(runs) == 1 else f"median of {len(runs)} runs"
    return f"\n{rows(found)}\n{at[:10]}, {many}.\n\n"


def rows(found: Mapping[str, float]) -> str:
    """A table with a row for each first part of a path, and a column for each rest.

    Paths of one word alone make a table of two columns. A table that is too wide is turned around.
    """
    alone = {path: value for path, value in found.items() if " " not in path}
    nested: dict[str, dict[str, float]] = {}
    for path, value in found.items():
        if " " in path:
            row, _, column = path.partition(" ")
            nested.setdefault(row, {})[column] = value
    if max(map(len, nested.values()), default=0) > MOST_COLUMNS:
        nested = turned(nested)
    columns = list(dict.fromkeys(column for row in nested.values() for column in row))
    tables = []
    if alone:
        tables.append(table(["", "figure"], [[_text(p), f"{v:,g}"] for p, v in alone.items()]))
    if nested:
        content = [
            [_text(row), *(f"{values[c]:,g}" if c in values else "" for c in columns)]
            for row, values in nested.items()
        ]
        tables.append(table(["", *map(_text, columns)], content))
    return "\n".join(tables)


def turned(nested: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """The table with rows for columns."""
    found: dict[str, dict[str, float]] = {}
    for row, values in nested.items():
        for column, value in values.items():
            found.setdefault(column, {})[row] = value
    return found


def limits() -> str:
    """The table of `model`; empty without figures."""
    content = [
        [each.resource, each.formula, f"{each.per_second:,.0f}", each.remedy]
        for each in model.computed()
    ]
    head = ["resource", "formula", "orders a second", "what raises it"]
    return f"\n{table(head, content)}\n" if content else ""


def needed() -> str:
    """The table of `sizes`; empty without figures."""
    costs = sizes.measured()
    return f"\n{table([*sizes.HEAD], sizes.rows(costs))}\n" if costs else ""


# Tables that are computed from the figures of other parts.
COMPUTED = {"model": limits, "sizes": needed}


def table(head: list[str], content: list[list[Any]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *content]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _text(name: str) -> str:
    """A name of a figure as text: `p95_ms` becomes `p95, ms`."""
    return re.sub(r" (ms|mb|us|seconds)$", r", \1", name.replace("_", " "))
