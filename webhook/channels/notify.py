"""Text messages through GOV.UK Notify, which councils have. It carries the letters of English and Welsh only.

What it cannot carry it would turn into question marks. So nobody is answered in another language through it: people are
understood in all, and answered in one of those that the settings name, with the address of the chat.
"""

import asyncio
import hmac
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient
from starlette.types import ASGIApp

from bot.sms import is_gsm
from webhook.conversations import Conversation
from webhook.gateway import Gateway
from webhook.post.channel import DELIVERED, FAILED, Arrived, Page, Reply, Take, TryLater, Undeliverable
from webhook.post.sms import SECONDS_TO_SEND, SmsChannel, address_of, international, moment
from webhook.settings import MissingSetting, Setting, required

SETTINGS = (
    Setting("WAYMARK_NOTIFY_KEY", "", "Notify: the API key"),
    Setting("WAYMARK_NOTIFY_TEMPLATE", "", "Notify: the id of a template that is nothing but ((message))"),
    Setting("WAYMARK_NOTIFY_SENDER", "", "Notify: the id of the sender, the number that people write to"),
    Setting("WAYMARK_NOTIFY_BEARER", "", "Notify: the bearer token that its callbacks show"),
    Setting("WAYMARK_NOTIFY_LANGUAGES", "en cy", "Notify: the languages that are answered through it"),
    Setting("WAYMARK_NOTIFY_URL", "https://api.notifications.service.gov.uk", "Notify: where its API is"),
)
FEWEST_CHARACTERS_OF_A_BEARER = 10
_WELSH = frozenset(
    "\u0174\u0175\u0176\u0177\u00c2\u00e2\u00ca\u00ea\u00ce\u00ee\u00d4\u00f4\u00db\u00fb\u00c1\u00e1"
    "\u00cd\u00ed\u00d3\u00f3\u00da\u00fa\u00dd\u00fd\u00cb\u00eb\u00cf\u00ef\u0178\u00ff"
)
_STATES = {
    "delivered": DELIVERED,
    "permanent-failure": FAILED,
    "temporary-failure": FAILED,
    "technical-failure": FAILED,
}


class NotifyChannel(SmsChannel):
    """Speaks with Notify."""

    def __init__(
        self, client: NotificationsAPIClient, template: str, sender: str, bearer: str, languages: frozenset[str]
    ) -> None:
        self._client = client
        self._template = template
        self._sender = sender
        self._authorization = f"Bearer {bearer}".encode()
        self._one_at_a_time = asyncio.Lock()  # Notify's client is not made for several at once
        self.carries = languages

    def application(self, take: Take) -> ASGIApp:
        """Return the callbacks: `/messages` for what people send, `/receipts` for what became of ours."""
        app = FastAPI(openapi_url=None)

        @app.post("/messages")
        async def message(request: Request) -> Response:
            return await self._taken(request, take, _arrived)

        @app.post("/receipts")
        async def receipt(request: Request) -> Response:
            return await self._taken(request, take, _receipt)

        return app

    async def _taken(self, request: Request, take: Take, read: Callable[[dict[str, Any]], Arrived | None]) -> Response:
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), self._authorization):
            return Response(status_code=HTTPStatus.UNAUTHORIZED)
        try:
            body = await request.json()
        except ValueError:
            body = None
        arrived = read(body) if isinstance(body, dict) else None
        if arrived is None:
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        await take(arrived)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    def pages(self, reply: Reply, conversation: Conversation) -> tuple[Page, ...]:
        """Return the texts, without any that Notify would turn into question marks."""
        return tuple(page for page in super().pages(reply, conversation) if is_carried(page["text"]))

    async def send(self, address: dict[str, Any], page: Page) -> str | None:
        """Send a text."""
        values = {"message": page["text"]}
        try:
            async with self._one_at_a_time:
                sent = await asyncio.to_thread(
                    self._client.send_sms_notification,
                    phone_number=address["number"],
                    template_id=self._template,
                    personalisation=values,
                    sms_sender_id=self._sender,
                )
        except APIError as error:
            raise _failure(error.status_code) from None
        found: str | None = sent.get("id")
        return found


def connect(environment: Mapping[str, str], gateway: Gateway) -> NotifyChannel | None:
    """Return the channel if it is configured.

    Raises:
        MissingSetting: it is configured in part.
    """
    values = required(SETTINGS, environment)
    if values is None:
        return None
    key, template, sender, bearer, languages, url = values
    if len(bearer) < FEWEST_CHARACTERS_OF_A_BEARER:
        raise MissingSetting(
            f"WAYMARK_NOTIFY_BEARER is too short: Notify takes {FEWEST_CHARACTERS_OF_A_BEARER} characters or more."
        )
    client = NotificationsAPIClient(  # type: ignore[no-untyped-call]
        key, base_url=url, timeout=SECONDS_TO_SEND
    )
    return NotifyChannel(client, template, sender, bearer, frozenset(languages.split()))


def is_carried(text: str) -> bool:
    """Say whether Notify carries every letter of a text as it is."""
    return all(is_gsm(character) or character in _WELSH for character in text)


def _arrived(body: Mapping[str, Any]) -> Arrived | None:
    key, text = body.get("id"), body.get("message")
    writer = international(str(body.get("source_number", "")))
    if not isinstance(key, str) or not isinstance(text, str) or writer is None:
        return None
    return Arrived(key=key, writer=writer, address=address_of(writer), at=moment(body.get("date_received")), text=text)


def _receipt(body: Mapping[str, Any]) -> Arrived | None:
    sent, state = body.get("id"), _STATES.get(str(body.get("status")))
    if not isinstance(sent, str) or state is None:
        return None
    return Arrived(key=f"{sent} {state}", writer=sent, address={}, at=time.time(), wish="receipt", text=state)


def _failure(status: int) -> TryLater | Undeliverable:
    told = f"HTTP {status}"
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return TryLater(told)
    return Undeliverable(told)
