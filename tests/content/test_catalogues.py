"""The words of every language: all of them there, and nothing wrong with them that a program can see."""

import pytest

from bot.catalogue import load_catalogue
from bot.content import PROJECT_FOLDER
from bot.directory import load_directory
from bot.keywords import load_keywords
from bot.languages import FALLBACK, Language, load_languages
from bot.sms import Cost, cost
from bot.texts import load_texts
from bot.translations import mistakes, names_that_stay, without_keyword

TEXTS = load_texts()
LANGUAGES = {code: language for code, language in load_languages().items() if language.has_words and code != FALLBACK}
CATALOGUES = {
    code: load_catalogue(PROJECT_FOLDER / "locales" / code, "ltr") for code in LANGUAGES
}  # as they are written, without the marks of direction
KEYWORDS = load_keywords()
NAMES = names_that_stay(load_directory())
EACH = pytest.mark.parametrize("language", LANGUAGES.values(), ids=list(LANGUAGES))


def said_in(language: Language) -> dict[str, str]:
    """What a language says, by reference."""
    return {reference: known.said for reference, known in CATALOGUES[language.id].translations.items()}


@EACH
def test_every_text_has_its_words(language: Language):
    """No text is missing in a language that we say we speak, and none is left from English words that have changed."""
    wanted = [text for text in TEXTS if text.is_for(language.id)]
    assert [text.reference for text in wanted if not CATALOGUES[language.id].has(text.reference, text.english)] == []


@EACH
def test_no_translation_has_a_mistake_that_can_be_seen(language: Language):
    """Placeholders, numbers, addresses, names, lines and lengths are those of the English; nothing was left in English."""
    said = said_in(language)
    found = [
        (text.reference, remark)
        for text in TEXTS
        if text.reference in said
        for remark in mistakes(text, said[text.reference], language, NAMES)
    ]
    assert found == []


@EACH
def test_a_text_message_is_two_segments_at_most(language: Language):
    """What a phone is sent in danger, and every other text for it, costs no more, whatever the letters."""
    said = {reference: text for reference, text in said_in(language).items() if "/sms" in reference}
    assert {reference: cost(text).segments for reference, text in said.items() if cost(text).segments > 2} == {}


def test_the_english_danger_message_is_one_segment():
    """It must come whole, on any phone."""
    text = next(text.english for text in TEXTS if text.reference == "replies/utter_danger/sms")
    assert cost(text) == Cost("GSM-7", 1)


@EACH
def test_people_are_told_to_send_words_that_are_understood(language: Language):
    """ "Continue", "forget me", MORE, STOP and START are the language's own keywords."""
    assert list(without_keyword(said_in(language), KEYWORDS[language.id])) == []


@EACH
def test_translators_are_told_how_to_write(language: Language):
    """Each language says how it addresses people, how it stays neutral, and which words it uses for what."""
    assert language.formality
    assert language.gender
    assert set(language.terms) >= {"interpreter", "helpline", "social_worker", "police"}
    assert language.names
