"""Ten tasks of customer service by keyboard alone, as `python -m bench tasks` does them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from bench.hand import Hand
from bench.task_data import Data, prepare
from bench.ten_tasks import TASKS, Task
from tests.browser.conftest import PATIENCE
from tests.browser.person import Person
from tests.desk import Desk

pytestmark = pytest.mark.engines
ROLES = ("supervisor", "warehouse")
MOST_STROKES = 400


@pytest.fixture(scope="module")
def data(desk: Desk) -> Data:
    """What the tasks are about."""
    with desk.tool(*ROLES) as tool:
        return prepare(tool)


@pytest.fixture(scope="module")
def person(browser: Browser, desk: Desk) -> Iterator[Person]:
    """Somebody without a mouse."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, locale="en-US", timezone_id="America/New_York"
    )
    context.set_default_timeout(PATIENCE)
    yield Person(context.new_page(), desk).sign_in(*ROLES)
    context.close()


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_task_by_keyboard_alone(person: Person, data: Data, task: Task) -> None:
    person.go(task.start(data))
    hand = Hand(person.page, keyboard_only=True)
    task.steps(hand, data)
    assert hand.clicks == 0
    assert 0 < hand.strokes < MOST_STROKES
