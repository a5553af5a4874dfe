"""The search for products of the catalog, on a real MongoDB."""

from typing import Any

import pytest

from services.portal.projections.facts import Entry
from tests.integration.portal.models import Models

pytestmark = pytest.mark.engines


def variant(sku: str, offset: int = 1, **more: Any) -> Entry:
    data = {"sku": sku, "name": "Linen dress", "prices": {"US": "39.50"}, **more}
    return Entry("catalog.variants", sku, offset, data)


@pytest.mark.shows("4.14", "4.15", "4.16")
async def test_products_are_found_by_sku_and_by_any_part_of_name_or_description(
    models: Models,
) -> None:
    await models.apply(
        [
            variant("SKU-1", url="https://shop.example/1"),
            variant("SKU-2", name="Mug", description="Goes with every dress"),
            variant("SKU-3", discontinued=True),
        ]
    )
    search = models.queries.products.search
    assert [p.sku for p in await search("dress", "US")] == ["SKU-1", "SKU-2"]
    assert [(p.sku, p.price) for p in await search("sku-2", "US")] == [("SKU-2", "39.50")]
    assert [p.price for p in await search("sku-2", "SE")] == [None]
    assert await search("dr", "US") == []
    discontinued = await models.queries.products.get("SKU-3", "US")
    assert discontinued is not None
    assert discontinued.discontinued


async def test_an_older_record_of_the_catalog_changes_nothing(models: Models) -> None:
    await models.apply([variant("SKU-1", 5, name="Mug"), variant("SKU-1", 4), variant("SKU-2", 6)])
    await models.apply([variant("SKU-1", 5), Entry("catalog.variants", "SKU-2", 7, None)])
    found = await models.queries.products.get("SKU-1", "US")
    assert found is not None
    assert found.name == "Mug"
    assert await models.queries.products.get("SKU-2", "US") is None
    assert await models.queries.products.search("dress", "US") == []
