"""Subscriptions and deliveries, as pages and programs see them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

State = Literal["disabled", "overflowed", "parked", "retrying", "healthy", "unused"]
DeliveryState = Literal["waiting", "delivered", "parked", "erased"]

TEST_TYPE = "waybill.webhook.test.v1"
TEST_KEY = "webhook-test"


class Attempt(BaseModel):
    """The last attempt at a delivery; `status` is null if there was no response."""

    at: datetime
    status: int | None
    text: str
    seconds: float


class Subscription(BaseModel):
    """Who gets which events, and how that goes.

    types       types such as `waybill.order.placed.v1`, or beginnings such as `waybill.order.*`
    secrets     how many secrets are valid: two while one is being replaced
    old_secret_until  until when the older one is
    waiting, parked   deliveries that wait to be tried, and that wait for an operator
    orders_parked     orders (or other keys) whose deliveries are parked
    """

    subscription_id: str
    name: str
    url: str
    types: list[str]
    enabled: bool
    state: State
    created: datetime
    created_by: str
    secrets: int
    old_secret_until: datetime | None = None
    waiting: int = 0
    parked: int = 0
    orders_parked: int = 0
    failing: int = 0
    last_success: datetime | None = None
    last_failure: Attempt | None = None


class NewSubscription(BaseModel):
    """A subscription to create, or the new content of one."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(max_length=200)]
    url: Annotated[str, Field(max_length=2000)]
    types: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=50)]
    enabled: bool = True


class WithSecret(BaseModel):
    """A subscription with its new secret, which is shown only now."""

    subscription: Subscription
    secret: str


class Delivery(BaseModel):
    """One event for one subscription.

    key       what the event is about: the order, customer, cart or warehouse
    sequence  1, 2, 3 … for each key of a subscription
    """

    delivery_id: str
    subscription_id: str
    key: str
    sequence: int
    type: str
    event_id: str
    state: DeliveryState
    created: datetime
    attempts: int
    last: Attempt | None = None


class DeliveryWithBody(Delivery):
    """A delivery with what is sent; `body` is null once it was erased."""

    body: str | None


class DeliveryList(BaseModel):
    """A page of deliveries, the latest first; `after` is the cursor of the next page."""

    deliveries: list[Delivery]
    after: str | None
