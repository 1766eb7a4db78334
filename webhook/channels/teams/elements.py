"""The parts of our cards, each with the same in plain text: lines, and blocks of lines that belong together.

Elements are of Adaptive Cards 1.2, which every client of Teams shows; only what carries a payload (Action.Execute) is newer,
and has an older one to fall back to. Text stands in rich text blocks, which take every character as it is: a text block would
read Markdown in it, and make links of what somebody wrote.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from bot.text import passages

MOST_CHARACTERS_OF_A_LINE = 2000
MOST_CHARACTERS_OF_A_BUTTON = 40  # Teams cuts off what does not fit on one line
MOST_CHARACTERS_OF_A_SHORT_BUTTON, MOST_BUTTONS_IN_A_ROW = 14, 3  # what fits side by side on a narrow screen
VERB = "choose"

Element = dict[str, Any]
Style = Literal["attention", "emphasis"]
URGENT: Style = "attention"
CALM: Style = "emphasis"


@dataclass(frozen=True, slots=True)
class Line:
    """One element of a card, and the same in plain text."""

    element: Element
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together; with a style they stand in a box. `is_apart`: a rule divides them from what is above."""

    lines: tuple[Line, ...]
    style: Style | None = None
    is_apart: bool = False


def run(text: str, **look: Any) -> Element:
    """Return a piece of text in one look; `url` makes it a link."""
    url = look.pop("url", None)
    link = {"selectAction": {"type": "Action.OpenUrl", "url": url}} if url else {}
    return {"type": "TextRun", "text": text, **look, **link}


def line(*runs: Element, text: str | None = None, **place: Any) -> Line:
    """Return one line of pieces."""
    return Line({"type": "RichTextBlock", "inlines": list(runs), **place}, text or "".join(each["text"] for each in runs))


def paragraphs(text: str, **look: Any) -> Iterator[Line]:
    """Yield a text line by line; a line that is too long is split at its sentences."""
    for paragraph in text.split("\n"):
        for part in passages(paragraph, MOST_CHARACTERS_OF_A_LINE):
            yield line(run(part, **look), spacing="Small")


def heading(text: str) -> Iterator[Line]:
    """Yield a heading, as screen readers know one."""
    for part in passages(text, MOST_CHARACTERS_OF_A_LINE):
        element = {"type": "TextBlock", "text": part, "style": "heading", "weight": "Bolder", "size": "Medium", "wrap": True}
        yield Line(element, part)


def link_button(title: str, url: str) -> Line:
    """Return a button that opens a page."""
    return Line({"type": "ActionSet", "actions": [{"type": "Action.OpenUrl", "title": title, "url": url}]}, f"{title}: {url}")


def choices(buttons: Iterable[dict[str, str]]) -> Block:
    """Return buttons that send their payload; where a title is too long for a button, all stand as numbered lines."""
    offered = list(buttons)
    if any(len(button["title"]) > MOST_CHARACTERS_OF_A_BUTTON for button in offered):
        return Block(tuple(part for number, button in enumerate(offered, 1) for part in _numbered(number, button)))
    return Block(tuple(row((button["title"], {"payload": button["payload"]}) for button in side) for side in _rows(offered)))


def row(choices: Iterable[tuple[str, dict[str, str]]]) -> Line:
    """Return buttons side by side, each with its title and the data that it sends back."""
    offered = list(choices)
    actions = [_action(title, title, data) for title, data in offered]
    return _action_set(actions, "\n".join(f"- {title}" for title, _ in offered))


def _rows(buttons: Iterable[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    """Yield short buttons several at a time, and every other one by itself."""
    for is_short, alike in groupby(buttons, lambda button: len(button["title"]) <= MOST_CHARACTERS_OF_A_SHORT_BUTTON):
        together, most = list(alike), MOST_BUTTONS_IN_A_ROW if is_short else 1
        yield from (together[first : first + most] for first in range(0, len(together), most))


def _numbered(number: int, button: dict[str, str]) -> Iterator[Line]:
    for part in passages(f"{number}. {button['title']}", MOST_CHARACTERS_OF_A_LINE):
        yield line(run(part))
    yield _action_set([_action(button["title"], str(number), {"payload": button["payload"]})], "")


def _action(title: str, label: str, data: dict[str, str]) -> Element:
    """Return a button that sends data back, and with it the title of what was chosen."""
    sent = {**data, "title": title}
    older = {"type": "Action.Submit", "title": label, "data": sent}
    return {"type": "Action.Execute", "title": label, "verb": VERB, "data": sent, "fallback": older}


def _action_set(actions: list[Element], text: str) -> Line:
    return Line({"type": "ActionSet", "actions": actions, "spacing": "Small"}, text)
