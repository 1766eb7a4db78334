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

Block = dict[str, Any]
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Piece:
    """What stays together on one page: some blocks, and the same as text for screen readers and notifications."""

    blocks: tuple[Block, ...]
    said: str

    def with_remark(self, other: "Piece") -> "Piece":
        """Return both as one piece."""
        return Piece((*self.blocks, *other.blocks), f"{self.said}\n{other.said}")


def gathered(items: Iterable[_Item], fit: Callable[[list[_Item]], bool]) -> list[list[_Item]]:
    """Gather items, in order, into groups that are as large as may be; each fits by itself."""
    groups: list[list[_Item]] = []
    for item in items:
        if groups and fit([*groups[-1], item]):
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def pages(pieces: Iterable[Piece]) -> tuple[Page, ...]:
    """Return the pieces as messages, page by page."""
    return tuple({"text": _said(group), "blocks": _blocks(group)} for group in gathered(pieces, _fit_on_a_page))


def _fit_on_a_page(pieces: Sequence[Piece]) -> bool:
    blocks = _blocks(pieces)
    return (
        len(blocks) <= MOST_BLOCKS
        and units(json.dumps(blocks, ensure_ascii=False)) <= MOST_CHARACTERS_OF_ALL_BLOCKS
        and units(_said(pieces)) <= MOST_CHARACTERS_OF_THE_FALLBACK
    )


def _blocks(pieces: Iterable[Piece]) -> list[Block]:
    return [block for piece in pieces for block in piece.blocks]


def _said(pieces: Iterable[Piece]) -> str:
    return "\n".join(piece.said for piece in pieces)


def heading(text: str) -> Iterator[Piece]:
    """Yield a heading; what it has no room for follows in bold."""
    first, *rest = bounded(text, MOST_CHARACTERS_OF_A_HEADER)
    yield Piece(({"type": "header", "text": plain(first)},), escaped(first))
    for part in rest:
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
    groups = gathered(ready, lambda group: units("\n".join(group)) <= MOST_CHARACTERS_OF_A_SECTION)
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


def buttons(choices: Sequence[Mapping[str, str]], action: str) -> Iterator[Piece]:
    """Yield choices to tap. A title that is too long for a button stands above in full, under the number on its button."""
    numbers = iter(range(1, len(choices) + 1))
    elements = []
    for place, choice in enumerate(choices):
        title = choice["title"]
        if units(title) > MOST_CHARACTERS_OF_A_BUTTON:
            number = f"{next(numbers)}. "
            yield from sections(lines(f"{number}{title}"))
            title = _shortened(title, number)
        elements.append(button(title, choice["payload"], f"{action}:{place}"))
    for group in gathered(elements, lambda group: len(group) <= MOST_BUTTONS_IN_A_BLOCK and _fit_on_a_page([_actions(group)])):
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
