"""Which dead letters are redriven, and in which order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.dead_letters.dead_letter import DeadLetter
from shared.dead_letters.redrive_plan import plan, why_not_drop, why_not_redrive
from shared.runtime.processing.dead_letters import NO_REPLY_TOPIC
from tests.unit.dead_letters.builders import died, record


def sent(
    dead_letters: list[DeadLetter], *chosen: DeadLetter, with_earlier: bool = False
) -> list[str]:
    made = plan(dead_letters, [dead_letter.id for dead_letter in chosen], with_earlier=with_earlier)
    return [step.dead_letter.id for step in made.steps]


def codes(
    dead_letters: list[DeadLetter], *chosen: DeadLetter, with_earlier: bool = False
) -> dict[str, str]:
    made = plan(dead_letters, [dead_letter.id for dead_letter in chosen], with_earlier=with_earlier)
    return {name: refusal.code for name, refusal in made.refused.items()}


FIRST, SECOND, THIRD = (died(record(offset)) for offset in (10, 11, 12))
LINE = [FIRST, SECOND, THIRD]


def redriven(dead_letter: DeadLetter) -> DeadLetter:
    return replace(dead_letter, state="redriven", by="operator:anna")


def test_line_goes_in_the_order_in_which_it_died() -> None:
    assert sent([THIRD, FIRST, SECOND], THIRD, SECOND, FIRST) == [each.id for each in LINE]


def test_later_one_waits_for_the_earlier() -> None:
    made = plan(LINE, [THIRD.id])
    assert made.steps == []
    assert made.refused[THIRD.id].code == "earlier-open"
    assert FIRST.id in made.refused[THIRD.id].message


def test_earlier_ones_go_along_if_they_are_asked_to() -> None:
    assert sent(LINE, SECOND, with_earlier=True) == [FIRST.id, SECOND.id]


def test_settled_ones_hold_nobody_up() -> None:
    dead_letters = [redriven(FIRST), replace(SECOND, state="dropped"), THIRD]
    assert sent(dead_letters, THIRD) == [THIRD.id]
    assert sent(dead_letters, THIRD, with_earlier=True) == [THIRD.id]


def test_lines_know_nothing_of_each_other() -> None:
    other_order = died(record(9, "c-2"))
    other_topic = died(record(8, topic="payment.commands"))
    assert sent([*LINE, other_order, other_topic], FIRST) == [FIRST.id]
    assert sent([*LINE, other_order, other_topic], other_order) == [other_order.id]


def test_one_that_died_again_keeps_its_turn() -> None:
    again = died(record(50, message_id="m-10"))
    dead_letters = [redriven(FIRST), SECOND, again]
    assert sent(dead_letters, SECOND, again) == [again.id, SECOND.id]
    assert codes(dead_letters, SECOND) == {SECOND.id: "earlier-open"}


def test_record_that_died_in_two_services_is_sent_once_and_settles_both() -> None:
    elsewhere = died(record(10), "payment")
    made = plan([FIRST, elsewhere], [FIRST.id, elsewhere.id])
    (step,) = made.steps
    assert {dead_letter.id for dead_letter in step.settles} == {FIRST.id, elsewhere.id}
    (step,) = plan([FIRST, elsewhere], [elsewhere.id]).steps
    assert {dead_letter.id for dead_letter in step.settles} == {FIRST.id, elsewhere.id}


def test_earlier_death_in_another_service_counts_too() -> None:
    """All services read the topic again: one of them would receive the later record first."""
    elsewhere = died(record(9), "payment")
    assert codes([elsewhere, FIRST], FIRST) == {FIRST.id: "earlier-open"}


def test_what_has_no_key_has_no_order() -> None:
    early, late = died(record(1, None)), died(record(2, None))
    assert sent([early, late], late) == [late.id]


def test_again_is_no_second_time() -> None:
    made = plan([redriven(FIRST)], [FIRST.id])
    assert (made.steps, made.refused, list(made.already)) == ([], {}, [FIRST.id])


def test_dropped_by_mistake_can_be_sent_by_its_id() -> None:
    assert sent([replace(FIRST, state="dropped")], FIRST) == [FIRST.id]


@pytest.mark.parametrize(
    ("dead_letter", "code"),
    [
        (replace(FIRST, altered="cut"), "cut"),
        (replace(FIRST, altered="masked"), "masked"),
        (replace(FIRST, service="portal"), "rebuild"),
        (replace(FIRST, topic="catalog.variants"), "latest-counts"),
        (replace(FIRST, topic="stock.levels"), "latest-counts"),
        (replace(FIRST, topic="somebody.elses"), "no-origin"),
        (replace(FIRST, offset=None), "no-origin"),
    ],
)
def test_what_cannot_be_sent_again_says_why_and_holds_its_line(
    dead_letter: DeadLetter, code: str
) -> None:
    refusal = why_not_redrive(dead_letter)
    assert refusal is not None
    assert refusal.code == code
    assert codes([dead_letter], dead_letter) == {dead_letter.id: code}
    if code in ("cut", "masked"):
        assert codes([dead_letter, SECOND], SECOND, with_earlier=True) == {
            SECOND.id: "earlier-open"
        }


def test_reply_can_go_wherever_its_sender_wanted_it() -> None:
    reply = replace(FIRST, code=NO_REPLY_TOPIC, topic="their.replies", offset=None, partition=None)
    assert sent([reply], reply) == [reply.id]


def test_dead_letter_of_the_portal_is_in_nobodys_way() -> None:
    of_portal = replace(FIRST, id="portal-1", service="portal")
    assert sent([of_portal, SECOND], SECOND) == [SECOND.id]


def test_one_that_was_redriven_cannot_be_dropped() -> None:
    assert why_not_drop(FIRST) is None
    refusal = why_not_drop(redriven(FIRST))
    assert refusal is not None
    assert "operator:anna" in refusal.message


# Whatever is chosen

_ONE = st.tuples(
    st.sampled_from(["c-1", "c-2"]),
    st.sampled_from(["order", "payment", "portal"]),
    st.integers(0, 4),
    st.sampled_from(["open", "open", "redriven", "dropped"]),
    st.sampled_from(["", "", "", "masked"]),
)


def _letters(drawn: list[tuple[str, str, int, str, str]]) -> list[DeadLetter]:
    made = []
    for offset, (key, service, message, state, altered) in enumerate(drawn):
        dead_letter = died(record(offset, key, message_id=f"m-{key}-{message}"), service)
        made.append(replace(dead_letter, state=state, altered=altered))  # type: ignore[arg-type]
    return made


@given(st.lists(_ONE, max_size=10).map(_letters), st.data(), st.booleans())
def test_no_later_record_ever_goes_past_an_open_earlier_one(
    dead_letters: list[DeadLetter], data: st.DataObject, with_earlier: bool
) -> None:
    chosen = data.draw(st.sets(st.sampled_from([each.id for each in dead_letters] or ["none"])))
    made = plan(dead_letters, chosen, with_earlier=with_earlier)
    first: dict[object, int] = {}
    lines = [dead_letter for dead_letter in dead_letters if dead_letter.service != "portal"]
    for dead_letter in lines:
        first.setdefault((dead_letter.key, dead_letter.message_id), dead_letter.offset or 0)
    turn = {each.id: (first[each.key, each.message_id], each.offset or 0) for each in lines}
    settled: set[str] = set()
    for step in made.steps:
        settled |= {dead_letter.id for dead_letter in step.settles}
        behind = [
            other
            for other in lines
            if other.state == "open"
            and other.id not in settled
            and other.key == step.dead_letter.key
            and turn[other.id] < turn[step.dead_letter.id]
        ]
        assert behind == []
    for name in chosen & {each.id for each in dead_letters}:
        assert (name in settled) + (name in made.refused) + (name in made.already) == 1


def test_restored_ones_come_before_later_ones_whatever_their_offsets() -> None:
    """Offsets begin again in the topics of a restored system."""
    before, long_before = (
        replace(died(record(offset)), restored="2026-11-01") for offset in (90, 80)
    )
    assert sent([FIRST, before, long_before], FIRST, before, long_before) == [
        long_before.id,
        before.id,
        FIRST.id,
    ]
    assert codes([FIRST, before], FIRST) == {FIRST.id: "earlier-open"}


def test_restored_one_is_another_record_than_a_later_one_at_its_offset() -> None:
    restored = replace(died(record(10, message_id="m-old")), restored="2026-11-01")
    made = plan([FIRST, restored], [FIRST.id, restored.id])
    assert [step.dead_letter.id for step in made.steps] == [restored.id, FIRST.id]
