"""What all providers of text messages have in common: the pages, the numbers, and a conversation that lasts for hours."""

import datetime as dt
import json
import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Literal

import phonenumbers
from fastapi import FastAPI, Request, Response

from bot.text import MOST_CHARACTERS
from webhook.conversations import Conversation
from webhook.post.channel import Arrived, Page, Reply
from webhook.stores.store import StoreFailed
from webhook.texting import IDLE_MINUTES

REGION = "GB"  # for numbers that come without their country
SECONDS_TO_SEND = 10.0
MOST_SECONDS_TO_WAIT = 300.0  # however much longer a provider asks us to wait: somebody may be in danger
# E.164 has 15 digits at most. What is shorter than 8 is a short code, and what holds letters the name of a firm.
_NUMBER = re.compile(r"\+?[0-9]{8,15}")
_ID = re.compile(r"[\x21-\x7e]{1,100}")

_log = logging.getLogger(__name__)


class SmsChannel:
    """A channel of text messages. Its address is the person's number, so that any provider can take another's place."""

    name: Literal["sms"] = "sms"
    audience: Literal["public"] = "public"
    idle_minutes = IDLE_MINUTES
    carries: frozenset[str] | None = None
    offers: frozenset[str] = frozenset()

    async def start(self) -> None:
        """Nothing has to be made ready."""

    async def stop(self) -> None:
        """Nothing has to be closed."""

    def pages(self, reply: Reply, conversation: Conversation) -> tuple[Page, ...]:
        """Return the texts that `Texting` has written."""
        return tuple({"text": text} for text in reply["pages"])


def webhooks() -> FastAPI:
    """Return an application for a provider's webhooks. What cannot be kept is answered 503, so that it is sent again."""
    app = FastAPI(openapi_url=None)

    @app.exception_handler(StoreFailed)
    async def later(request: Request, failure: StoreFailed) -> Response:
        _log.error("What a provider sent cannot be kept: %s. It is asked to send it again.", failure)
        return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE)

    return app


def text_message(key: str, sender: object, text: object, at: float | None = None) -> Arrived | None:
    """Return a message that can be answered; None if its sender has no number, as a short code. A picture has no text."""
    number = international(str(sender))
    if number is None:
        return None
    said = text[:MOST_CHARACTERS] if isinstance(text, str) else ""
    return Arrived(key=key, writer=number, address={"number": number}, at=at, text=said)


def receipt(page_id: str, state: str) -> Arrived:
    """Return what a provider says has become of a page of ours."""
    return Arrived(key=f"{page_id} {state}", writer=page_id, address={}, wish="receipt", text=state)


def identifier(said: object) -> str | None:
    """Return a provider's id; None for anything that cannot be one."""
    return said if isinstance(said, str) and _ID.fullmatch(said) else None


def json_object(raw: bytes) -> dict[str, Any] | None:
    """Return the JSON object that a body holds; None if it holds none."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def international(number: str) -> str | None:
    """Return a number in the international form (E.164), however a provider writes it; None if it is none, as a short code.

    Providers leave the + away, but no country: 447700900123, 33612345678; Notify also writes 07700900123. Ofcom's numbers for
    tests and drama are possible but not valid, so possible is enough.
    """
    if not _NUMBER.fullmatch(number):
        return None
    try:
        parsed = phonenumbers.parse(number if number.startswith(("+", "0")) else f"+{number}", REGION)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    written: str = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return written


def moment(said: object) -> float | None:
    """Return the time that a provider says, in seconds since 1970 (UTC unless it says another zone); None if it says none."""
    try:
        told = dt.datetime.fromisoformat(str(said))
        return (told if told.tzinfo else told.replace(tzinfo=dt.UTC)).timestamp()
    except ValueError:
        return None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return how many seconds a provider asks us to wait."""
    said = headers.get("retry-after", "")
    return min(float(said), MOST_SECONDS_TO_WAIT) if said.isdecimal() else None
