"""What the actions answer is checked as Rasa checks it, and Rasa's schema of it once."""

import inspect
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError
from rasa.core.actions.action import RemoteAction

from bot.pipeline.action_answers import check_the_schema_once

RASAS_OWN = RemoteAction._validate_action_result
IN_FORM = {"events": [{"event": "slot", "name": "danger", "value": "yes", "timestamp": None}], "responses": [{"text": "said"}]}
OUT_OF_FORM = [{"events": {}}, {"events": [{"event": "slot"}]}, {"events": [{"event": "unknown"}]}, {"responses": ["said"]}, []]


@pytest.fixture
def action(monkeypatch: pytest.MonkeyPatch) -> RemoteAction:
    """An action of Rasa's, with our check; Rasa's own afterwards."""
    monkeypatch.setattr(RemoteAction, "_validate_action_result", RASAS_OWN)
    check_the_schema_once()
    return RemoteAction("action_answer", None)


def test_rasa_still_has_what_is_replaced():
    """The name, and what it takes, are Rasa's own affair."""
    assert list(inspect.signature(RASAS_OWN).parameters) == ["self", "result"]


def test_an_answer_in_form_passes(action: RemoteAction):
    """As with Rasa's own check."""
    assert action._validate_action_result(IN_FORM) is RASAS_OWN(action, IN_FORM) is True


@pytest.mark.parametrize("answer", OUT_OF_FORM, ids=str)
def test_an_answer_out_of_form_is_refused(action: RemoteAction, answer: Any):
    """By both."""
    for check in (action._validate_action_result, lambda given: RASAS_OWN(action, given)):
        with pytest.raises(ValidationError):
            check(answer)


def test_the_schema_is_not_checked_again(action: RemoteAction, monkeypatch: pytest.MonkeyPatch):
    """It takes longer than all else that Rasa does in a turn."""
    monkeypatch.setattr(Draft202012Validator, "check_schema", lambda schema: pytest.fail("checked again"))
    assert action._validate_action_result(IN_FORM)
    with pytest.raises(pytest.fail.Exception):
        RASAS_OWN(action, IN_FORM)
