"""The call card: which sentences stand on it."""

import pytest

from bot.call_card import lines_for
from bot.situation import Situation

CARDS = [
    ("nothing known", Situation(), "en", False, ["about_somebody", "ring_back"]),
    (
        "a worker who speaks Vietnamese",
        Situation(person="me", age_band=frozenset({"adult"}), area="leeds"),
        "vi",
        True,
        ["language", "interpreter", "about_me", "place", "ring_back"],
    ),
    (
        "a child in danger who cannot speak",
        Situation(danger="yes", person="me", age_band=frozenset({"child"}), concerns=frozenset({"cannot_speak"})),
        "ti",
        False,
        ["danger", "language", "interpreter", "cannot_speak", "about_me", "under_18", "ring_back"],
    ),
    (
        "somebody who may be under 18",
        Situation(person="someone_else", age_band=frozenset({"unsure"}), area="leeds"),
        "en",
        True,
        ["about_somebody", "they_are_under_18", "their_place", "ring_back"],
    ),
]


@pytest.mark.parametrize(
    ("situation", "language", "has_place", "lines"), [card[1:] for card in CARDS], ids=[card[0] for card in CARDS]
)
def test_the_card_fits_the_situation(situation, language, has_place, lines):
    """Danger first, then how to be understood, then who and where; nothing that was not said."""
    assert list(lines_for(situation, language, has_place)) == lines
