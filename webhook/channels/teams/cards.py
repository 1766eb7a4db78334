"""A reply of the contract as cards: what is urgent first and in a red box, each service in a box with its numbers."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

from babel.dates import format_date

from bot.cards import BRITISH
from bot.languages import FALLBACK
from bot.replies import filled
from bot.words import Say
from webhook.channels.teams.elements import (
    CALM,
    URGENT,
    Block,
    Line,
    Style,
    choices,
    heading,
    line,
    link_button,
    paragraphs,
    row,
    run,
)
from webhook.channels.teams.pages import MOST_BYTES, Card, bytes_of, cards, one_card
from webhook.messages import urgent_first_and_last

SayIn = Callable[[str], Say]  # of a language
Describe = Callable[[dict[str, Any], dict[str, Any], Say], Iterator[Line]]  # a service of a message
COMMANDS = ("help", "practice", "languages")
_LEFT_TO_RIGHT = "\u2066{}\u2069"  # within right-to-left words, the groups of a number would change places


def reply_pages(messages: Iterable[dict[str, Any]], say_in: SayIn) -> tuple[dict[str, Any], ...]:
    """Return a reply as pages: cards, each with its number and whether it is urgent.

    Messages alike in urgency and language stand on one card: a chat shows its end, and each card pushes the others up.
    """
    said = urgent_first_and_last(messages)
    is_danger = any(message["urgent"] for message in said)
    laid_out = [
        (card, urgent)
        for (urgent, language, direction), alike in groupby(said, _kind)
        for card in cards(_together(alike, is_danger, say_in(language)), language, direction)
    ]
    return tuple({"card": card, "is_urgent": urgent, "number": number} for number, (card, urgent) in enumerate(laid_out))


def home_card(card: Card, say: Say) -> Card:
    """Return the home card: the greeting, how this works, and a button for each command. Every card has room for them."""
    lines = [*paragraphs(say("workplace/teams/how")), row(_command(name, say) for name in COMMANDS)]
    text = "\n".join([card["fallbackText"], *(added.text for added in lines)])
    return {**card, "fallbackText": text, "body": [*card["body"], *(added.element for added in lines)]}


def check_card(checked: dict[str, Any], is_thorough: bool, say: Say) -> Card:
    """Return what a text may show as one card; the words that show a sign only where they find room.

    Args:
        is_thorough: the assistant has read the whole text, and not word lists alone.
    """
    without_words = {**checked, "indicators": [{**indicator, "words": []} for indicator in checked["indicators"]]}
    quoting, bare = (
        one_card(_checked(each, is_thorough, say), FALLBACK, "ltr", say("workplace/both/in_danger"))
        for each in (checked, without_words)
    )
    return quoting if bytes_of(quoting) <= MOST_BYTES else bare


def _command(name: str, say: Say) -> tuple[str, dict[str, str]]:
    title = say(f"workplace/teams/{name}")
    return title, {"say": title}


def _kind(message: dict[str, Any]) -> tuple[bool, str, str]:
    return message["urgent"], message["language"], message["direction"]


def _together(messages: Iterable[dict[str, Any]], is_danger: bool, say: Say) -> Iterator[Block]:
    """Yield messages that stand on one card, divided from each other."""
    for place, message in enumerate(messages):
        # Who is in danger, or asked something, finds number and button sooner without long descriptions in between.
        describe = _brief if is_danger or "asks" in message else _full
        blocks = (block for block in _blocks(message, describe, say) if block.lines)
        yield from (replace(block, is_apart=place > 0 and number == 0) for number, block in enumerate(blocks))


def _blocks(message: dict[str, Any], describe: Describe, say: Say) -> Iterator[Block]:
    """Yield a message: its text, its services, its buttons."""
    if message["urgent"]:
        yield Block(tuple(paragraphs(message["text"], size="Large", weight="Bolder")), URGENT)
    else:
        yield Block(tuple(paragraphs(message["text"])), CALM if message.get("document") else None)
    for place, service in enumerate(message["services"]):
        style: Style = URGENT if message["urgent"] and place == 0 else CALM
        yield Block(tuple(describe(service, message, say)), style)
    yield choices(message["buttons"])


def _full(service: dict[str, Any], message: dict[str, Any], say: Say) -> Iterator[Line]:
    yield from _name(service)
    yield from paragraphs(service["description"])
    yield from _ways(service, message, say)
    yield from paragraphs(_source(service, message["language"], say), size="Small", isSubtle=True)


def _brief(service: dict[str, Any], message: dict[str, Any], say: Say) -> Iterator[Line]:
    yield from _name(service)
    yield from _ways(service, message, say)


def _name(service: dict[str, Any]) -> Iterator[Line]:
    yield from heading(service["name"])
    yield from paragraphs(service.get("condition") or "", weight="Bolder")


def _ways(service: dict[str, Any], message: dict[str, Any], say: Say) -> Iterator[Line]:
    """Yield how a service is reached, and when."""
    number = _LEFT_TO_RIGHT if message["direction"] == "rtl" else "{}"
    for phone in service["phones"]:
        yield _phone(phone, number.format(phone["number"]), say)
    if service.get("text_number"):
        texting = {"number": number.format(service["text_number"])}
        yield from paragraphs(filled(say("workplace/teams/text_number"), texting), weight="Bolder")
    yield from paragraphs(service["hours"])
    yield from paragraphs(service.get("note") or "")
    if service.get("url"):
        yield link_button(service.get("url_label") or service["url"], service["url"])


def _phone(phone: dict[str, Any], number: str, say: Say) -> Line:
    is_open = {True: "open_now", False: "closed_now"}.get(phone["open_now"])
    runs = [run(f"{phone['label']}: "), run(number, weight="Bolder", size="Large", url=phone["href"])]
    if is_open:
        runs.append(run(f" · {say(f'workplace/both/{is_open}')}"))
    return line(*runs, spacing="Small")


def _source(service: dict[str, Any], language: str, say: Say) -> str:
    seen = format_date(dt.date.fromisoformat(service["seen"]), "long", locale=BRITISH.get(language, language))
    return filled(say("workplace/both/source"), {"source": service["source"], "seen": seen})


def _checked(checked: dict[str, Any], is_thorough: bool, say: Say) -> Iterator[Block]:
    if checked["danger"] == "yes":
        yield Block(tuple(paragraphs(say("workplace/both/in_danger"), size="Large", weight="Bolder")), URGENT)
    yield Block(tuple(paragraphs(say("workplace/both/checked"))))
    if not is_thorough:
        yield Block(tuple(paragraphs(say("workplace/teams/not_thorough"), weight="Bolder")))
    yield Block(tuple(_signs(checked["indicators"], say)))
    if checked["missing"]:
        yield Block((*heading(say("workplace/both/missing")), *_list(missing["text"] for missing in checked["missing"])))
    for message in checked["messages"]:
        yield from _blocks({**message, "buttons": []}, _full, say)


def _signs(indicators: list[dict[str, Any]], say: Say) -> Iterator[Line]:
    if not indicators:
        yield from paragraphs(say("workplace/both/no_signs"))
        return
    yield from heading(say("workplace/both/signs"))
    for indicator in indicators:
        yield from _list([indicator["sign"]])
        for words in indicator["words"]:
            yield from paragraphs(f"“{words}”", isSubtle=True, italic=True)


def _list(texts: Iterable[str]) -> Iterator[Line]:
    for text in texts:
        yield from paragraphs(f"• {text}")
