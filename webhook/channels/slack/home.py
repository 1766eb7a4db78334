"""The app's Home: whom to ring now, what to look for, and the ways in. It holds nothing of any case."""

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import Any

from babel.dates import format_date, format_time

from bot.cards import BRITISH
from bot.hours import LONDON
from bot.indicators import Indicator
from bot.languages import FALLBACK
from bot.payloads import payload
from bot.replies import filled
from webhook.channels.slack.answers import Say, brief
from webhook.channels.slack.blocks import Piece, buttons, heading, lines, paragraphs, remarks, sections
from webhook.conversations import nobody
from webhook.messages import Renderer

PRACTISE = payload({}, "practice")
CHOOSE_LANGUAGE = payload({}, "change_language")
MOST_SIGNS = 8
# For anybody, anywhere in England: Slack does not tell where the reader is.
_NUMBERS = (
    {"id": "emergency-999", "condition": "if_danger"},
    {"id": "modern-slavery-helpline"},
    {"id": "police-101"},
    {"id": "salvation-army"},
    {"id": "ictg"},
)


def home(renderer: Renderer, now: dt.datetime) -> dict[str, Any]:
    """Return the Home as it is now. It is in English: Slack does not tell who speaks what."""
    say = partial(renderer.words.get().text, language=FALLBACK)
    pieces = [
        *heading(say("workplace/both/in_danger")),
        *_numbers(renderer, say, now),
        *_signs(renderer, say),
        *paragraphs(say("workplace/slack/how")),
        *buttons(
            [
                {"title": say("workplace/slack/practise"), "payload": PRACTISE},
                {"title": say("workplace/both/languages"), "payload": CHOOSE_LANGUAGE},
            ]
        ),
    ]
    return {"type": "home", "blocks": [block for piece in pieces for block in piece.blocks]}


def _numbers(renderer: Renderer, say: Say, now: dt.datetime) -> Iterator[Piece]:
    """Yield the numbers that are not closed now."""
    (message,) = renderer.render([{"text": "", "services": _NUMBERS}], nobody(audience="staff"), now)
    yield from heading(say("workplace/slack/numbers"))
    for service in message["services"]:
        if service["open_now"] is not False:
            yield from brief(service, message["direction"], say)
    yield from remarks(filled(say("workplace/slack/as_of"), _moment(now.astimezone(LONDON))))


def _moment(now: dt.datetime) -> dict[str, str]:
    locale = BRITISH[FALLBACK]
    return {"time": format_time(now, "H:mm", locale=locale), "day": format_date(now, "EEEE, d MMMM", locale=locale)}


def _signs(renderer: Renderer, say: Say) -> Iterator[Piece]:
    indicators = renderer.words.get().collections["indicators"].values()
    general = sorted(filter(_is_general, indicators), key=lambda indicator: (-indicator.weight, indicator.id))
    yield from heading(say("workplace/slack/look_for"))
    signs = [say(f"indicators/{indicator.id}/sign") for indicator in general[:MOST_SIGNS]]
    yield from sections([line for sign in signs for line in lines(f"\u2022 {sign}")])
    yield from paragraphs(say("workplace/slack/no_proof"))


def _is_general(indicator: Indicator) -> bool:
    """Say whether a sign may be met anywhere, in anybody, and in any kind of exploitation."""
    is_everywhere = indicator.broader is None and not indicator.kinds and not indicator.settings
    return is_everywhere and indicator.about == "anyone"
