"""Blocks and messages within Slack's limits, by construction: nothing is ever too long, and nothing is cut off.

The limits are those of Slack's Block Kit reference; for all blocks of a message together there is none written down, but
about 13,200 characters were refused as `msg_blocks_too_long` (slackapi/bolt-js, issue 2509).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from webhook.channels.slack.mrkdwn import bounded, escaped, units
from webhook.post.channel import Page

MOST_BLOCKS = 50
MOST_CHARACTERS_OF_ALL_BLOCKS = 13_000
MOST_CHARACTERS_OF_THE_FALLBACK = 4_000  # what Slack advises; it is read aloud in the place of the blocks
MOST_CHARACTERS_OF_A_SECTION = 3_000
MOST_CHARACTERS_OF_A_HEADER = 150
MOST_CHARACTERS_OF_A_REMARK = 900  # ours, so that a remark stays with the section above it
MOST_CHARACTERS_OF_A_BUTTON = 75
MOST_CHARACTERS_OF_A_VALUE = 2_000
MOST_BUTTONS_IN_A_BLOCK = 25

ANSWER = "answer"  # what a button does that says something in the conversation

# What a page, a section and a block of buttons may take of each thing that is limited.
_PAGE = (MOST_BLOCKS, MOST_CHARACTERS_OF_ALL_BLOCKS, MOST_CHARACTERS_OF_THE_FALLBACK)
_SECTION = (MOST_CHARACTERS_OF_A_SECTION,)
_BUTTONS = (MOST_BUTTONS_IN_A_BLOCK, MOST_CHARACTERS_OF_ALL_BLOCKS, MOST_CHARACTERS_OF_THE_FALLBACK)

Block = dict[str, Any]
Sizes = tuple[int, ...]
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Piece:
    """What stays together on one page: some blocks, and the same as text for screen readers and notifications."""

    blocks: tuple[Block, ...]
    said: str

    def with_remark(self, other: "Piece") -> "Piece":
        """Return both as one piece."""
        return Piece((*self.blocks, *other.blocks), f"{self.said}\n{other.said}")


def gathered(items: Iterable[_Item], sizes: Callable[[_Item], Sizes], most: Sizes) -> list[list[_Item]]:
    """Gather items, in order, into groups that are as large as may be; an item fits by itself.

    Args:
        sizes: returns what an item takes of each thing that is limited.
        most: what a group may take of each.
    """
    groups: list[list[_Item]] = []
    room = most
    for item in items:
        left = tuple(had - needed for had, needed in zip(room, sizes(item), strict=True))
        if not groups or min(left) < 0:
            groups.append([])
            left = tuple(had - needed for had, needed in zip(most, sizes(item), strict=True))
        groups[-1].append(item)
        room = left
    return groups


def pages(pieces: Iterable[Piece]) -> tuple[Page, ...]:
    """Return the pieces as messages, page by page."""
    return tuple({"text": _said(group), "blocks": _blocks(group)} for group in gathered(pieces, _sizes, _PAGE))


def _sizes(piece: Piece) -> Sizes:
    """Return how many blocks a piece has, how much they take as JSON, and how much its text takes."""
    written = sum(units(json.dumps(block, ensure_ascii=False)) + len(", ") for block in piece.blocks)
    return len(piece.blocks), written, units(piece.said) + len("\n")


def _blocks(pieces: Iterable[Piece]) -> list[Block]:
    return [block for piece in pieces for block in piece.blocks]


def _said(pieces: Iterable[Piece]) -> str:
    return "\n".join(piece.said for piece in pieces)


def heading(text: str) -> Iterator[Piece]:
    """Yield a heading; what it has no room for follows in bold."""
    parts = bounded(text, MOST_CHARACTERS_OF_A_HEADER)
    for part in parts[:1]:
        yield Piece(({"type": "header", "text": plain(part)},), escaped(part))
    for part in parts[1:]:
        yield from sections([f"*{line}*" for line in lines(part)])


def paragraphs(text: str) -> Iterator[Piece]:
    """Yield a text."""
    yield from sections(lines(text))


def lines(text: str) -> list[str]:
    """Return a text's lines, blank ones too, ready to be put into sections; to each a mark can be set on either side."""
    room = MOST_CHARACTERS_OF_A_SECTION - 2
    return [escaped(part) for line in text.splitlines() for part in bounded(line, room) or [""]]


def sections(ready: Iterable[str]) -> list[Piece]:
    """Return lines of mrkdwn, none longer than a section, in as few sections as may be."""
    groups = gathered(ready, lambda line: (units(line) + len("\n"),), _SECTION)
    texts = ["\n".join(group).strip() for group in groups]
    return [_section(text) for text in texts if text]  # Slack refuses an empty one


def _section(text: str) -> Piece:
    # `expand`: Slack must not fold numbers away behind "See more"; `verbatim`: nothing becomes a mention by itself.
    return Piece(({"type": "section", "expand": True, "text": mrkdwn(text)},), text)


def remarks(text: str) -> list[Piece]:
    """Return a text in small print."""
    parts = [escaped(part) for part in bounded(text, MOST_CHARACTERS_OF_A_REMARK)]
    return [Piece(({"type": "context", "elements": [mrkdwn(part)]},), part) for part in parts]


def mrkdwn(text: str) -> dict[str, Any]:
    """Return Slack's object for a text with marks."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain(text: str) -> dict[str, Any]:
    """Return Slack's object for a text without marks."""
    return {"type": "plain_text", "text": text, "emoji": False}


def buttons(choices: Sequence[Mapping[str, str]]) -> Iterator[Piece]:
    """Yield choices to tap. A title that is too long for a button stands above in full, under the number on its button."""
    numbers = iter(range(1, len(choices) + 1))
    elements = []
    for place, choice in enumerate(choices):
        title = choice["title"]
        if units(title) > MOST_CHARACTERS_OF_A_BUTTON:
            number = f"{next(numbers)}. "
            yield from sections(lines(f"{number}{title}"))
            title = _shortened(title, number)
        elements.append(button(title, choice["payload"], f"{ANSWER}:{place}"))
    for group in gathered(elements, lambda element: (1, *_sizes(_actions([element]))[1:]), _BUTTONS):
        yield _actions(group)


def _shortened(title: str, number: str) -> str:
    beginning = bounded(title.replace("\n", " "), MOST_CHARACTERS_OF_A_BUTTON - units(number) - 1)[0]
    return f"{number}{beginning}\u2026"


def button(label: str, value: str, action: str) -> Block:
    """Return one button."""
    return {"type": "button", "text": plain(label), "value": value, "action_id": action}


def _actions(elements: Sequence[Block]) -> Piece:
    said = "\n".join(f"\u2022 {escaped(element['text']['text'])}" for element in elements)
    return Piece(({"type": "actions", "elements": list(elements)},), said)
