"""Pauses before restarts grow, and start again from the shortest after a steady run."""

from ops.local.backoff import LONGEST_DELAY, STEADY, Backoff


def test_pauses_double_up_to_the_longest() -> None:
    backoff = Backoff()
    pauses = [backoff.after(1) for _ in range(9)]
    assert pauses[:4] == [0.5, 1, 2, 4]
    assert pauses[-1] == LONGEST_DELAY


def test_pauses_start_again_from_the_shortest_after_a_steady_run() -> None:
    backoff = Backoff()
    for _ in range(5):
        backoff.after(1)
    assert [backoff.after(STEADY + 1), backoff.after(1)] == [0.5, 1]
