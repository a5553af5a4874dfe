"""Loads the site's configuration file, and reports errors with their line."""

from collections.abc import Callable, Sequence
from pathlib import Path

import yaml
from pydantic import ValidationError

from shared.contracts.base import Malformed
from shared.contracts.field_errors import mistakes
from shared.site.model import Site


class SiteError(Exception):
    """The site's configuration is invalid. The message names file, line, field and rule."""


def load(path: Path, check: Callable[[Site], None] = lambda site: None) -> Site:
    """Loads the site from the YAML file at `path`. Raises `SiteError` if it is invalid.

    `check` is a further check: it raises `Malformed` with the field that is wrong.
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
        errors = [_error_text(path, tree, _steps(m.field), m.message) for m in mistakes(error)]
        raise SiteError("\n".join(errors)) from error
    except Malformed as error:
        raise SiteError(_error_text(path, tree, error.field.split("."), error.message)) from error
    return site


def _steps(field: str) -> list[str]:
    """Splits the field of an error into keys of the file.

    Leaves out the kind of a coupon, which pydantic adds.
    """
    steps = [] if field == "value" else field.split(".")
    if steps[:1] == ["coupons"]:
        del steps[2:3]
    return steps


def _error_text(path: Path, tree: yaml.Node | None, steps: Sequence[str], message: str) -> str:
    return f"{path}, line {_line(tree, steps)}: {'.'.join(steps) or 'the file'}: {message}"


def _line(node: yaml.Node | None, steps: Sequence[str]) -> int:
    """The line, counted from 1, of the deepest node on the path `steps` that the file has."""
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
