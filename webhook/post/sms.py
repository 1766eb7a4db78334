"""What all providers of text messages have in common: the pages, the numbers, and a conversation that lasts for hours."""

import datetime as dt
import time
from collections.abc import Mapping
from typing import Any, Literal

import phonenumbers

from webhook.conversations import Conversation
from webhook.post.channel import Page, Reply
from webhook.texting import IDLE_MINUTES

REGION = "GB"  # for numbers that come without their country
SECONDS_TO_SEND = 10.0


class SmsChannel:
    """A channel of text messages. Its address is the person's number, so that any provider can take another's place."""

    name: Literal["sms"] = "sms"
    audience: Literal["public"] = "public"
    idle_minutes = IDLE_MINUTES
    carries: frozenset[str] | None = None

    async def start(self) -> None:
        """Nothing has to be made ready."""

    async def stop(self) -> None:
        """Nothing has to be closed."""

    def pages(self, reply: Reply, conversation: Conversation) -> tuple[Page, ...]:
        """Return the texts that `Texting` has written."""
        return tuple({"text": text} for text in reply["pages"])


def international(number: str) -> str | None:
    """Return a number in the international form (E.164), however a provider writes it; None if it is none, as a short code.

    Ofcom's numbers for tests and drama are possible but not valid, so possible is enough.
    """
    try:
        parsed = phonenumbers.parse(number if number.startswith("+") or not number.startswith("44") else f"+{number}", REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    written: str = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return written


def address_of(number: str) -> dict[str, Any]:
    """Return the address that every provider of text messages understands."""
    return {"number": number}


def moment(said: object) -> float:
    """Return the time that a provider says, in seconds since 1970; now, where it does not say."""
    try:
        return dt.datetime.fromisoformat(str(said)).timestamp()
    except ValueError:
        return time.time()


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return how many seconds a provider asks us to wait."""
    said = headers.get("retry-after", "")
    return float(said) if said.isdecimal() else None
