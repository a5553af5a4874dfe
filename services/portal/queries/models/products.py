"""Products."""

from pydantic import BaseModel


class Product(BaseModel):
    """A product. `price` is its price in the requested market; None if it isn't sold there."""

    sku: str
    name: str
    description: str | None
    price: str | None
    url: str | None
    discontinued: bool


class CatalogProduct(BaseModel):
    """A product of the catalog, with its price in every market that sells it."""

    sku: str
    name: str
    description: str | None
    prices: dict[str, str]
    url: str | None
    discontinued: bool


class CatalogPage(BaseModel):
    """A page of the catalog, by SKU. `after` is the cursor of the next page, if there is one."""

    products: list[CatalogProduct]
    after: str | None
