"""The catalog: what is sold, under which name, and for how much in each market."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StringConstraints

from shared.contracts.base import Id, Message, Text, message
from shared.contracts.cards import ArticleName
from shared.contracts.money import Amount
from shared.contracts.topics import CATALOG_VARIANTS

# A page that people click on, and nothing that a browser would run.
Link = Annotated[str, StringConstraints(max_length=2000, pattern=r"^https?://[^\s/?#]+[^\s]*$")]
Prices = Annotated[Mapping[Id, Amount], Field(max_length=1000)]


@message("waybill.variant.v1", on=CATALOG_VARIANTS)
class Variant(Message):
    """An article as it is sold: this is all of it now.

    `prices` are by market, each in its market's currency: `{"US": "39.50", "JP": "5900"}`. A market
    that isn't there has no price. What is discontinued is sold no more, but has still a name.
    """

    sku: Id
    name: ArticleName
    description: Text | None = None
    prices: Prices = Field(default_factory=dict)
    url: Link | None = None
    discontinued: bool = False
