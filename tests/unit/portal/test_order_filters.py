"""What is typed into the filters of the list of orders."""

from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams

from services.portal.web.order_filters import OrderSearch

LONGEST_EMAIL = f"{'a' * 242}@example.com"  # 254 characters, as many as the contract takes


def test_an_email_as_long_as_the_contract_takes_is_looked_for_as_a_whole() -> None:
    sought = OrderSearch.of(QueryParams({"email": f" {LONGEST_EMAIL} "}))
    assert sought.filter(ZoneInfo("UTC")).email == LONGEST_EMAIL
