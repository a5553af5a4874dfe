"""Reads the site's file, and says which line is wrong."""

from collections.abc import Callable, Sequence
from pathlib import Path

import yaml
from pydantic import ValidationError

from shared.contracts.base import Malformed
from shared.contracts.field_errors import mistakes
from shared.site.model import Site


class SiteError(Exception):
    """The site's configuration can't be used; the message names file, line, field and rule."""


def load(path: Path, check: Callable[[Site], None] = lambda site: None) -> Site:
    """The site that the YAML file at `path` describes. Raises `SiteError`.

    `check` looks at it as well, and raises `Malformed` with the field that is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SiteError(f"{path}: {error.strerror}") from error
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SiteError(f"{path}, line {line}: {error.problem}") from error
    try:
        site = Site.model_validate(content)
        check(site)
    except ValidationError as error:
        wrong = [_say(path, tree, _steps(m.field), m.message) for m in mistakes(error)]
        raise SiteError("\n".join(wrong)) from error
    except Malformed as error:
        raise SiteError(_say(path, tree, error.field.split("."), error.message)) from error
    return site


def _steps(field: str) -> list[str]:
    """The way to a mistake, as the file has it; of a coupon pydantic names the kind as well."""
    steps = [] if field == "value" else field.split(".")
    if steps[:1] == ["coupons"]:
        del steps[2:3]
    return steps


def _say(path: Path, tree: yaml.Node | None, steps: Sequence[str], message: str) -> str:
    return f"{path}, line {_line(tree, steps)}: {'.'.join(steps) or 'the file'}: {message}"


def _line(node: yaml.Node | None, steps: Sequence[str]) -> int:
    """The line of the deepest place on the way `steps` that is really there, counted from 1."""
    line = node.start_mark.line + 1 if node else 1
    for step in steps:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == step), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and step.isdigit() and int(step) < len(node.value):
            node = node.value[int(step)]
            line = node.start_mark.line + 1
        else:
            break
    return line
