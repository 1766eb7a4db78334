"""Every language's word lists: that they can match what people write, and say what every list of their kind must."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.ages import read_ages
from bot.answers import answer_about_consent, bare_answer
from bot.content import PROJECT_FOLDER
from bot.directory import load_directory
from bot.languages import load_languages
from bot.lexicon import Lexicon, Phrases
from bot.reading import load_knowledge, read
from bot.safety import is_past, read_danger
from bot.situation import CONCERNS
from bot.text import plain

LOCALES = sorted(path.parent for path in PROJECT_FOLDER.glob("locales/*/lexicon.yml"))
LANGUAGES = load_languages()
KNOWLEDGE = load_knowledge(load_directory())
LEXICONS = KNOWLEDGE.lexicons
EACH_LEXICON = pytest.mark.parametrize("lexicon", LEXICONS.values(), ids=list(LEXICONS))


FILES_OF_TEXTS = ("alarm", "answers", "calm", "consents", "dangers", "despair", "durations", "organisations", "past", "where")
UNDERSTANDING = sorted((PROJECT_FOLDER / "tests" / "understanding").glob("*.jsonl"))
MESSAGES = [json.loads(line) for file in UNDERSTANDING for line in file.read_text(encoding="utf-8").splitlines()]
PEACE = [message for message in MESSAGES if message["kind"] == "peace"]
SAID = {name: yaml.safe_load(Path(__file__).with_name(f"{name}.yml").read_text(encoding="utf-8")) for name in FILES_OF_TEXTS}


def texts_of(file: str) -> list[tuple[str, str]]:
    """Every text of a file that lists them by language."""
    return [(language, text) for language, texts in SAID[file].items() for text in texts]


def kinds_of(file: str, *kinds: str) -> list[tuple[str, str, str]]:
    """Every text of these kinds in a file that lists them by language and kind."""
    return [(language, str(text), kind) for language, texts in SAID[file].items() for kind in kinds for text in texts[kind]]


def lists(value: Any, name: str) -> Iterator[tuple[str, list[str]]]:
    """Every list of patterns in a file, by name."""
    if isinstance(value, list):
        yield name, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from lists(inner, f"{name}.{key}")


PATTERNS = [
    (f"{name}[{number}]", pattern)
    for locale in LOCALES
    for file in ("danger.yml", "lexicon.yml")
    for name, patterns in lists(yaml.safe_load((locale / file).read_text(encoding="utf-8")), f"{locale.name}/{file}")
    for number, pattern in enumerate(patterns)
]
EACH_PATTERN = pytest.mark.parametrize("pattern", [pattern for _, pattern in PATTERNS], ids=[name for name, _ in PATTERNS])


def test_every_language_has_its_word_lists():
    """A language that Waymark speaks is read with its own words of danger."""
    assert set(LEXICONS) == set(LANGUAGES)


@EACH_PATTERN
def test_a_pattern_can_match_plain_text(pattern: str):
    """Plain text has no capitals, no apostrophes and single blanks: a pattern with any of them would never match."""
    without_escapes = re.sub(r"\\.", "", pattern)
    assert not re.search(r"['\u2018\u2019\u00b4`\"]", pattern)
    assert without_escapes == without_escapes.casefold()
    assert "  " not in pattern
    assert pattern == pattern.strip()


@EACH_PATTERN
def test_a_pattern_does_not_match_nothing(pattern: str):
    """A pattern that matches no words at all would be found in every message."""
    phrases = Phrases((pattern,))
    assert not phrases.found_in("")
    assert not phrases.found_in(" ")
    assert not phrases.found_in(".")


SLOW = [
    "he " * 700,
    "they took me and my sister and " * 60,
    "no not never " * 150,
    "a" * 2000,
    "18 or 19 " * 220,
    "my my my the the a a " * 95,
    "not in any danger at all now " * 70,
]


@pytest.mark.timeout(30)
@EACH_LEXICON
@pytest.mark.parametrize("text", SLOW)
def test_no_message_holds_the_danger_lane_up(lexicon: Lexicon, text: str):
    """The longest message, however dull, is read for danger: no pattern runs wild on it."""
    for _ in range(5):
        read_danger(plain(text)[:2000], lexicon)


@EACH_LEXICON
def test_every_concern_has_its_words(lexicon: Lexicon):
    """Each concern of the policy is recognised by words, and no other is."""
    assert set(lexicon.concerns) == CONCERNS


@EACH_LEXICON
def test_numbers_are_ages(lexicon: Lexicon):
    """Number words stand for numbers that can be an age, and are written as plain text is."""
    assert lexicon.ages.numbers
    for word, number in lexicon.ages.numbers.items():
        assert 0 <= number <= 110
        assert word == plain(word)


@EACH_LEXICON
def test_the_words_for_not_knowing_are_understood(lexicon: Lexicon):
    """What a language's own file calls "I don't know" is read as that."""
    assert bare_answer(plain(LANGUAGES[lexicon.id].dont_know), lexicon) == "dont_know"


MUST_HOLD_SOMETHING = ["now", "unclear", "none", "over", "past", "not_now"]


@pytest.mark.parametrize("locale", LOCALES, ids=list(LEXICONS))
@pytest.mark.parametrize("name", MUST_HOLD_SOMETHING)
def test_no_list_of_danger_is_empty(locale: Path, name: str):
    """What is danger, what is not and what ends it has words in every language; some deny inside the verb, without a word."""
    assert yaml.safe_load((locale / "danger.yml").read_text(encoding="utf-8"))[name]


@pytest.mark.parametrize("file", FILES_OF_TEXTS)
def test_texts_are_tried_in_every_language(file: str):
    """A new language says them in its own words."""
    assert SAID[file].keys() == LEXICONS.keys()


@pytest.mark.parametrize(("language", "text", "kind"), kinds_of("past", "past", "goes_on"))
def test_what_began_in_the_past_and_goes_on_is_not_past(language: str, text: str, kind: str):
    """A sign is noted as past only where the words say that it is over."""
    assert is_past(plain(text), LEXICONS[language]) == (kind == "past")


@pytest.mark.parametrize(("language", "text"), texts_of("durations"))
def test_for_how_long_is_nobodys_age(language: str, text: str):
    """Nine years of work are no child of nine."""
    assert "child" not in read_ages(plain(text), LEXICONS[language], asks=None)


@pytest.mark.parametrize(("language", "text", "kind"), kinds_of("consents", "yes", "no", "unknown"))
def test_consent_is_heard_in_sentences(language: str, text: str, kind: str):
    """Who could not be asked has not refused: "no, she was never alone" must not lead to a Duty to Notify."""
    answer = answer_about_consent(plain(text), LEXICONS[language])
    assert (answer if answer in ("yes", "no") else "unknown") == kind


@pytest.mark.parametrize(("language", "text"), texts_of("alarm"))
def test_an_answer_that_tells_danger_sends_to_999(language: str, text: str):
    """With word lists alone: "yes he is here" and "I'm not safe", which begins like a "no" in some languages."""
    assert read(text, "danger", language, KNOWLEDGE).danger == "yes"


@pytest.mark.parametrize(("language", "text"), texts_of("calm"))
def test_a_calm_answer_about_danger_sends_nobody_to_999(language: str, text: str):
    """ "Nothing is happening right now" and "now no, he is at work" are a no, however the question was put."""
    reading = read(text, "danger", language, KNOWLEDGE)
    assert reading.danger in ("no", "over")
    assert not reading.is_correction  # "not now, she's away" makes no bystander of the one who writes


@pytest.mark.parametrize("message", PEACE, ids=[message["id"] for message in PEACE])
def test_what_goes_on_in_peace_is_a_calm_answer(message: dict[str, Any]):
    """Whoever answers the danger question with "she's hanging the washing out" is not sent to 999."""
    reading = read(message["text"], "danger", message["language"], KNOWLEDGE)
    assert reading.answer == "calm" or reading.danger == "no"


@pytest.mark.parametrize(("language", "text", "kind"), kinds_of("answers", "me", "other"))
def test_who_is_at_risk_is_heard_in_an_answer(language: str, text: str, kind: str):
    """ "A lady next door" and "asking for myself" are enough, without any model."""
    assert read(text, "person", language, KNOWLEDGE).person == {"me": "me", "other": "someone_else"}[kind]


@pytest.mark.parametrize(("language", "text", "kind"), kinds_of("answers", "adult", "child"))
def test_an_age_is_heard_in_an_answer(language: str, text: str, kind: str):
    """A child is never lost, and an adult is no child."""
    bands = read(text, "age_band", language, KNOWLEDGE).age_band
    assert bands & {"adult", "child"} == {kind}


@pytest.mark.parametrize(("language", "text"), texts_of("dangers"))
def test_a_danger_said_plainly_is_heard_without_a_model(language: str, text: str):
    """And no pattern that takes sayings and films out of a message takes the one who kills out with them."""
    assert read_danger(plain(text), LEXICONS[language]) == "yes"


@pytest.mark.parametrize(("language", "text", "kind"), kinds_of("despair", "heard", "other"))
def test_a_thought_of_ending_ones_life_is_heard_without_a_model(language: str, text: str, kind: str):
    """Samaritans are then the first number; "I don't want to live here any more" is about the house."""
    assert ("self_harm" in read(text, None, language, KNOWLEDGE).concerns) == (kind == "heard")


PLACES = ("stockport", "leeds", "cheshire-east", "elsewhere_england", "scotland", "outside_uk")


@pytest.mark.parametrize(("language", "text", "area"), kinds_of("where", *PLACES))
def test_a_place_is_heard_in_an_answer(language: str, text: str, area: str):
    """With what a language puts before, behind or on to a name; and "abroad" is an answer, too."""
    assert read(text, "area", language, KNOWLEDGE).areas == {area}


@pytest.mark.parametrize(("language", "text", "kind"), kinds_of("where", "dk", "skip"))
def test_not_knowing_and_not_telling_are_answers(language: str, text: str, kind: str):
    """Who does not know, in however many words, is not asked again; and "no sé" does not say that nobody is in danger."""
    assert read(text, "area", language, KNOWLEDGE).answer in {"dk": ("dont_know", "not_known"), "skip": ("skip",)}[kind]
    assert read(text, "danger", language, KNOWLEDGE).danger in (None, "unclear")


@pytest.mark.parametrize(("language", "text", "kind"), kinds_of("organisations", "first", "others"))
def test_whom_staff_work_for_is_heard_in_every_language(language: str, text: str, kind: str):
    """Staff who answer in their first language are told their own duty, not another's."""
    assert read(text, "first_responder", language, KNOWLEDGE).first_responder == {"first": "yes", "others": "no"}[kind]
