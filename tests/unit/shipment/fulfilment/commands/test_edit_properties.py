"""After any commands, a warehouse has exactly one current release of a shipment."""

from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import Message, warehouse
from tests.examples import examples
from tests.unit.shipment.fulfilment.builders import (
    CANCEL_ORDER,
    ELM,
    HOLD,
    LIFT,
    PIKE,
    add,
    after,
    allocated,
    cancel,
    complete,
    edit,
    paid,
    placed,
    release,
    remove,
)

WHICH = ("1", "2")
START = after(placed(*WHICH), paid(), *(allocated(which) for which in WHICH))

edits = st.builds(
    edit,
    st.sampled_from(WHICH),
    st.sampled_from([PIKE, ELM]),
    st.sampled_from([None, "standard", "express", "drone"]),
)
forward = st.sampled_from([step(which) for which in WHICH for step in (release, add, complete)])
back = st.sampled_from([remove("1"), cancel("1"), remove("2"), cancel("2"), CANCEL_ORDER])
holds = st.sampled_from([HOLD, LIFT])
steps = st.lists(edits | forward | back | holds, min_size=1, max_size=25)


@given(steps)
@examples(150)
def test_the_warehouse_has_the_current_release_of_each_released_shipment(
    messages: list[Message],
) -> None:
    """The warehouse keeps the last release; another one follows only after a recall."""
    stream = START
    releases: dict[str, warehouse.Release] = {}
    left: set[str] = set()
    for message in messages:
        outcome = stream.when(message)
        if outcome.reason is not None:
            continue
        for published in outcome.outgoing:
            if isinstance(published, warehouse.Release):
                assert published.shipment_id not in releases
                releases[published.shipment_id] = published
            elif isinstance(published, warehouse.Recall):
                del releases[published.shipment_id]
        stream = outcome.after
        order = stream.state
        for which, shipment in order.shipments.items():
            assert (which in releases) == (shipment.is_at_warehouse or shipment.status == "Shipped")
            if which in releases:
                kept = releases[which]
                assert kept.address == shipment.address
                assert kept.shipping_method == shipment.shipping_method
            assert not (order.held and shipment.is_at_warehouse), "held means held"
        shipped = {each.shipment_id for each in order.any_in("Shipped")}
        assert left <= shipped, "what has left stays left"
        left = shipped
