"""Corrections of the tracking number and the carrier of what has shipped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import Malformed, Message, border, shipments
from tests.examples import examples
from tests.unit.shipment.fulfilment.builders import (
    CANCELED,
    HOLD,
    ORDER,
    PACKING,
    RELEASED,
    after,
    complete,
    correct,
)

ABOUT = {"order_id": ORDER, "shipment_id": "1", "warehouse": "seattle", "status": "Shipped"}
SHIPPED = (*PACKING, complete(tracking="1Z 1"))


def test_a_correction_has_what_is_and_what_was() -> None:
    after(*SHIPPED).when(correct(tracking_number="1Z 2", carrier="UPS")).then(
        shipments.TrackingCorrected(
            **ABOUT,
            tracking_number="1Z 2",
            carrier="UPS",
            former_tracking_number="1Z 1",
            former_carrier=None,
        )
    ).publishes()


@pytest.mark.parametrize(
    ("given", "number", "carrier"),
    [
        ({"tracking_number": "1Z 3"}, "1Z 3", "UPS"),
        ({"carrier": "DHL"}, "1Z 2", "DHL"),
        ({"carrier": None}, "1Z 2", None),
        ({"tracking_number": None}, None, "UPS"),
    ],
)
def test_what_is_not_given_stays_and_null_clears(
    given: dict[str, str | None], number: str | None, carrier: str | None
) -> None:
    known = after(*SHIPPED, correct(tracking_number="1Z 2", carrier="UPS"))
    (event,) = known.when(correct(**given)).events
    assert isinstance(event, shipments.TrackingCorrected)
    assert (event.tracking_number, event.carrier) == (number, carrier)
    assert (event.former_tracking_number, event.former_carrier) == ("1Z 2", "UPS")


def test_the_same_again_changes_nothing() -> None:
    after(*SHIPPED).when(correct(tracking_number="1Z 1")).then()
    after(*SHIPPED, correct()).when(correct()).then()


@pytest.mark.parametrize("history", [RELEASED, PACKING, CANCELED])
def test_only_what_has_shipped_is_corrected(history: tuple[Message, ...]) -> None:
    reason = after(*history).when(correct()).reason
    assert reason is not None
    assert reason.code == "wrong-status"


def test_a_carrier_comes_with_the_completion() -> None:
    ups = shipments.Complete(order_id=ORDER, shipment_id="1", carrier="UPS")
    (event,) = after(*PACKING).when(ups).events
    assert isinstance(event, shipments.Shipped)
    assert event.carrier == "UPS"


def test_a_hold_stops_no_correction() -> None:
    assert after(*SHIPPED, HOLD).when(correct()).events


@pytest.mark.parametrize("missing", [b"", b', "note": "x"'])
def test_a_correction_of_nothing_is_malformed(missing: bytes) -> None:
    content = b'{"order_id": "c-1", "shipment_id": "1"%s}' % missing
    with pytest.raises(Malformed):
        border.read(shipments.CorrectTracking, content)


VALUES = st.sampled_from([None, "A", "B"])


@examples(60)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(["tracking_number", "carrier"]), VALUES, min_size=1),
        max_size=6,
    )
)
def test_each_correction_follows_from_the_one_before(steps: list[dict[str, str | None]]) -> None:
    state, expected = after(*SHIPPED), {"tracking_number": "1Z 1", "carrier": None}
    for step in steps:
        outcome = state.when(correct(**step))
        for event in outcome.events:
            assert isinstance(event, shipments.TrackingCorrected)
            former = (event.former_tracking_number, event.former_carrier)
            assert former == (expected["tracking_number"], expected["carrier"])
        changed = expected != {**expected, **step}
        assert len(outcome.events) == (1 if changed else 0)
        expected |= step
        state = outcome.after
    shipment = state.state.shipments["1"]
    assert {"tracking_number": shipment.tracking_number, "carrier": shipment.carrier} == expected
