"""The days that people look for, in their own zones."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from services.portal.queries.filters import between
from shared.contracts import Malformed, border

ZONES = ("Etc/GMT+12", "America/St_Johns", "UTC", "Asia/Kathmandu", "Etc/GMT-14")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("moment", [border.EARLIEST, border.LATEST])
def test_the_first_and_the_last_moment_of_the_contract_lie_in_a_day_of_every_zone(
    zone: str, moment: datetime
) -> None:
    day = moment.astimezone(ZoneInfo(zone)).date()
    since, before = between(day, day, ZoneInfo(zone))
    assert since.astimezone(UTC) <= moment < before.astimezone(UTC)


def test_days_before_the_first_order_could_be_are_refused() -> None:
    day = datetime(1969, 12, 30, tzinfo=UTC).date()
    with pytest.raises(Malformed, match="between 1970"):
        between(day, day, ZoneInfo("UTC"))
