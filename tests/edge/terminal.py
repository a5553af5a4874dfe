"""The output of `waybill show` for every order and cart of a world."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from rich.console import Console

from ops.cli import cart_output as cart_printing
from ops.cli import show
from ops.inspect.journals import HOMES, _entries
from ops.inspect.order import order_state
from tests.edge.world import World

WIDTH = 10_000  # so that lines aren't broken


def shown(world: World) -> Iterator[tuple[str, str]]:
    """Yields the id of each order and cart with its output. Lets errors of printing through."""
    ids = {
        name.partition("/")[2]
        for service in ("cart", "order")
        for name in world.journals[service].streams
        if name.partition("/")[0] in HOMES
    }
    for one in sorted(ids):
        entries = [
            entry
            for kind, service in HOMES.items()
            for document in world.journals[service].of(f"{kind}/{one}")
            for entry in _entries(service, document)
        ]
        said = io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            console = Console(file=said, width=WIDTH, highlight=False)
            patch.setattr(show, "out", console)
            patch.setattr(cart_printing, "out", console)
            show._print(order_state(one, sorted(entries, key=lambda entry: entry.at)))
        yield one, said.getvalue()
