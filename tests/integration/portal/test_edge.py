"""Values at the edge in every field of every message, at every place where people meet them.

The short form; `python -m tests.edge` is the long one, with every value in every field.
"""

import pytest

from tests.edge.run import SHORT, run
from tests.engines import AnyEngines
from tests.integration.databases import database_of

pytestmark = pytest.mark.engines


async def test_what_the_contract_accepts_is_carried_out_shown_found_and_understood(
    engines: AnyEngines, request: pytest.FixtureRequest
) -> None:
    extent = SHORT._replace(seed=request.config.getoption("--seed"))
    async with database_of(engines) as (client, name):
        report = await run(client[name], extent)
    assert dict(report.wrong) == {}
    assert report.fields >= 250
    assert len(report.at) >= 80
