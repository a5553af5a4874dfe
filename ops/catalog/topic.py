"""Reads and writes the catalog's topic."""

from collections.abc import Callable, Collection, Mapping

from ops.messaging.command_client import CommandClient
from ops.messaging.reader import reading
from shared.contracts.catalog import Variant
from shared.contracts.topics import CATALOG_VARIANTS
from shared.runtime.settings import Settings

SOURCE = "waybill-catalog"


async def present(settings: Settings) -> Mapping[str, Variant | None]:
    """Returns the topic's current articles by SKU; None for one that can't be parsed.

    Raises `ToolError`.
    """
    latest: dict[str, Variant | None] = {}
    async with reading(settings, [CATALOG_VARIANTS.name], from_beginning=True) as reader:
        async for seen in reader.to_end():
            if seen.data is None:
                latest.pop(seen.key, None)
            elif seen.type == Variant.type:
                latest[seen.key] = _variant(seen.data)
    return latest


async def publish(
    settings: Settings,
    variants: Collection[Variant],
    published: Callable[[int], None] = lambda _: None,
) -> None:
    """Publishes the articles and reports progress to `published`. Raises `ToolError`."""
    async with CommandClient(settings, source=SOURCE, replies=False) as client:
        messages = ((variant, client.envelope(variant)) for variant in variants)
        await client.publish(messages, published)


def _variant(data: object) -> Variant | None:
    try:
        return Variant.model_validate(data)
    except ValueError:
        return None
