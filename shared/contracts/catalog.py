"""The catalog: articles with their names, and prices in each market."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StringConstraints

from shared.contracts.base import Id, Message, Text, message
from shared.contracts.cards import ArticleName
from shared.contracts.money import Amount
from shared.contracts.topics import CATALOG_VARIANTS

# Only http and https: nothing that a browser would run.
Link = Annotated[str, StringConstraints(max_length=2000, pattern=r"^https?://[^\s/?#]+[^\s]*$")]
Prices = Annotated[Mapping[Id, Amount], Field(max_length=1000)]


@message("waybill.variant.v1", on=CATALOG_VARIANTS)
class Variant(Message):
    """An article: the complete present entry of the catalog.

    `prices` has amounts by market, in the market's currency: `{"US": "39.50", "JP": "5900"}`. A
    market without an entry has no price. A discontinued article is no longer sold; its name stays
    known.
    """

    sku: Id
    name: ArticleName
    description: Text | None = None
    prices: Prices = Field(default_factory=dict)
    url: Link | None = None
    discontinued: bool = False
