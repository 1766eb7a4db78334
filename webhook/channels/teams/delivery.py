"""Sends to Teams, privately, and says what can be tried again.

Creating a message is not idempotent, and the SDK tries nothing again. What is certain not to have arrived is tried again; what
may have arrived is not, but for what is urgent: there a second copy does no harm, and none at all may.
"""

import datetime as dt
import logging
from collections.abc import Awaitable, Callable
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, TypeVar

import httpx

from bot.text import passages
from bot.words import Say
from webhook.channels.teams.cards import home_card
from webhook.channels.teams.credentials import NoToken
from webhook.channels.teams.pages import ATTACHMENT
from webhook.channels.teams.sdk import Account, App, CreateConversationParams, MessageActivityInput, client_of
from webhook.post.channel import Page, TryLater, Undeliverable

MOST_CHARACTERS_OF_A_SUMMARY = 200  # what a notification shows
_LATER = (401, 412, 429, 502, 504)  # 401: a new secret may be on its way to us
_NOT_AS_A_CARD = (400, 413)

_log = logging.getLogger(__name__)

Address = dict[str, Any]
Made = TypeVar("Made")


class _NotAsACard(Undeliverable):
    """Teams will not have this message; the same in plain text it may."""


class Delivery:
    """Sends pages: to the person's own chat with us, wherever they wrote."""

    def __init__(self, app: App, say_in: Callable[[str | None], Say]) -> None:
        self._app = app
        self._say_in = say_in

    async def send(self, address: Address, page: Page) -> None:
        """Send one page.

        Raises:
            TryLater: not now.
            Undeliverable: never.
        """
        say = self._say_in(address["language"])
        is_home = address["is_home"] and page["number"] == 0
        card = home_card(page["card"], say) if is_home else page["card"]
        if address["is_personal"]:
            await self._send_card(address, address["conversation"], card, page["is_urgent"])
        else:
            await self._send_privately(address, card, page)

    async def _send_privately(self, address: Address, card: dict[str, Any], page: Page) -> None:
        """Send to the person's own chat what they asked for in a group. A group reads nothing but where to ask."""
        try:
            conversation = await self._own_chat(address)
            await self._send_card(address, conversation, card, page["is_urgent"])
        except Undeliverable:
            if page["number"] > 0:
                raise
            pointer = {"text": self._say_in(address["language"])("workplace/teams/in_private"), "textFormat": "plain"}
            await self._create(address, address["conversation"], pointer, is_harmless_twice=False)

    async def _own_chat(self, address: Address) -> str:
        """Return the person's own chat with us; asked for again, Teams gives the same one."""
        wanted = CreateConversationParams(members=[Account(id=address["person"])], tenant_id=address["tenant"])
        teams = client_of(self._app, address["service_url"])
        made = await _tried(lambda: teams.conversations.create(wanted), is_harmless_twice=True)
        return made.id

    async def _send_card(self, address: Address, conversation: str, card: dict[str, Any], is_urgent: bool) -> None:
        text = card["fallbackText"]
        summary = {"summary": passages(text, MOST_CHARACTERS_OF_A_SUMMARY)[0], **({"importance": "high"} if is_urgent else {})}
        attachment = {"contentType": ATTACHMENT, "content": card}
        try:
            await self._create(address, conversation, {**summary, "attachments": [attachment]}, is_urgent)
        except _NotAsACard:
            await self._create(address, conversation, {**summary, "text": text, "textFormat": "plain"}, is_urgent)

    async def _create(self, address: Address, conversation: str, fields: dict[str, Any], is_harmless_twice: bool) -> None:
        # What the SDK's own `send` does, which makes its client anew inside, where its warnings cannot be kept in.
        envelope = {"from": {"id": self._app.id}, "conversation": {"id": conversation}}
        if conversation == address["conversation"]:
            envelope["replyToId"] = address["reply_to"]
        message = MessageActivityInput.model_validate({**fields, **envelope})
        teams = client_of(self._app, address["service_url"])
        await _tried(lambda: teams.conversations.create_activity(conversation, message), is_harmless_twice)


async def _tried(call: Callable[[], Awaitable[Made]], is_harmless_twice: bool) -> Made:
    """Return what a call to Teams returns; its errors become ours, which name no conversation."""
    try:
        return await call()
    except httpx.HTTPStatusError as error:
        failure = _failure(error.response, is_harmless_twice)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        failure = TryLater(type(error).__name__)
    except httpx.HTTPError as error:
        failure = _perhaps_arrived(type(error).__name__, is_harmless_twice)
    except NoToken as error:
        _log.error("Microsoft gives no token for WAYMARK_TEAMS_CLIENT_SECRET: %s.", error)
        failure = TryLater("no token")
    raise failure


def _failure(answer: httpx.Response, is_harmless_twice: bool) -> TryLater | Undeliverable:
    status = answer.status_code
    wait = _seconds(answer.headers.get("retry-after"))
    if status in _LATER or (status == HTTPStatus.SERVICE_UNAVAILABLE and wait is not None):
        return TryLater(f"answered {status}", wait)
    if status in _NOT_AS_A_CARD:
        return _NotAsACard(f"answered {status}")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _perhaps_arrived(f"answered {status}", is_harmless_twice)
    return Undeliverable(f"answered {status}")


def _perhaps_arrived(message: str, is_harmless_twice: bool) -> TryLater | Undeliverable:
    return TryLater(message) if is_harmless_twice else Undeliverable(f"{message}, and may have arrived")


def _seconds(retry_after: str | None) -> float | None:
    """Return how long to wait: HTTP says it in seconds or as a date."""
    if retry_after is None or retry_after.isdecimal():
        return float(retry_after) if retry_after else None
    try:
        return max(0.0, (parsedate_to_datetime(retry_after) - dt.datetime.now(dt.UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
