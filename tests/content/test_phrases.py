"""The short words that stand with a service: each one that the program asks for is there, and keeps its placeholders."""

import re
from typing import get_args

import pytest

from bot.phrases import load_phrases
from bot.routing import Condition, Note
from bot.services import PhoneLabel

PHRASES = load_phrases()
ALL = [
    (f"{kind}.{name}", text)
    for kind in ("labels", "hours", "conditions", "notes")
    for name, text in getattr(PHRASES, kind).items()
]
PLACEHOLDERS = {
    "hours.opens_today": {"time"},
    "hours.opens_tomorrow": {"time"},
    "hours.opens_day": {"day", "time"},
    "conditions.if_in_area": {"area"},
}

ASKED_FOR = [
    ("labels", set(get_args(PhoneLabel))),
    ("hours", {"always", "opens_today", "opens_tomorrow", "opens_day", "open_now"}),
    ("conditions", set(get_args(Condition))),
    ("notes", set(get_args(Note))),
]


@pytest.mark.parametrize(("kind", "ids"), ASKED_FOR)
def test_every_id_has_words_and_no_words_are_left_over(kind, ids):
    """Each label, hour, condition and note that the program may ask for has words, and nothing else has any."""
    assert set(getattr(PHRASES, kind)) == ids


@pytest.mark.parametrize(("name", "text"), ALL, ids=[name for name, _ in ALL])
def test_placeholders_stay(name, text):
    """An editor may change the words; the placeholders are the program's."""
    assert set(re.findall(r"\{(\w*)\}", text)) == PLACEHOLDERS.get(name, set())
    assert text.count("{") == text.count("}") == len(PLACEHOLDERS.get(name, ()))


@pytest.mark.parametrize(("name", "text"), ALL, ids=[name for name, _ in ALL])
def test_words_are_short_and_plain(name, text):
    """Words beside a number are few, without markup, and there are some wherever there is something to say."""
    assert text.strip()
    assert all(len(sentence.split()) <= 15 for sentence in re.split(r"(?<=[.!?])\s+", text))
    assert not re.search(r"[<>*_#\[\]\n]", text)


def test_the_condition_abroad_says_that_999_is_not_for_there():
    """Whoever is abroad is told, with the number, that 999 works in the UK alone."""
    assert "999" in PHRASES.conditions["if_danger_abroad"]


def test_no_two_hours_read_alike():
    """Open, closed and not known cannot be taken for one another."""
    assert len(set(PHRASES.hours.values())) == len(PHRASES.hours)
