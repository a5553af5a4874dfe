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
