"""Texts by reference."""

import pytest

from bot.words import UnknownText, load_words

WORDS = load_words()


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("@settings/car-wash/name", "A car wash"),
        ("phrases/choices/yes", "Yes"),
        ("areas/stockport/name", "Stockport"),
        ("scenarios/car-wash-taken-by-van/choices/0/text", "Follow the van to see where the workers live."),
    ],
)
def test_a_reference_names_a_text(reference, text):
    """Texts of every collection are found by their place, with or without the mark of a reference."""
    assert WORDS.text(reference) == text


@pytest.mark.parametrize(
    "reference",
    [
        "settings/moon/name",
        "settings/car-wash",
        "settings",
        "nothing/at/all",
        "scenarios/car-wash-taken-by-van/choices/9/text",
        "",
    ],
)
def test_a_reference_to_nothing_is_an_error(reference):
    """A slip is told, and never reaches a person as an empty line."""
    with pytest.raises(UnknownText):
        WORDS.text(reference)
