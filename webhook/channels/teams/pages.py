"""Blocks laid out on cards that Teams takes: none is ever too large, and nothing is left out.

A message of a bot may be about 100 KB in UTF-16; we stay below 80 KB a card. A block that fits on one card stays on one.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from webhook.channels.teams.elements import Block, Element, Line

ATTACHMENT = "application/vnd.microsoft.card.adaptive"
MOST_BYTES = 80_000
_BYTES_OF_A_CARD = 6_000  # without any line, with what is around it, and with what the home card has besides
_BYTES_AROUND_A_LINE = 240  # its box, a rule above it, and the mark between it and the next one
MOST_BYTES_OF_LINES = MOST_BYTES - _BYTES_OF_A_CARD

Card = dict[str, Any]


def cards(blocks: Iterable[Block], language: str, direction: str) -> Iterator[Card]:
    """Yield the cards that hold the blocks, in order; a block that is too large for a card goes on on the next."""
    held: list[Block] = []
    for block in _fitting(blocks):
        if held and _bytes_of([*held, block]) > MOST_BYTES_OF_LINES:
            yield _card(held, language, direction)
            held = []
        held.append(block)
    if held:
        yield _card(held, language, direction)


def one_card(blocks: Iterable[Block], language: str, direction: str, fallback: str) -> Card:
    """Return blocks as one card, however large; a client that cannot show it shows the fallback."""
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "lang": language,
        "rtl": direction == "rtl",
        "fallbackText": fallback,
        "body": [element for block in blocks for element in _elements(block)],
    }


def bytes_of(value: Any) -> int:
    """Return how large a value is as JSON in UTF-16."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-16-le", "surrogatepass"))


def _fitting(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the blocks, those that are too large in parts."""
    for block in blocks:
        lines: list[Line] = []
        for line in block.lines:
            if lines and _bytes_of([Block((*lines, line))]) > MOST_BYTES_OF_LINES:
                yield replace(block, lines=tuple(lines))
                lines = []
            lines.append(line)
        if lines:
            yield replace(block, lines=tuple(lines))


def _bytes_of(blocks: Iterable[Block]) -> int:
    """Return the most that blocks need: each text stands on the card, and once more in its plain text."""
    return sum(bytes_of(line.element) + bytes_of(line.text) + _BYTES_AROUND_A_LINE for block in blocks for line in block.lines)


def _card(blocks: list[Block], language: str, direction: str) -> Card:
    texts = [line.text for block in blocks for line in block.lines if line.text]
    return one_card(blocks, language, direction, "\n".join(texts))


def _elements(block: Block) -> list[Element]:
    elements = [line.element for line in block.lines]
    if block.style is not None:
        elements = [{"type": "Container", "style": block.style, "items": elements, "spacing": "Medium"}]
    if block.is_apart:
        elements[0] = {**elements[0], "separator": True, "spacing": "Large"}
    return elements
