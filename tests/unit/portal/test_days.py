"""Day filters, in the reader's time zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from services.portal.queries.filters import between, span
from shared.contracts import Malformed, border

ZONES = ("Etc/GMT+12", "America/St_Johns", "UTC", "Asia/Kathmandu", "Etc/GMT-14")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("moment", [border.EARLIEST, border.LATEST])
def test_first_and_last_moment_of_the_contract_are_in_a_day_of_every_zone(
    zone: str, moment: datetime
) -> None:
    day = moment.astimezone(ZoneInfo(zone)).date()
    since, before = between(day, day, ZoneInfo(zone))
    assert since.astimezone(UTC) <= moment < before.astimezone(UTC)


def test_days_before_the_first_order_could_be_are_refused() -> None:
    day = datetime(1969, 12, 30, tzinfo=UTC).date()
    with pytest.raises(Malformed, match="between 1970"):
        between(day, day, ZoneInfo("UTC"))


def test_days_set_the_bounds_that_are_given_and_include_themselves() -> None:
    zone = ZoneInfo("Europe/Stockholm")
    since, before = datetime(2026, 3, 28, tzinfo=zone), datetime(2026, 3, 30, tzinfo=zone)
    assert span("", "", zone) == (None, None)
    assert span("2026-03-28", "", zone) == (since, None)
    assert span("", "2026-03-29", zone) == (None, before)
    assert span("2026-03-28", "2026-03-29", zone) == (since, before)


@pytest.mark.parametrize(
    ("start", "end", "wrong"),
    [
        ("2026-03-09", "2026-03-08", "to: the end date is before the start date"),
        ("2026-3-9", "", "from: enter a day as"),
        ("0002-03-09", "", "from: enter a day between 1970"),
        ("", "9999-03-09", "to: enter a day between 1970"),
    ],
)
def test_a_wrong_day_is_refused_by_its_field(start: str, end: str, wrong: str) -> None:
    with pytest.raises(Malformed, match=wrong):
        span(start, end, ZoneInfo("UTC"), ("from", "to"))
