"""The filter form of the order list."""

from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams

from services.portal.web.orders.filters import OrderSearch

LONGEST_EMAIL = f"{'a' * 242}@example.com"  # 254 characters, as many as the contract takes


def test_email_of_the_maximum_length_is_not_truncated() -> None:
    search = OrderSearch.of(QueryParams({"email": f" {LONGEST_EMAIL} "}))
    assert search.filter(ZoneInfo("UTC")).email == LONGEST_EMAIL
