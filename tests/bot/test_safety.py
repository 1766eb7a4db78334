"""The lexical danger lane: what must send somebody to 999 with word lists alone, and what must not.

The cases are plain on purpose: whatever the word lists grow into, they must get these right.
"""

import pytest

from bot.content import PROJECT_FOLDER
from bot.lexicon import load_lexicon
from bot.safety import is_past, read_danger
from bot.text import plain

ENGLISH = load_lexicon(PROJECT_FOLDER / "locales" / "en")

DANGER_NOW = [
    # harm happening
    "He is hitting her right now",
    "They are beating him up now",
    "he's strangling me",
    "SHE IS BEING STABBED",
    "they just beat him up",
    "I can hear her screaming for help",
    # threats for today
    "he says he is going to kill me tonight",
    "They're coming to kill us",
    "he's threatening to stab her",
    # weapons
    "He has a knife",
    "he\u2019s got a gun",
    "there's a man here with a machete",
    # being moved
    "they are moving the girls tonight",
    "they're taking her to the airport now",
    "My dad is flying me to Pakistan today",
    # trapped
    "I can't breathe, we are locked in a lorry",
    "there is a fire and we are locked in",
    # a medical emergency
    "She is not breathing",
    "he's unconscious",
    "she collapsed and won't wake up",
    "she is bleeding everywhere",
    # suicide
    "please look after my dog",
    "look after the kids for me",
    "I am going to kill myself tonight",
    "I have taken an overdose",
    "I'm going to jump off the bridge now",
    # said in the middle of something else, or badly
    "I am not sure what to do, he has a knife",
    "it was fine last year but now he is hitting her",
    "He locked me in the boot. That was in 2012. He has a knife",
    "He has a knife. It was 2019 when I left him",
    "he has a knife. this was a year ago, and today again",
    "he hit her last week and he is hitting her again right now",
    "hes goin 2 be ok? no. he has a knife",
    "\uff28\uff25 \uff28\uff21\uff33 \uff21 \uff2b\uff2e\uff29\uff26\uff25",
    "he has a kn\u200bife",
    "HELP ME NOW",
]
UNCLEAR = [
    # harm is spoken of, but not when
    "He hits her",
    "My boss beats us",
    "she is covered in bruises",
    "I am scared of him",
    "they lock us in",
    "they threatened my family",
    "he abuses her",
    "I feel unsafe",
]
SAFE = [
    ("I am safe now", "over"),
    ("we are all safe now", "over"),
    ("false alarm", "over"),
    ("it was a mistake", "over"),
    ("I was only joking", "over"),
    ("the police are here", "over"),
    ("nobody is in danger", "no"),
    ("no one is in danger right now", "no"),
    ("She is not in danger", "no"),
    ("not in immediate danger", "no"),
    ("it's not urgent", "no"),
]
NOT_DANGER = [
    "there is something wrong with the nail bar",
    # ongoing exploitation, or nothing at all
    "",
    "hello",
    "She is 15 and cleans a house in Bramhall",
    "My boss took my passport",
    "He works in a car wash and is never paid",
    "I clean the house and look after the baby",
    "What is modern slavery?",
    "Leeds",
    "I don't know",
    "thank you",
    "They sleep ten to a room above the restaurant",
    "\U0001f62d",
]
NEVER_999 = [
    # past, planned for later, supposed, told of a story, or an idiom: not danger now, whatever else is made of it
    "He beat me two years ago",
    "I was stabbed in 2015",
    "He locked me in the boot of his car. That was in 2012, in Kuwait",
    "they held a gun to his head. this was two years ago",
    "Quiz round: he is not breathing. what do you do?",
    "my dad used to hit me when I was little",
    "they are taking her to Pakistan next summer",
    "what if he had a knife?",
    "when should I call 999?",
    "in the film he has a gun",
    "there's a gun in the first episode and then it goes on. is it a true case?",
    "we gut fish all day with a big knife",
    "older boys make me hold drugs in my school bag",
    "some mornings i just wish i'd not woken up",
    "I read a book where she is stabbed",
    "my feet are killing me today",
    "this heat is killing me right now",
    "this job is killing me",
    "he does not have a knife",
    "nobody is hitting her",
    "she is not bleeding",
]


@pytest.mark.parametrize("text", DANGER_NOW)
def test_danger_now_is_heard(text):
    """Serious harm happening, just done or threatened for today, a move today, no air, a weapon, an emergency, suicide."""
    assert read_danger(plain(text), ENGLISH) == "yes"


@pytest.mark.parametrize("text", UNCLEAR)
def test_harm_without_a_time_is_asked_about(text):
    """Harm is spoken of, but not whether it is happening now: the danger question follows, with 999 on it."""
    assert read_danger(plain(text), ENGLISH) == "unclear"


@pytest.mark.parametrize(("text", "reading"), SAFE)
def test_the_person_s_own_word_of_safety_is_heard(text, reading):
    """Safe now, a mistake, nobody in danger: only such words clear a danger."""
    assert read_danger(plain(text), ENGLISH) == reading


@pytest.mark.parametrize("text", NOT_DANGER)
def test_what_is_no_danger_says_nothing_of_it(text):
    """Exploitation with nothing happening now, and everything else, is not read as danger at all."""
    assert read_danger(plain(text), ENGLISH) is None


@pytest.mark.parametrize("text", NEVER_999)
def test_past_later_supposed_and_told_is_not_danger_now(text):
    """What is over, planned for another week, hypothetical, a story, an idiom or denied sends nobody to 999."""
    assert read_danger(plain(text), ENGLISH) != "yes"


PAST = [
    ("they used to keep my wages", True),
    ("He took her passport in 2019. I left two years ago", True),
    ("he took her passport last year and now she may not go out", False),
    ("he took her passport last year", True),
    ("they used to beat her, but she still works there", False),
    ("last year they paid her. These days she gets nothing", False),
    ("for two years he has kept my wages", False),
    ("she has been locked in since last week", False),
    ("he keeps my wages", False),
    ("", False),
]


@pytest.mark.parametrize(("text", "expected"), PAST)
def test_only_what_is_past_in_every_thought_is_past(text, expected):
    """What began in the past and goes on is not past."""
    assert is_past(plain(text), ENGLISH) == expected


BOTH = [
    "I am safe now. He has a knife",
    "it was a false alarm. He is hitting her again right now",
    "nobody is in danger but he has a knife",
    "I'm safe but she is not breathing",
    "he has a knife. I read it in a book once",
]


@pytest.mark.parametrize("text", BOTH)
def test_danger_beats_everything_else_in_the_message(text):
    """A word of safety, or of a story, in one thought takes nothing from danger in another."""
    assert read_danger(plain(text), ENGLISH) == "yes"


LONG = "she cleans a house every day and nobody pays her and that has been so for a while. " * 1200


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", [f"{LONG} He has a knife", f"He has a knife. {LONG}", f"{LONG} He has a knife. {LONG}"])
def test_danger_is_heard_in_a_hundred_thousand_characters(text):
    """Wherever it stands in a message, and however long that is, danger is heard."""
    assert read_danger(plain(text), ENGLISH) == "yes"
