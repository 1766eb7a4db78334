"""Slack's way of writing text, "mrkdwn": the words of what comes in, and our words made ready to go out."""

import re

from bot.text import clean

_MARKED = re.compile(r"<([^<>]*)>")
_SENTENCE_OR_LINE_END = re.compile(r"\n+|(?<=[.!?\u2026\u3002\u06d4\u061f\u0964\u1362])\s+")
_BLANK = re.compile(r"\s+")
_LEFT_TO_RIGHT = "\u2066{}\u2069"


def words_of(text: str) -> str:
    """Return what a person wrote as they read it themselves, without the names of people.

    Slack sends "<@U024BE7LH> see <https://example.org|this page> &amp; ring" for "@ann see this page & ring".
    """
    shown = _MARKED.sub(lambda match: _shown(match[1]), text)
    return clean(shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def _shown(marked: str) -> str:
    """Return how a link or a mention is shown; of a person nothing, because names are to be left out."""
    target, bar, label = marked.partition("|")
    if target.startswith("@"):
        return ""
    return label if bar else target.lstrip("#!")


def escaped(text: str) -> str:
    """Return a text in which nothing can be taken for a link or a mention."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def link(address: str, label: str) -> str:
    """Return a link."""
    return f"<{escaped(address).replace('|', '%7C')}|{escaped(label)}>"


def number_link(address: str, number: str, direction: str) -> str:
    """Return a telephone number as a link; among words that run from right to left its groups must not be turned round."""
    return link(address, _LEFT_TO_RIGHT.format(number) if direction == "rtl" else number)


def units(text: str) -> int:
    """Return the length of a text in UTF-16 units. Slack does not say how it counts; no way of counting gives more."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def bounded(text: str, most: int) -> list[str]:
    """Split a text into parts of at most so many units when escaped: at line or sentence ends, else blanks, else anywhere."""
    parts: list[str] = []
    rest = text.strip()
    while units(escaped(rest)) > most:
        cut = _cut(rest, most)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest else parts


def _cut(text: str, most: int) -> int:
    """Return where the first part of a text ends."""
    reach = _reach(text, most)
    for end in (_SENTENCE_OR_LINE_END, _BLANK):
        ends = [match.start() for match in end.finditer(text, 0, reach + 1)]
        if ends:
            return ends[-1]
    return reach


def _reach(text: str, most: int) -> int:
    """Return how many characters of a text have room."""
    room = most
    for place, character in enumerate(text):
        room -= units(escaped(character))
        if room < 0:
            return place
    return len(text)
