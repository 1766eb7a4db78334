"""What a program can see of a wrong translation."""

from dataclasses import replace

import pytest

from bot.keywords import Keywords
from bot.languages import load_languages
from bot.texts import Text
from bot.translations import mistakes, without_keyword

ENGLISH = load_languages()["en"]
ROMANIAN = replace(ENGLISH, id="ro", scripts=("Latin",))
ARABIC = replace(ENGLISH, id="ar", scripts=("Arabic",), direction="rtl")
NAMES = {"Childline", "Modern Slavery Helpline"}
TEXT = "Ring {number} or 0800 1111 (Childline) now. You can read this and more at www.example.org."
GOOD = "Suna\u021bi la {number} sau 0800 1111 (Childline) acum. Pute\u021bi citi mai multe la www.example.org."
ARABIC_TEXT = "\u0627\u062a\u0635\u0644 \u0628\u0631\u0642\u0645 {number} "

BROKEN = [
    # the translation, what is said of it
    (GOOD.replace("{number}", "{numar}"), "holds other {placeholders} than the English"),
    (GOOD.replace("{number}", ""), "holds other {placeholders} than the English"),
    (GOOD.replace("1111", "1112"), "holds other numbers than the English"),
    (GOOD.replace("0800 1111", "\u0660\u0668\u0660\u0660 1111"), "holds digits that are not 0 to 9"),
    (GOOD.replace("www.example.org", "www.exemplu.org"), "does not hold 'www.example.org'"),
    (GOOD.replace("Childline", "Linia copiilor"), "does not hold 'Childline'"),
    (GOOD + "\u200f", "holds an invisible character: direction is set by the program"),
    (GOOD.replace("acum", "<b>acum</b>"), "holds markup"),
    (GOOD.replace(". ", ".\n"), "has another number of lines than the English"),
    (GOOD + " z" * 80, "is much longer than the English: 252 characters, not 90"),
    (TEXT, "seems to be English still"),
]


@pytest.mark.parametrize(("said", "remark"), BROKEN)
def test_a_broken_translation_is_noticed(said: str, remark: str):
    """Each check sees what it guards."""
    assert remark in list(mistakes(Text("topics/x/text", TEXT, "x.yml"), said, ROMANIAN, NAMES))


def test_a_good_translation_passes():
    """Nothing is said against it."""
    assert list(mistakes(Text("topics/x/text", TEXT, "x.yml"), GOOD, ROMANIAN, NAMES)) == []


@pytest.mark.parametrize(
    ("reference", "characters", "is_too_long"),
    [
        ("phrases/buttons/skip", 32, False),
        ("phrases/buttons/skip", 33, True),
        ("replies/utter_danger/sms", 134, False),
        ("replies/utter_danger/sms", 135, True),
        ("phrases/sms/help", 135, True),
        ("replies/utter_danger", 135, False),
    ],
)
def test_what_must_be_short_is(reference: str, characters: int, is_too_long: bool):
    """A button is tapped on a small screen, a text message is paid for by the piece."""
    found = list(mistakes(Text(reference, "z" * 100, "x.yml"), "z" * characters, ROMANIAN, NAMES))
    assert any("longer than" in remark for remark in found) == is_too_long


@pytest.mark.parametrize(("said", "is_english"), [("Ring {number} Childline", True), (ARABIC_TEXT + "Childline", False)])
def test_another_script_shows_what_was_left_in_english(said: str, is_english: bool):
    """Where most letters are Latin, nothing was translated; a name among the others is as it should be."""
    text = Text("x/y", "Ring {number} Childline", "x.yml")
    assert ("seems to be English still" in list(mistakes(text, said, ARABIC, NAMES))) == is_english


KEYWORDS = Keywords(
    id="ro",
    help=("ajutor",),
    stop=("stop",),
    start=("start",),
    more=("mai mult",),
    resume=("continu\u0103",),
    pause=("pauz\u0103",),
    forget=("uit\u0103-m\u0103",),
)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Scrie\u021bi \u201eContinu\u0103\u201d.", []),
        ("Scrie\u021bi \u201emai departe\u201d.", [("replies/utter_pause", "resume")]),
    ],
)
def test_people_are_told_to_send_words_that_are_understood(said: str, found: list[tuple[str, str]]):
    """The word that a text asks for is one of the language's keywords."""
    assert list(without_keyword({"replies/utter_pause": said}, KEYWORDS)) == found
