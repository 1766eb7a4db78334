"""What a text message costs: how many segments its letters need (3GPP TS 23.038).

A text in the GSM alphabet has 160 characters in one segment and 153 in each of several; any other letter makes the whole text
UCS-2, with 70 and 67. The count is that of Twilio's own calculator, which splits no letter from its marks and no flag in two.
"""

from dataclasses import dataclass
from typing import Literal

import regex

_BASIC = frozenset(
    "@\u00a3$\u00a5\u00e8\u00e9\u00f9\u00ec\u00f2\u00c7\n\u00d8\u00f8\r\u00c5\u00e5\u0394_\u03a6\u0393\u039b\u03a9\u03a0\u03a8\u03a3\u0398\u039e\u00c6\u00e6\u00df\u00c9"
    " !\"#\u00a4%&'()*+,-./0123456789:;<=>?\u00a1ABCDEFGHIJKLMNOPQRSTUVWXYZ\u00c4\u00d6\u00d1\u00dc\u00a7"
    "\u00bfabcdefghijklmnopqrstuvwxyz\u00e4\u00f6\u00f1\u00fc\u00e0"
)
_EXTENDED = frozenset("\f^{}\\[~]|\u20ac")  # each takes the place of two
_LIMITS = {"GSM-7": (160, 153), "UCS-2": (70, 67)}
_WHOLE = regex.compile(r"\r|\X")  # what is never split: a letter with its marks, an emoji of several; a line's end may be


@dataclass(frozen=True, slots=True)
class Cost:
    """The alphabet that a text needs, and the segments."""

    alphabet: Literal["GSM-7", "UCS-2"]
    segments: int


def is_gsm(character: str) -> bool:
    """Say whether a character is in the GSM alphabet."""
    return character in _BASIC or character in _EXTENDED


def cost(text: str) -> Cost:
    """Return what a text costs; an empty one is one segment."""
    if set(text) <= _BASIC | _EXTENDED:
        widths = [2 if character in _EXTENDED else 1 for character in text]
        return Cost("GSM-7", _segments(widths, *_LIMITS["GSM-7"]))
    widths = [len(letter.encode("utf-16-be")) // 2 for letter in _WHOLE.findall(text)]
    return Cost("UCS-2", _segments(widths, *_LIMITS["UCS-2"]))


def _segments(widths: list[int], alone: int, each: int) -> int:
    """Count segments; what takes several places is never split between them."""
    if sum(widths) <= alone:
        return 1
    segments, room = 1, each
    for width in widths:
        if width > room:
            segments, room = segments + 1, each
        room -= width
    return segments
