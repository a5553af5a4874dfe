"""Edge values: every field has some, and refusals are sentences for people."""

import re
from itertools import pairwise

import pytest

from tests.edge import foreign
from tests.edge.fields import Field, _fields, at, fields_of, messages, put
from tests.edge.page import Page
from tests.edge.scenario import MARKETS, US, steps_of, without_step
from tests.edge.trial_plan import NOT_SHOWN, Plan
from tests.edge.values import values_of
from tests.edge.verdicts import verdict
from tests.edge.world import World
from tests.fakes import MemoryRecord

EVERY = [field for name in messages() for field in fields_of(name)]


@pytest.fixture(scope="module", params=MARKETS, ids=lambda place: place.market)
def plan(request: pytest.FixtureRequest) -> Plan:
    return Plan(request.param)


def test_every_message_from_outside_is_in_the_story() -> None:
    assert without_step() == set()
    assert len(messages()) >= 46


def test_every_field_of_every_message_is_tried_and_has_a_value_that_is_accepted(plan: Plan) -> None:
    assert plan.fields == set(EVERY)
    untried = set(EVERY) - plan.free.keys() - plan.ruled.keys()
    assert {str(field) for field in untried if field.schema["type"] != "object"} == set()


def test_whatever_is_refused_is_refused_in_words_for_people(plan: Plan) -> None:
    assert plan.wrong == []
    assert plan.refused > 2000


def test_every_field_has_a_value_in_the_story() -> None:
    """A new field needs edge values, or no page would be checked with it."""
    data = {step.name: step.data for step in steps_of(US) if step.is_subject}
    missing = {str(field) for field in EVERY if not _has_value(data[field.message], field)}
    assert missing == set()


def _has_value(data: object, field: Field) -> bool:
    place = at(data, field.steps[:-1])
    return field.steps[-1] == "*" or (isinstance(place, dict) and field.steps[-1] in place)


def test_a_field_that_is_added_is_found_wherever_it_is_added() -> None:
    line = {"type": "object", "properties": {"gift_text": {"type": "string", "maxLength": 40}}}
    schema = {"properties": {"lines": {"type": "array", "items": {"$ref": "#/$defs/Line"}}}}
    found = list(_fields("new", (), schema, {"Line": line}))
    assert [field.path for field in found] == ["lines", "lines.*.gift_text"]
    assert "W" * 40 in list(values_of(found[1], 2))


def test_a_value_is_put_where_it_belongs_and_nowhere_else() -> None:
    data = {"a": [{"b": 1, "c": 2}], "d": 3}
    assert put(data, ("a", "*", "b"), 9) == {"a": [{"b": 9, "c": 2}], "d": 3}
    assert data == {"a": [{"b": 1, "c": 2}], "d": 3}


@pytest.mark.parametrize("text", [".", ".."])
def test_an_id_that_no_address_can_hold_is_refused_in_every_message(text: str) -> None:
    for step in steps_of(US):
        for field in fields_of(step.name) if step.is_subject else ():
            found = verdict(field, step.data, text) if field.is_id else None
            assert found is None or found.refusal is not None, field
            if found and found.refusal and found.refusal.error.field != "key":
                assert '"."' in found.refusal.error.message, field


def test_other_texts_are_in_every_row(plan: Plan) -> None:
    """All rows together put every text into every field that accepts it."""
    rows = [plan.of_texts(row).carried for row in range(plan.longest)]
    for one, other in pairwise(rows):
        assert all(one[f].value != other[f].value for f in plan.free if len(plan.free[f]) > 1)
    for field, values in plan.free.items():
        assert {id(row[field]) for row in rows} == {id(each) for each in values}


def test_what_is_not_shown_is_a_field() -> None:
    assert NOT_SHOWN.keys() <= {str(field) for field in EVERY}


async def test_the_story_is_carried_out_in_every_market(plan: Plan) -> None:
    world = World()
    for step in plan.steps:
        sent = await world.send(step)
        waits = step.name == "variant" or sent.step.data.get("payment_id") == "pay-asked"
        assert sent.outcome == ("none" if waits else "accepted"), sent
    assert list(foreign.read_all(world.log)) == []


# What the tests look for, they find.


def test_a_page_tells_empty_cells_and_what_would_run() -> None:
    page = Page(
        "<table><tr><td>a</td><td> </td><td><a href='/x'>&nbsp;</a></td></tr></table>"
        "<a href='javascript:alert(1)'>b</a><b onclick='x()'>c</b><input value='javascript:x'>"
    )
    assert (page.blank, len(page.active), page.links) == (1, 2, ["/x"])
    assert page.text == "a bc"


async def test_a_foreign_system_notices_gaps_floats_and_inexact_money() -> None:
    world = World()
    for step in steps_of(US)[:20]:
        await world.send(step)
    placed = next(r for r in world.log if dict(r.headers)["ce_type"] == b"waybill.order.placed.v1")
    others = [r for r in world.log if r is not placed]
    assert any("sequence" in words for words in foreign.read_all(others))
    for wrong in ('"total":"1.5"', '"total":"-0.00"', '"total":1.5', '"total":"a\\u202eb"'):
        there = re.search(rb'"total":"[^"]+"', placed.value or b"")
        assert there
        value = (placed.value or b"").replace(there[0], wrong.encode())
        assert value != placed.value
        record = MemoryRecord(placed.topic, 0, 0, placed.key, value, placed.headers)
        assert list(foreign.read_all([record])) != [], wrong
    assert list(foreign.read_all([placed])) == []
