"""What the last word of the pipeline leaves of what the classifiers read."""

from typing import Any

import pytest
from rasa.shared.nlu.constants import ENTITIES, INTENT, METADATA
from rasa.shared.nlu.training_data.message import Message

from bot.keywords import load_keywords
from bot.languages import FALLBACK
from bot.pipeline.language_classifier import LANGUAGE
from bot.pipeline.situation_classifier import PROBABILITIES
from bot.pipeline.situation_reader import SituationReader
from bot.reading import shared_knowledge
from bot.safety import read_danger
from bot.text import plain

KNOWLEDGE = shared_knowledge()
PAUSES = [(language, word) for language, words in load_keywords().items() for word in words.pause]


def understood(text: str, language: str, intent: str, confidence: float, danger: float) -> tuple[str, list[str]]:
    """Return the intent and what is read of danger, where the classifiers are as sure as given."""
    message = read(text, language, {"name": intent, "confidence": confidence}, {"danger": danger})
    return message.get(INTENT)["name"], values(message, "danger")


def read(text: str, language: str, intent: dict[str, Any], probabilities: dict[str, float], asks: str | None = None) -> Message:
    """Return a message as it is read where the classifiers have said this of it, and our last reply asked for that."""
    message = Message.build(text=text)
    message.set(METADATA, {"asks": asks})
    message.set(LANGUAGE, language)
    message.set(INTENT, intent)
    message.set(PROBABILITIES, probabilities)
    SituationReader(SituationReader.get_default_config(), KNOWLEDGE).process([message])
    return message


def values(message: Message, entity: str) -> list[str]:
    """Return what was read of one thing."""
    return [found["value"] for found in message.get(ENTITIES) if found["entity"] == entity]


@pytest.mark.parametrize(("language", "word"), PAUSES, ids=lambda said: said)
def test_a_pause_word_hides_the_screen_whatever_the_classifiers_read(language: str, word: str):
    """Nobody who writes that someone is coming gets 999 on a screen that someone else may see."""
    intent, danger = understood(word, language, "danger", 0.99, 0.99)
    assert intent == "pause"
    assert "yes" not in danger


@pytest.mark.parametrize(("language", "word"), PAUSES, ids=lambda said: said)
def test_no_pause_word_says_a_danger(language: str, word: str):
    """The gateway reads danger before any keyword: a phrase that says one must not stand among them."""
    assert read_danger(plain(word), KNOWLEDGE.lexicons[language]) != "yes"


@pytest.mark.parametrize(
    ("confidence", "danger", "expected"),
    [(0.99, 0.5, "pause"), (0.99, 0.9, "danger"), (0.9, 0.5, "danger")],
    ids=["surely a pause", "surely a danger", "neither"],
)
def test_where_somebody_wants_the_screen_hidden_danger_must_be_surer(confidence: float, danger: float, expected: str):
    """In doubt about both, 999 is shown."""
    assert understood("got to put it away now", FALLBACK, "pause", confidence, danger)[0] == expected


@pytest.mark.parametrize(
    ("text", "me", "expected"),
    [
        ("working at a car wash for nothing", 0.6, ["me"]),
        ("working at a car wash for nothing", 0.4, []),
        ("working at a car wash for nothing", 0.3, ["someone_else"]),
        ("i work at a car wash for nothing", 0.5, ["me"]),
        ("i work at a car wash for nothing", 0.3, []),
        ("i work at a car wash for nothing", 0.1, ["someone_else"]),
        ("a lad at the car wash is never paid", 0.5, ["someone_else"]),
        ("a lad at the car wash is never paid", 0.7, []),
        ("a lad at the car wash is never paid", 0.9, ["me"]),
    ],
)
def test_it_takes_more_to_take_somebody_for_a_bystander(text: str, me: float, expected: list[str]):
    """Who may be trapped is asked, rather than shown only what bystanders are; so is who words and classifier disagree on."""
    message = read(text, FALLBACK, {"name": "describe_situation", "confidence": 0.9}, {"person:me": me})
    assert values(message, "person") == expected


@pytest.mark.parametrize(
    ("text", "asks", "child", "expected"),
    [
        ("i cook for the children of my boss, i never get out", None, 0.02, []),
        ("i cook for the children of my boss, i never get out", None, 0.3, ["child"]),
        ("he is 60, the grandchildren are at home", "age_band", 0.02, ["adult"]),
        ("a child", "age_band", 0.02, ["child"]),
    ],
    ids=["cooked for", "perhaps at risk", "beside an answer", "the answer"],
)
def test_a_child_who_is_only_named_is_not_at_risk(text: str, asks: str | None, child: float, expected: list[str]):
    """The age of whoever cooks for them is asked, not assumed."""
    intent = {"name": "describe_situation", "confidence": 0.9}
    message = read(text, FALLBACK, intent, {"age:child": child}, asks)
    assert values(message, "age_band") == expected


@pytest.mark.parametrize(("confidence", "expected"), [(0.7, "describe_situation"), (0.95, "fear_exploiting")])
def test_a_bare_suspicion_is_no_wish_to_exploit(confidence: float, expected: str):
    """Only who surely speaks of themselves is answered as somebody who may be doing it."""
    assert understood("i think they use my cousin", FALLBACK, "fear_exploiting", confidence, 0.0)[0] == expected


@pytest.mark.parametrize(("danger", "expected"), [(0.5, ["over"]), (0.95, ["yes"])])
def test_that_it_is_over_is_believed_unless_danger_is_nearly_sure(danger: float, expected: list[str]):
    """Either of the two readings is enough for 999."""
    assert understood("I am safe now", FALLBACK, "danger", 0.9, danger)[1] == expected


def test_an_answer_about_a_place_is_nobodys_age():
    """ "Batley, WF17" looks like an age to a classifier: in answer to another question it must be nearly sure."""
    likely = {"age:child": 0.75}
    assert values(read("Batley, WF17", FALLBACK, {"name": "inform", "confidence": 0.9}, likely, asks="area"), "age_band") == []
    assert values(read("Batley, WF17", FALLBACK, {"name": "inform", "confidence": 0.9}, likely, asks=None), "age_band") == [
        "child"
    ]


@pytest.mark.parametrize(
    ("asks", "danger", "expected"),
    [("area", 0.77, ["unclear"]), ("area", 0.85, ["yes"]), ("danger", 0.77, ["yes"]), (None, 0.77, ["yes"])],
)
def test_the_name_of_a_place_is_no_danger_where_a_place_was_asked_for(asks: str | None, danger: float, expected: list[str]):
    """A name alone, in other letters, looks like anything to a classifier; one that is nearly sure is believed all the same."""
    message = read("Крю", "uk", {"name": "inform", "confidence": 0.7}, {"danger": danger}, asks=asks)
    assert values(message, "danger") == expected


@pytest.mark.parametrize(
    ("text", "asks", "danger", "expected"),
    [
        ("she's hanging the washing out", "danger", 0.97, []),
        ("she's hanging the washing out", "danger", 0.99, ["yes"]),
        ("she's hanging the washing out", None, 0.97, ["yes"]),
        ("she's hanging the washing out, he has a knife", "danger", 0.0, ["yes"]),
    ],
)
def test_what_goes_on_in_peace_is_danger_only_where_it_is_nearly_certain(
    text: str, asks: str | None, danger: float, expected: list[str]
):
    """A classifier that has not seen our question takes anything that somebody is doing just now for danger."""
    message = read(text, FALLBACK, {"name": "inform", "confidence": 0.7}, {"danger": danger}, asks=asks)
    assert values(message, "danger") == expected
