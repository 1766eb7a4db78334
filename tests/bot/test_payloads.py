"""What a button sends back."""

import pytest

from bot.payloads import ANSWER, entities, payload

VALUES = [
    {"danger": "no"},
    {"area": "stockport"},
    {"person": "me", "age_band": "child"},
    {"area": 'a {strange} "code" with / and \u00e9'},
    {},
]


@pytest.mark.parametrize("values", VALUES)
def test_what_goes_into_a_payload_comes_out_of_it(values):
    """The values of a button come back as they were, whatever characters are in them."""
    assert entities(payload(values)) == [{"entity": name, "value": value} for name, value in values.items()]


def test_a_payload_is_an_answer():
    """A button that we make answers our question: it is Rasa's intent of that name."""
    assert payload({"danger": "no"}).startswith(f"/{ANSWER}{{")


WRITTEN = [
    ('/safe_now{"danger": "over"}', [("danger", "over")]),
    ('/dont_know{"answer": "dont_know"}', [("answer", "dont_know")]),
    ("/restart", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "values"), WRITTEN)
def test_payloads_of_the_domain_are_read(text, values):
    """Payloads that editors wrote may have another intent, or no values at all."""
    assert [(entity["entity"], entity["value"]) for entity in entities(text)] == values
