"""The catalog on its topic: read as it is, and written where it differs."""

from collections.abc import Callable, Collection, Mapping

from ops.messaging.command_client import CommandClient
from ops.messaging.reader import reading
from shared.contracts.catalog import Variant
from shared.contracts.topics import CATALOG_VARIANTS
from shared.runtime.settings import Settings

SOURCE = "waybill-catalog"


async def present(settings: Settings) -> Mapping[str, Variant | None]:
    """What the topic says now, by SKU: None where that can't be read. Raises `ToolError`."""
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
    """Writes the articles; `published` hears of progress. Raises `ToolError`."""
    async with CommandClient(settings, source=SOURCE, replies=False) as client:
        letters = ((variant, client.envelope(variant)) for variant in variants)
        await client.publish(letters, published)


def _variant(data: object) -> Variant | None:
    try:
        return Variant.model_validate(data)
    except ValueError:
        return None
