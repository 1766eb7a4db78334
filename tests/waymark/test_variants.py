"""The ways in which a message is typed worse."""

import unicodedata
from typing import get_args

import pytest

from bot.languages import load_languages
from waymark.cli import Variant
from waymark.variants import MESSAGES, VARIANTS, between_other_words, with_mixed_scripts, with_noise

MESSAGE = "They locked us in and the girl is hurt"


def test_the_command_knows_every_variant():
    """`waymark evaluate --variant` takes the variants that there are."""
    assert get_args(Variant) == tuple(VARIANTS)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_variant_is_the_same_each_time(variant: str):
    """A measurement can be repeated."""
    assert VARIANTS[variant](MESSAGE, "en") == VARIANTS[variant](MESSAGE, "en") != MESSAGE or variant == "no-accents"


VARIED = [
    ("no-accents", "\u0219ef \u0142ad \u00e9t\u00e9", "sef lad ete"),
    ("no-accents", "ti\u1ebfng Vi\u1ec7t \u0111\u1eadp", "tieng Viet dap"),  # two marks on one letter, and a stroke
    ("no-accents", "\u092c\u091a\u094d\u091a\u0940", "\u092c\u091a\u094d\u091a\u0940"),  # signs of other scripts are letters
    ("no-accents", "", ""),
    ("capitals", "help me", "HELP ME"),
    ("drawn-out", "help me now please", "heeeelp me now pleaseeee"),
    ("mixed-scripts", "\u1230\u120b\u121d 999", "\u1230\u120b\u121d 999"),  # no letter of these looks like another script's
]


@pytest.mark.parametrize(("variant", "text", "typed"), VARIED)
def test_what_a_variant_does(variant: str, text: str, typed: str):
    """Accents go, letters become large, vowels long."""
    assert VARIANTS[variant](text, "en") == typed


def test_noise_changes_about_one_letter_in_ten():
    """Slips are there, and the message is still one."""
    noisy = with_noise(MESSAGE * 20)
    differing = sum(a != b for a, b in zip(MESSAGE.split()[0] * 5, noisy, strict=False))
    assert noisy != MESSAGE * 20
    assert abs(len(noisy) - len(MESSAGE * 20)) < len(MESSAGE * 20) * 0.1
    assert differing > 0


MIXED = [
    (MESSAGE, "LATIN", {"CYRILLIC", "GREEK"}),
    ("\u0412\u0456\u043d \u0442\u0440\u0438\u043c\u0430\u0454 \u043d\u0456\u0436", "CYRILLIC", {"LATIN"}),
]


@pytest.mark.parametrize(("text", "script", "others"), MIXED)
def test_letters_of_another_script_stand_among_those_of_a_word(text: str, script: str, others: set[str]):
    """The text keeps its length; some of its letters are another script's, and most are its own."""
    mixed = with_mixed_scripts(text * 20)
    scripts = [unicodedata.name(letter).split()[0] for letter in mixed if letter.isalpha()]
    assert len(mixed) == len(text * 20)
    assert set(scripts) == {script, *others}
    assert scripts.count(script) > len(scripts) / 2


@pytest.mark.parametrize("language", sorted(load_languages()))
def test_the_words_around_a_message_are_neutral_and_of_another_language(language: str):
    """Around it stand greetings or thanks of the test messages: English ones, or around English those of any other language."""
    before, after = between_other_words("|", language).split(" | ")
    files = [file for file in MESSAGES.glob("*.jsonl") if (file.stem == "en") != (language == "en")]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    for words in (before, after):
        assert any(f'"text": "{words}", "danger": false, "kind": "smalltalk"' in line for line in lines)
