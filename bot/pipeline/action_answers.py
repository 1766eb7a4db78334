"""The form of what the actions answer, checked without checking Rasa's own description of that form each time.

Rasa has jsonschema check its schema of an answer before every use. The schema never changes, and the check of it alone took
two thirds of Rasa's time: see `docs/decisions/0013-one-check-of-the-schema.md`.
"""

from typing import Any

from jsonschema import Draft202012Validator
from rasa.core.actions.action import RemoteAction

_FORM = Draft202012Validator(RemoteAction.action_response_format_spec())


def check_the_schema_once() -> None:
    """Have Rasa check what the actions answer against its own schema, as before, and the schema no more."""
    Draft202012Validator.check_schema(_FORM.schema)
    RemoteAction._validate_action_result = _is_in_form


def _is_in_form(action: RemoteAction, result: dict[str, Any]) -> bool:
    """Check an answer.

    Raises:
        ValidationError: it is not in the form.
    """
    _FORM.validate(result)
    return True
