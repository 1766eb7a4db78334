"""The script of a text."""

import pytest

from bot.scripts import main_script


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("help me", "Latin"),
        ("\u0633\u0627\u0639\u062f\u0648\u0646\u064a ok", "Arabic"),
        ("\u043f\u043e\u043c\u043e\u0449", "Cyrillic"),
        ("\u6551\u547d", "Han"),
        ("\u12a5\u122d\u12f3\u1273", "Ethiopic"),
        ("\u0a2e\u0a26\u0a26", "Gurmukhi"),
        ("\u0bae\u0ba9\u0bbf", "Tamil"),
        ("15", None),
        ("\U0001f62d", None),
        ("", None),
    ],
)
def test_most_letters_decide(text, script):
    """A word in another script does not change it, and digits and signs have none."""
    assert main_script(text) == script
