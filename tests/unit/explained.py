"""What is told beforehand is what the command meets: for the questions of every service."""

from collections.abc import Mapping
from typing import Any

from shared.contracts import Topic
from shared.contracts.base import models_on, short
from shared.contracts.commands import INTERNAL
from shared.contracts.replies import Action
from shared.runtime.decider import Decider
from tests.unit.given import Outcome

Told = Mapping[tuple[str, str], Action]


def covers(decider: Decider[Any], told: Told, *topics: Topic) -> None:
    """Every command that people give on these topics is told of, and nothing that isn't one."""
    commands = {
        short(model.type) for topic in topics for model in models_on(topic) if model not in INTERNAL
    }
    questions = {short(model.type) for model in decider.queries}
    assert {action for action, _ in told} == commands - questions


def agrees(action: Action, outcome: Outcome[Any], *, words: bool = True) -> None:
    """Allowed if and only if the command isn't refused, and then for just these reasons.

    Without `words` a refusal may name the argument that the question didn't have.
    """
    if action.allowed:
        assert not action.blockers
        assert outcome.reason is None, outcome.reason
        assert bool(outcome.events) == (not action.done), "what is done does nothing more"
    else:
        assert not action.done
        assert outcome.reason is not None, action
        codes = [blocker.code for blocker in action.blockers]
        assert [blocker.code for blocker in outcome.reason.blockers] == codes
        assert outcome.reason.blockers == action.blockers or not words
