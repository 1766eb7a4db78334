"""What a button sends back: a Rasa intent with the values it stands for, such as `/inform{"danger": "no"}`."""

import json
from collections.abc import Mapping

ANSWER = "inform"


def payload(values: Mapping[str, str], intent: str = ANSWER) -> str:
    """Return the payload that says an intent with these values."""
    return f"/{intent}{json.dumps(dict(values))}"


def language_choice(code: str) -> dict[str, str]:
    """Return the choice of a language: a reference to its own name, and the payload that asks for it."""
    return {"title": f"@languages/{code}/name", "payload": payload({"language": code}, "change_language")}


def entities(payload: str) -> list[dict[str, str]]:
    """Return the values of a payload as Rasa's entities."""
    _, brace, values = payload.partition("{")
    return [{"entity": name, "value": value} for name, value in json.loads(brace + values or "{}").items()]
