"""A reading travels as Rasa's entities and comes back as it was."""

from dataclasses import fields
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers import BareAnswer
from bot.entities import from_entities, to_entities
from bot.payloads import entities, payload
from bot.reading import Reading
from bot.safety import DangerReading
from bot.situation import AGE_BANDS, CONCERNS, EXPLOITATIONS


def maybe(*values: str) -> st.SearchStrategy[str | None]:
    """One of the values, or nothing."""
    return st.sampled_from((None, *values))


def some(values: frozenset[str]) -> st.SearchStrategy[frozenset[str]]:
    """Any of the values."""
    return st.frozensets(st.sampled_from(sorted(values)))


readings = st.builds(
    Reading,
    danger=maybe(*get_args(DangerReading)),
    person=maybe("me", "someone_else"),
    age_band=some(AGE_BANDS),
    areas=some(frozenset({"leeds", "wales", "outside_uk"})),
    audience=maybe("public", "staff"),
    first_responder=maybe("yes", "no"),
    consent=maybe("yes", "no"),
    exploitation=some(EXPLOITATIONS),
    indicators=some(frozenset({"no-passport", "never-alone"})),
    not_indicators=some(frozenset({"no-passport", "never-alone"})),
    not_denied=some(frozenset({"no-passport", "never-alone"})),
    concerns=some(CONCERNS),
    answer=maybe(*get_args(BareAnswer)),
    is_correction=st.booleans(),
    is_past=st.booleans(),
)


@given(readings)
def test_a_reading_comes_back_as_it_was(reading: Reading):
    """There and back nothing of a reading is lost or added."""
    assert from_entities(to_entities(reading)) == reading


@given(readings)
def test_entities_are_named_after_slots_and_hold_ids(reading: Reading):
    """An entity is a name and a value, both plain text; a set becomes several of one name, in a fixed order."""
    told = to_entities(reading)
    assert all(set(entity) == {"entity", "value"} for entity in told)
    assert all(isinstance(value, str) for entity in told for value in entity.values())
    assert {entity["entity"] for entity in told} <= {field.name for field in fields(Reading)} - {"areas"} | {"area"}
    assert told == to_entities(from_entities(reversed(told)))


ENTITIES = [
    (Reading(), []),
    (Reading(danger="yes"), [("danger", "yes")]),
    (Reading(areas=frozenset({"stockport", "leeds"})), [("area", "leeds"), ("area", "stockport")]),
    (Reading(age_band=frozenset({"unsure"}), is_correction=True), [("age_band", "unsure"), ("is_correction", "yes")]),
    (Reading(is_correction=False), []),
]


@pytest.mark.parametrize(("reading", "told"), ENTITIES)
def test_what_is_not_spoken_of_has_no_entity(reading, told):
    """Only what the message says becomes entities."""
    assert [(entity["entity"], entity["value"]) for entity in to_entities(reading)] == told


def test_entities_of_others_are_passed_over():
    """What another part of the pipeline found is no part of a reading."""
    assert from_entities([{"entity": "DATE", "value": "today"}, {"entity": "person", "value": "me"}]) == Reading(person="me")


BUTTONS = [
    ({"danger": "over"}, Reading(danger="over")),
    ({"person": "me"}, Reading(person="me")),
    ({"age_band": "child"}, Reading(age_band=frozenset({"child"}))),
    ({"area": "stockport"}, Reading(areas=frozenset({"stockport"}))),
    ({"first_responder": "no"}, Reading(first_responder="no")),
    ({"consent": "yes"}, Reading(consent="yes")),
    ({"answer": "dont_know"}, Reading(answer="dont_know")),
]


@pytest.mark.parametrize(("values", "reading"), BUTTONS)
def test_a_button_is_read_like_a_message(values, reading):
    """What a button sends back is a reading, as if it had been said."""
    assert from_entities(entities(payload(values))) == reading
