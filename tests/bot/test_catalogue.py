"""A language's words: what is said in it, and what falls back to English."""

from pathlib import Path

import pytest

from bot.catalogue import Catalogue, catalogue_file, is_emergency, load_catalogue
from bot.errors import ContentError

HELP = "The helpline: 08000 121 700 or {number}, at 8:45"
PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgctxt "page/send"
msgid "Send"
msgstr "Trimite"

#, fuzzy
msgctxt "page/exit"
msgid "Exit this page"
msgstr "Pleaca"

#, fuzzy
msgctxt "replies/utter_danger"
msgid "Ring 999 now."
msgstr "Suna la 999 acum."

msgctxt "page/print"
msgid "Print it"
msgstr "Tipareste"

msgctxt "page/copy"
msgid "Copy"
msgstr ""

msgctxt "phrases/sms/help"
msgid "The helpline: 08000 121 700 or {number}, at 8:45"
msgstr "Linia: 08000 121 700 sau {number}, la 8:45"
"""


@pytest.fixture
def locale(tmp_path: Path) -> Path:
    """A language's folder."""
    file = catalogue_file(tmp_path / "ro")
    file.parent.mkdir(parents=True)
    file.write_text(PO, encoding="utf-8")
    return tmp_path / "ro"


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("page/send", "Trimite"),
        ("page/print", "English"),  # translated from words that an editor has changed a minute ago
        ("page/copy", "English"),  # not translated yet
        ("page/exit", "English"),  # translated from other words
        ("page/unheard-of", "English"),
        ("replies/utter_danger", "Suna la 999 acum."),  # the last good translation of an emergency
    ],
)
def test_what_is_said_in_the_language(reference: str, said: str, locale: Path):
    """A good translation is said; else English, but an emergency in its last good translation."""
    english = {"page/send": "Send", "page/exit": "Exit this page"}.get(reference, "English")
    assert load_catalogue(locale, "ltr").text(reference, english) == said.replace("English", english)


def test_numbers_are_not_turned_round(locale: Path):
    """In words that run from right to left every number stands apart, in its own direction; elsewhere as it is written."""
    said = load_catalogue(locale, "rtl").text("phrases/sms/help", HELP)
    assert said == "Linia: \u206608000 121 700\u2069 sau {number}, la 8:45"
    assert "\u2066" not in load_catalogue(locale, "ltr").text("phrases/sms/help", HELP)


@pytest.mark.parametrize(
    ("direction", "said"),
    [("rtl", "\u2066Ring 101.\u2069\n\n\u2066Then wait.\u2069"), ("ltr", "Ring 101.\n\nThen wait.")],
)
def test_english_among_words_from_right_to_left_keeps_its_full_stop(direction: str, said: str, locale: Path):
    """What has no translation is English still, line by line in its own direction."""
    assert load_catalogue(locale, direction).text("topics/new/text", "Ring 101.\n\nThen wait.") == said


def test_a_language_without_a_catalogue_is_said_in_english(tmp_path: Path):
    """A language that is only understood has no words of its own."""
    assert load_catalogue(tmp_path, "ltr") == Catalogue()


def test_a_broken_catalogue_is_named(locale: Path):
    """A file that is no catalogue is one clear problem, with its name."""
    catalogue_file(locale).write_text("no catalogue", encoding="utf-8")
    with pytest.raises(ContentError, match=r"waymark\.po"):
        load_catalogue(locale, "ltr")


@pytest.mark.parametrize(
    ("reference", "answer"),
    [("replies/utter_danger/sms", True), ("phrases/conditions/if_danger_abroad", True), ("page/exit", False)],
)
def test_emergencies_are_known_by_their_reference(reference: str, answer: bool):
    """What tells people to ring 999 never falls back to English for a changed comma."""
    assert is_emergency(reference) == answer
