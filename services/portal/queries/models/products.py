"""Articles."""

from pydantic import BaseModel


class Product(BaseModel):
    """An article. `price` is that of the market asked for; None if it isn't sold there."""

    sku: str
    name: str
    description: str | None
    price: str | None
    url: str | None
    discontinued: bool
