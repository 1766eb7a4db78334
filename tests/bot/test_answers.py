"""Bare answers and corrections, read with the English word lists."""

import pytest

from bot.answers import bare_answer, is_correction
from bot.content import PROJECT_FOLDER
from bot.lexicon import load_lexicon
from bot.text import plain

ENGLISH = load_lexicon(PROJECT_FOLDER / "locales" / "en")

ANSWERS = [
    ("yes", "yes"),
    ("Yes.", "yes"),
    ("YES!!!", "yes"),
    ("yeah he is", "yes"),
    ("yep", "yes"),
    ("y", "yes"),
    ("no", "no"),
    ("No, not now", "no"),
    ("nope", "no"),
    ("n", "no"),
    ("nah mate", "no"),
    ("I don't know", "dont_know"),
    ("i dont know", "dont_know"),
    ("dunno", "dont_know"),
    ("no idea", "dont_know"),  # begins with "no", and is none
    ("not sure", "dont_know"),
    ("skip", "skip"),
    ("I'd rather not say", "skip"),
    ("I don't want to say", "skip"),
    ("none of your business", "skip"),  # begins with "none", and is no "no"
    ("", None),
    ("?", None),
    ("Leeds", None),
    ("No idea, they brought us at night", "not_known"),
    ("dont know the name of the town", "not_known"),
    ("I don't know his name but he hits her", None),
    ("next door a girl is locked in", None),  # begins like "next question", and says something
    ("nobodysfool", None),
    ("yesterday he came", None),
    ("north of the river", None),
]


@pytest.mark.parametrize(("text", "answer"), ANSWERS)
def test_a_bare_answer_is_known_from_a_sentence(text, answer):
    """Yes and no may begin a sentence, and so may not knowing; "skip" counts only where nothing else is said."""
    assert bare_answer(plain(text), ENGLISH) == answer


CORRECTIONS = [
    ("Sorry, I meant Leeds", True),
    ("actually she is 19", True),
    ("no wait, it was Halton", True),
    ("I made a mistake", True),
    ("I got that wrong", True),
    ("She is 15", False),
    ("in Leeds", False),
    ("He is factually right", False),
    ("", False),
]


@pytest.mark.parametrize(("text", "corrects"), CORRECTIONS)
def test_a_correction_says_so(text, corrects):
    """Only words that take something back make a message a correction."""
    assert is_correction(plain(text), ENGLISH) == corrects
