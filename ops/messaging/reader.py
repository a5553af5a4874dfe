"""Reads topics without a consumer group, with the errors of the tools."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from ops.messaging.client_errors import tool_errors
from shared.runtime.settings import Settings
from waybill_client import Reader
from waybill_client.reader import reading as client_reading


@asynccontextmanager
async def reading(
    settings: Settings, topics: Collection[str], *, from_beginning: bool = False
) -> AsyncIterator[Reader]:
    """Opens a reader of `topics` (names of the contract), from the beginning or from now on.

    Raises `UnreachableError`, or `ToolError` if a topic doesn't exist.
    """
    with tool_errors(settings):
        async with client_reading(settings, topics, from_beginning=from_beginning) as reader:
            yield reader
