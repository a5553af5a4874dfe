"""What the drill of the alerts changes in the rules, and that it has a fault for each of them."""

import pytest

from tests.alerts.alert_log import AlertLog
from tests.alerts.faults import FAULTS
from tests.alerts.prometheus import shipped_rules
from tests.alerts.scaled_rules import scaled, scaled_expression


@pytest.mark.parametrize(
    ("shipped", "shorter"),
    [
        ("rate(a_total[5m]) > 0.2", "rate(a_total[15000ms]) > 0.2"),
        ("increase(a_total[1h]) > 5", "increase(a_total[180000ms]) > 5"),
        ("max (waybill_unpublished_seconds) > 60", "max (waybill_unpublished_seconds) > 3"),
        ("waybill_oldest_record_seconds > 30", "waybill_oldest_record_seconds > 1.5"),
        ("sum (waybill_lag) > 1000", "sum (waybill_lag) > 1000"),
        ("rate(waybill_a_seconds_count[5m]) > 2", "rate(waybill_a_seconds_count[15000ms]) > 2"),
        ("changes(a_start_seconds[15m]) >= 3", "changes(a_start_seconds[45000ms]) >= 3"),
    ],
)
def test_windows_and_thresholds_in_seconds_are_scaled_and_nothing_else(shipped, shorter):
    assert scaled_expression(shipped) == shorter


def test_how_long_something_has_to_last_is_scaled():
    rule = {"alert": "A", "expr": "up == 0", "for": "2m", "labels": {"severity": "critical"}}
    assert scaled({"groups": [{"rules": [rule]}]}) == {
        "groups": [{"rules": [{**rule, "for": "6000ms"}]}]
    }
    assert rule["for"] == "2m", "the shipped rule is left as it is"


def test_every_alert_has_one_fault():
    shipped = [rule["alert"] for group in shipped_rules()["groups"] for rule in group["rules"]]
    caused = [alert for fault in FAULTS for alert in fault.alerts]
    assert sorted(caused) == sorted(shipped)


def test_an_alert_that_fires_twice_is_noted_twice():
    log = AlertLog(list)
    labels = frozenset({("alertname", "A")})
    for moment, firing in enumerate([[], [labels], [labels], [], [labels]]):
        log.note(firing, float(moment))
    assert [(each.alert, each.began, each.ended) for each in log.since(0)] == [
        ("A", 1, 3),
        ("A", 4, None),
    ]
    assert [each.began for each in log.now()] == [4]
