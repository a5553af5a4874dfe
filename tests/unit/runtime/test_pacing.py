"""Who has much to do waits for more records; who hasn't, never waits."""

import pytest

from shared.runtime.processing.pacing import NO_WAIT, Pacing

PACING = Pacing(small=8, full=500, share=2, most=0.5)


@pytest.mark.parametrize(
    ("records", "seconds", "wait"),
    [
        (1, 0.1, 0),
        (8, 0.1, 0),  # a small batch: latency counts
        (9, 0.1, 0.2),
        (499, 0.1, 0.2),
        (499, 9.0, 0.5),  # bounded
        (500, 0.1, 0),  # a full batch can't grow
    ],
)
def test_only_a_batch_that_can_grow_waits(records: int, seconds: float, wait: float) -> None:
    assert PACING.wait(records, seconds) == wait
    assert NO_WAIT.wait(records, seconds) == 0
