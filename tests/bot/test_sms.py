"""What a text message costs."""

import pytest

from bot.sms import Cost, cost

EURO, EMOJI, CYRILLIC = "\u20ac", "\U0001f600", "\u0436"


@pytest.mark.parametrize(
    ("text", "alphabet", "segments"),
    [
        ("", "GSM-7", 1),
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2),
        ("a" * 307, "GSM-7", 3),
        (EURO * 80, "GSM-7", 1),
        (EURO * 81, "GSM-7", 2),
        ("a" * 152 + EURO * 5, "GSM-7", 2),  # the euro sign is not split between segments
        ("\u2019", "UCS-2", 1),  # a typographic apostrophe makes the whole text dear
        (CYRILLIC * 70, "UCS-2", 1),
        (CYRILLIC * 71, "UCS-2", 2),
        (CYRILLIC * 134, "UCS-2", 2),
        (CYRILLIC * 135, "UCS-2", 3),
        (EMOJI * 35, "UCS-2", 1),
        (EMOJI * 36, "UCS-2", 2),
        (EMOJI * 67, "UCS-2", 3),  # no emoji is split: 33 a segment
    ],
)
def test_segments(text: str, alphabet: str, segments: int):
    """Letters of GSM's alphabet, dear ones, others, and those beyond the basic plane."""
    assert cost(text) == Cost(alphabet, segments)
