"""A reply as text messages: pages of so many segments, what matters first, the rest for who sends MORE.

The opening words of a page are neutral, for a locked phone shows them to whoever is near. In danger nothing stands before 999.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.sms import cost

MOST_SEGMENTS = {"GSM-7": 2, "UCS-2": 3}
MOST_SERVICES_OF_A_PAGE = 3
# Their own alphabet costs a text message more than half of its room; a plain mark says the same.
_PLAIN_MARKS = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb\u2033", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u00a0\u2009\u202f\u2007", " "),
        "\u2026": "...",
        **dict.fromkeys("\u2066\u2067\u2068\u2069\u200e\u200f\u200b", None),
    }
)
_SENTENCE_ENDS = re.compile(r"(?<=[.!?\u061f\u06d4\u0964\u1362])\s+|(?<=[\u3002\uff01\uff1f])|\n+")

Say = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Line:
    """One piece that stays together; `is_service` where it names whom to ring. It begins a new line or goes on with a blank."""

    text: str
    is_service: bool = False
    begins: bool = False


def plain_marks(text: str) -> str:
    """Return a text with plain quotation marks, dashes and blanks, and without marks of direction."""
    return text.translate(_PLAIN_MARKS)


def pages(messages: Sequence[Mapping[str, Any]], say: Say) -> tuple[list[str], list[str]]:
    """Return a reply as the pages that are sent at once, and those that wait for MORE.

    In danger each language has a text of its own: together they would all cost what the dearest alphabet costs.

    Args:
        messages: of the HTTP contract.
        say: an id of `phrases` to its words in the person's language.
    """
    urgent = [message for message in messages if message.get("urgent")]
    later = [message for message in messages if not message.get("urgent")]
    rest = _filled(list(_lines(later, say)), "" if urgent else say("sms/opening"), say)
    if not urgent:
        return rest[:1], rest[1:]
    others = [service for message in urgent for service in message["services"] if service["id"] != "emergency-999"]
    texts = [plain_marks(_one_line(message["text"])) for message in urgent]
    besides = [*(_service(service, say) for service in others), *([say("sms/more")] if rest else [])]
    at_once = list(dict.fromkeys([_with_what_costs_nothing(texts[0], besides), *texts[1:]]))
    return at_once, rest


def numbered(buttons: Sequence[Mapping[str, str]], asks: str | None, say: Say) -> str:
    """Return the answers to choose from as lines; their number is the answer.

    A number that answers "how old?" is an age, so there the answers are words.
    """
    titles = [plain_marks(button["title"]) for button in buttons]
    if asks == "age_band":
        return " / ".join(title for title in titles if not title.isdecimal())
    return "\n".join([say("sms/choose"), *(f"{number} {title}" for number, title in enumerate(titles, 1))])


def chosen(text: str, choices: Sequence[Mapping[str, str]], asks: str | None) -> str | None:
    """Return the payload of the answer that a text chooses: by its number, in any script, or by its words."""
    said = text.strip(" .,!)(").casefold()
    for choice in choices:
        if said == choice["title"].casefold():
            return choice["payload"]
    if asks != "age_band" and said.isdecimal() and 0 < int(said) <= len(choices):
        return choices[int(said) - 1]["payload"]
    return None


def is_only_an_answer(text: str) -> bool:
    """Say whether a text is a number alone: an answer to a question that was forgotten meanwhile, and no message of its own."""
    return text.strip(" .,!)(").isdecimal()


def _lines(messages: Iterable[Mapping[str, Any]], say: Say) -> Iterator[Line]:
    for message in messages:
        if message.get("asks"):
            yield _question(message, say)
        else:
            # Whom to ring comes before what is said about it.
            yield from (Line(_service(service, say), is_service=True, begins=True) for service in message["services"])
            for place, sentence in enumerate(sentences(message["text"])):
                yield Line(plain_marks(sentence), begins=place == 0)


def _question(message: Mapping[str, Any], say: Say) -> Line:
    """Return a question with its answers; where they have no room together, without what it says besides."""
    answers = numbered(message["buttons"], message["asks"], say) if message["buttons"] else ""
    whole, *_ = lines = [
        Line("\n".join(filter(None, [plain_marks(words), answers])), begins=True)
        for words in (_one_line(message["text"]), sentences(message["text"])[0])
    ]
    return next((line for line in lines if _fits(_joined([line], say("sms/opening")))), whole)


def sentences(text: str) -> list[str]:
    """Split a text of ours behind its sentences, in every script."""
    return [part.strip() for part in _SENTENCE_ENDS.split(text) if part and part.strip()]


def _service(service: Mapping[str, Any], say: Say) -> str:
    """Return a service as one line: on what condition, a short name, whom to ring, and when if it is closed."""
    phones = service["phones"]
    best = next((phone for phone in phones if phone["open_now"]), phones[0] if phones else None)
    reached = best["number"] if best else service.get("text_number") or _bare_address(service.get("url") or "")
    name = service.get("short_name") or service["name"]
    condition = service.get("condition")
    line = f"{condition}: {name} {reached}" if condition else f"{name}: {reached}"
    if service["open_now"] is False and service["hours"]:
        # "Closed now. Opens today at 14:00": the second sentence says it all.
        line += f" ({sentences(service['hours'])[-1].rstrip('.')})"
    return plain_marks(line)


def _bare_address(url: str) -> str:
    """Return an address as people read it, which a phone does not turn into a picture of the page."""
    return url.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")


def _filled(lines: list[Line], opening: str, say: Say) -> list[str]:
    """Return pages, each with as many lines as it holds."""
    filled: list[str] = []
    while lines:
        page, lines = _page(lines, opening, say)
        filled.append(page)
    return filled


def _page(lines: list[Line], opening: str, say: Say) -> tuple[str, list[Line]]:
    """Return one page and the lines that are left for the next ones."""
    for taken in range(len(lines), 0, -1):
        page = _joined(lines[:taken], opening)
        page = _with_more(page, say) if taken < len(lines) else page
        if _fits(page) and sum(line.is_service for line in lines[:taken]) <= MOST_SERVICES_OF_A_PAGE:
            return page, lines[taken:]
    head, tail = _split(lines[0], opening, say)
    return _with_more(_joined([head], opening), say), [tail, *lines[1:]]


def _split(line: Line, opening: str, say: Say) -> tuple[Line, Line]:
    """Split a line that no page holds between two of its words; where there are no blanks, between two characters."""
    glue = " " if " " in line.text else ""
    parts = line.text.split(" ") if glue else list(line.text)
    for taken in range(len(parts) - 1, 0, -1):
        head = Line(glue.join(parts[:taken]), begins=True)
        if _fits(_with_more(_joined([head], opening), say)):
            return head, Line(glue.join(parts[taken:]), begins=True)
    raise ValueError("the opening words alone fill a page")


def _joined(lines: Iterable[Line], opening: str) -> str:
    text = opening
    for line in lines:
        text += ("\n" if line.begins else " ") * bool(text) + line.text
    return text


def _with_more(text: str, say: Say) -> str:
    """Return a page that tells how to have the next one."""
    return f"{text}\n{say('sms/more')}"


def _fits(text: str) -> bool:
    price = cost(text)
    return price.segments <= MOST_SEGMENTS[price.alphabet]


def with_room_for(text: str, line: str) -> str:
    """Return a text with one line more, where a page has room for it."""
    longer = f"{text}\n{line}"
    return longer if _fits(longer) else text


def _with_what_costs_nothing(text: str, lines: Iterable[str]) -> str:
    """Return a text with the lines for which its segments have room: in danger no segment more is sent than 999 needs."""
    segments = cost(text).segments
    for line in lines:
        longer = f"{text}\n{line}"
        if cost(longer).segments == segments:
            text = longer
    return text


def _one_line(text: str) -> str:
    return " ".join(text.split("\n"))


def width(text: str) -> int:
    """Return how many columns a text takes on a locked phone; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
