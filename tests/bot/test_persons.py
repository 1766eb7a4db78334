"""Who is at risk, read with word lists alone."""

import pytest

from bot.content import PROJECT_FOLDER
from bot.lexicon import load_lexicon
from bot.persons import is_done_to_writer, read_person
from bot.text import plain

LEXICON = load_lexicon(PROJECT_FOLDER / "locales" / "en")

ABOUT_ONESELF = [
    "my boss has my passport",
    "they took my wages",
    "he beats me",
    "im 14 and they make me sell",
    "i owe them for the flight",
    "im locked in a room",
    "we are not allowed to leave",
    "he put me in the van",
    "madam slapped me again",
    "i have to clean from 5 till midnight",
    "my uncle makes me work in his shop",
    "i was sold",
    "they wont let us go",
    "its happening to me",
    "i cant leave, he will find me",
    "they want me to marry my cousin",
    "i work at a car wash for nothing",
    "we are made to sleep in a van",
    "i live where i work",
]

ABOUT_SOMEBODY_ELSE = [
    "a girl at the nail bar never looks up",
    "theres a man living in a shed near us",
    "my neighbour told me she gets no wages",
    "i think shes being kept in that house",
    "the lads at the car wash sleep there",
    "im worried about a woman next door",
    "i saw a boy carry bags into the flat",
    "my friend told me she is not paid",
    "Patient disclosed she is not allowed out",
    "my pupil says he works at night",
    "the workers sleep in a container",
    "15yo female, nail bar",
    "she looks scared of him",
    "he gave her a phone and now she owes him",
    "someone i know is made to steal",
    "their passports are in his safe",
    "my son is 14 and he has two phones now and new trainers",
    "my brother owes money to dealers, he is 16",
    "my mum is being hit by her boyfriend",
]

BOTH = [
    "they hit me and my sister",
    "my brother and i are locked in, they took our phones and hit me",
    "he keeps me and two other girls here",
]

ABOUT_NOBODY = [
    "hello",
    "what number do i ring",
    "can you help",
    "what happens when i call",
    "is this free",
    "thank you",
]

ANSWERS = [
    ("me", "me"),
    ("its me", "me"),
    ("me and my sister", "me"),
    ("both of us", "me"),
    ("my cousin", "someone_else"),
    ("its about my neighbour", "someone_else"),
    ("somebody else", "someone_else"),
    ("one of my pupils", "someone_else"),
    ("not me, a friend", "someone_else"),
    ("my cousin. no, that's not true, it's me I'm on about", "me"),
    ("her, not me", "someone_else"),
]

ANSWERS_TO_SOMETHING_ELSE = [
    ("it's me", "age_band", "me"),
    ("look it's not a friend is it, it's me", "area", "me"),
    ("yes, me", "danger", "me"),
    ("its me", "audience", None),
    ("in Leeds", "area", None),
    ("22", "age_band", None),
    ("its me", None, None),
]


def person(text, asks=None):
    """Return who is read as the one at risk."""
    return read_person(plain(text), LEXICON, asks)


@pytest.mark.parametrize("text", ABOUT_ONESELF)
def test_about_oneself(text):
    """What is done to the one who writes makes it their own story."""
    assert person(text) == "me"


@pytest.mark.parametrize("text", ABOUT_SOMEBODY_ELSE)
def test_about_somebody_else(text):
    """Who only saw, heard or was told something writes about somebody else."""
    assert person(text) == "someone_else"


@pytest.mark.parametrize("text", BOTH)
def test_both(text):
    """Where the writer and somebody else are at risk, the writer counts, who can act."""
    assert person(text) == "me"


@pytest.mark.parametrize("text", ABOUT_NOBODY)
def test_about_nobody(text):
    """Small talk and questions are about nobody."""
    assert person(text) is None


@pytest.mark.parametrize(("text", "expected"), ANSWERS)
def test_answers(text, expected):
    """When it was asked who is at risk, a word is enough."""
    assert person(text, asks="person") == expected


@pytest.mark.parametrize(("text", "asks", "expected"), ANSWERS_TO_SOMETHING_ELSE)
def test_it_is_me_is_heard_whatever_was_asked_of_that_person(text, asks, expected):
    """Nobody is asked on and on how old "they" are after saying who it is."""
    assert person(text, asks=asks) == expected


@pytest.mark.parametrize("text", ABOUT_SOMEBODY_ELSE)
def test_nothing_is_done_to_one_who_looks_on(text):
    """A story about somebody else is never taken for something done to the one who writes."""
    assert not is_done_to_writer(plain(text), LEXICON)
