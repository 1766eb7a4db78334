"""A reply as Slack shows it: what is urgent first, services with their numbers, and buttons to answer with."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from babel.dates import format_date

from bot.cards import BRITISH
from bot.replies import filled
from bot.words import Words
from webhook.channels.slack.blocks import Piece, buttons, heading, lines, paragraphs, remarks, sections
from webhook.channels.slack.mrkdwn import escaped, link, number_link
from webhook.messages import urgent_first_and_last

Message = Mapping[str, Any]
Service = Mapping[str, Any]
Say = Callable[[str], str]


def answer(messages: Iterable[Message], words: Words) -> Iterator[Piece]:
    """Yield the messages of a reply, the urgent ones first; and where others follow, its first line once more."""
    said = urgent_first_and_last(messages)
    is_danger = any(message["urgent"] for message in said)
    for message in said:
        yield from _message(message, is_danger, words)


def _message(message: Message, is_danger: bool, words: Words) -> Iterator[Piece]:
    yield from _urgent(message["text"]) if message["urgent"] else paragraphs(message["text"])
    say = partial(words.text, language=message["language"])
    # Who is in danger, or asked something, finds number and button sooner without long descriptions in between.
    is_brief = is_danger or "asks" in message
    for service in message["services"]:
        yield from brief(service, message["direction"], say) if is_brief else _full(service, message, say)
    yield from buttons(message["buttons"])


def _urgent(text: str) -> Iterator[Piece]:
    """Yield an urgent text: its first line in the largest letters that Slack has."""
    first, _, rest = text.strip().partition("\n")
    yield from heading(first)
    yield from paragraphs(rest)


def brief(service: Service, direction: str, say: Say) -> Iterator[Piece]:
    """Yield a service as its name, numbers, when it is open, and its page."""
    numbers = [*_numbers(service, direction, say), *_text_number(service, say)]
    yield from sections([*_name(service), *numbers, *_opening(service), *_page(service)])


def _full(service: Service, message: Message, say: Say) -> Iterator[Piece]:
    ready = [
        *_name(service),
        *lines(service["description"]),
        *_numbers(service, message["direction"], say),
        *_text_number(service, say),
        *_opening(service),
        *_page(service),
    ]
    *others, last = sections(ready)
    first_remark, *remarks_left = remarks(_source(service, message["language"], say))
    yield from others
    yield last.with_remark(first_remark)
    yield from remarks_left


def _name(service: Service) -> list[str]:
    """Return on what condition to turn to a service, and its name."""
    condition = [f"_{line}_" for line in lines(service.get("condition", ""))]
    return [*condition, *(f"*{line}*" for line in lines(service["name"]))]


def _numbers(service: Service, direction: str, say: Say) -> list[str]:
    return [
        f"{escaped(phone['label'])}: {number_link(phone['href'], phone['number'], direction)}{_state(service, phone, say)}"
        for phone in service["phones"]
    ]


def _state(service: Service, phone: Mapping[str, Any], say: Say) -> str:
    """Return whether a number answers now, where a service has several and it is known of this one."""
    if len(service["phones"]) == 1 or phone["open_now"] is None:
        return ""
    return f" ({escaped(say('workplace/both/open_now' if phone['open_now'] else 'workplace/both/closed_now'))})"


def _text_number(service: Service, say: Say) -> list[str]:
    number = service.get("text_number")
    return lines(filled(say("page/text_to"), {"number": number})) if number else []


def _opening(service: Service) -> list[str]:
    """Return when a service is open, and what else is to be known before ringing it."""
    return [*lines(service["hours"]), *lines(service.get("note", ""))]


def _page(service: Service) -> list[str]:
    address = service.get("url")
    return [link(address, service.get("url_label", address))] if address else []


def _source(service: Service, language: str, say: Say) -> str:
    source = filled(say("workplace/both/source"), {"source": service["source"], "seen": _day(service["seen"], language)})
    if service["verified"] is None:
        return source
    return f"{source} {filled(say('page/checked'), {'date': _day(service['verified'], language)})}"


def _day(date: str, language: str) -> str:
    return format_date(dt.date.fromisoformat(date), "long", locale=BRITISH.get(language, language))
