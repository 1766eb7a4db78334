"""Text messages through GOV.UK Notify, which councils have.

Until August 2026 it carried the letters of English and Welsh only, and turned all others into question marks; its source has
been changed since. So nobody is answered in another language through it until the settings name that language: people are
understood in all, and answered in one of those, with the address of the chat.
"""

import asyncio
import hmac
import logging
from collections.abc import Mapping
from contextlib import closing
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from notifications_python_client.errors import APIError, InvalidResponse
from notifications_python_client.notifications import NotificationsAPIClient
from starlette.types import ASGIApp

from bot.languages import FALLBACK
from bot.sms import is_gsm
from webhook.conversations import Conversation
from webhook.gateway import Gateway
from webhook.post.channel import DELIVERED, FAILED, Page, Reply, Take, TryLater, Undeliverable
from webhook.post.sms import (
    SECONDS_TO_SEND,
    SmsChannel,
    identifier,
    json_object,
    moment,
    receipt,
    retry_after,
    text_message,
    webhooks,
)
from webhook.settings import MissingSetting, Setting, required

SETTINGS = (
    Setting("WAYMARK_NOTIFY_KEY", "", "Notify: the API key"),
    Setting("WAYMARK_NOTIFY_TEMPLATE", "", "Notify: the id of a template that is nothing but ((message))"),
    Setting("WAYMARK_NOTIFY_SENDER", "", "Notify: the id of the sender, the number that people write to"),
    Setting("WAYMARK_NOTIFY_BEARER", "", "Notify: the token that its callbacks show; two, divided by a blank, to renew it"),
    Setting("WAYMARK_NOTIFY_LANGUAGES", "en cy", "Notify: the languages that are answered through it; * for all"),
    Setting("WAYMARK_NOTIFY_URL", "https://api.notifications.service.gov.uk", "Notify: where its API is"),
)
FEWEST_CHARACTERS_OF_A_BEARER = 10
FEWEST_CHARACTERS_OF_A_KEY = 73  # the service's id and the secret, behind the key's name
EVERY_LANGUAGE = "*"
# Notify's own list of what it kept of Welsh (notifications-utils 127, August 2026), but for what GSM has.
_WELSH = frozenset(
    "\u00c0\u00c1\u00c2\u00c8\u00ca\u00cb\u00cc\u00cd\u00ce\u00cf\u00d2\u00d3\u00d4\u00d9\u00da\u00db\u00dd"
    "\u00e1\u00e2\u00ea\u00eb\u00ed\u00ee\u00ef\u00f3\u00f4\u00fa\u00fb\u00fd\u00ff"
    "\u0174\u0175\u0176\u0177\u0178\u1e80\u1e81\u1e82\u1e83\u1e84\u1e85\u1ef2\u1ef3"
)
_STATES = {
    "delivered": DELIVERED,
    "permanent-failure": FAILED,
    "temporary-failure": FAILED,
    "technical-failure": FAILED,
}
_USED_UP = "TooManyRequestsError"  # the limit of the day, not that of the minute

_log = logging.getLogger(__name__)


class NotifyChannel(SmsChannel):
    """Speaks with Notify."""

    def __init__(
        self, key: str, template: str, sender: str, bearers: list[str], languages: frozenset[str] | None, api_url: str
    ) -> None:
        self._key = key
        self._template = template
        self._sender = sender
        self._authorizations = [f"Bearer {bearer}".encode() for bearer in bearers]
        self._api_url = api_url
        self.carries = languages

    def application(self, take: Take) -> ASGIApp:
        """Return the callbacks: `/messages` for what people send, `/receipts` for what became of ours."""
        app = webhooks()

        @app.post("/messages")
        async def message(request: Request) -> Response:
            status, body = await self._verified(request)
            if body is None:
                return Response(status_code=status)
            arrived = text_message(
                body["id"], body.get("source_number"), body.get("message"), moment(body.get("date_received"))
            )
            if arrived is not None:
                await take(arrived)
            return Response(status_code=status)

        @app.post("/receipts")
        async def receipts(request: Request) -> Response:
            status, body = await self._verified(request)
            if body is None:
                return Response(status_code=status)
            state = _STATES.get(str(body.get("status")))
            if state:
                await take(receipt(body["id"], state))
            return Response(status_code=status)

        return app

    async def _verified(self, request: Request) -> tuple[HTTPStatus, dict[str, Any] | None]:
        """Return how a request is answered, and its body if it shows our token and has an id."""
        shown = request.headers.get("authorization", "").encode()
        if not any(hmac.compare_digest(shown, authorization) for authorization in self._authorizations):
            return HTTPStatus.UNAUTHORIZED, None
        body = json_object(await request.body())
        if body is None or identifier(body.get("id")) is None:
            return HTTPStatus.BAD_REQUEST, None
        return HTTPStatus.NO_CONTENT, body

    def pages(self, reply: Reply, conversation: Conversation) -> tuple[Page, ...]:
        """Return the texts, without any letter that Notify would turn into a question mark."""
        pages = super().pages(reply, conversation)
        return pages if self.carries is None else tuple({"text": _as_carried(page["text"])} for page in pages)

    async def send(self, address: dict[str, Any], page: Page) -> str | None:
        """Send a text; not one that was written for another provider in letters that would become question marks."""
        if self.carries is not None and not is_carried(page["text"]):
            raise Undeliverable("letters that Notify may not carry")
        try:
            sent = await asyncio.to_thread(self._post, address["number"], page["text"])
        except InvalidResponse:  # taken, but told in words we cannot read: there will be no receipt
            return None
        except APIError as error:
            raise _failure(error) from None
        return identifier(sent.get("id")) if isinstance(sent, dict) else None

    def _post(self, number: str, text: str) -> Any:
        """Send a text with a client of its own, for Notify's is not made for several at once, and none may wait for another."""
        client = NotificationsAPIClient(  # type: ignore[no-untyped-call]
            self._key, base_url=self._api_url, timeout=SECONDS_TO_SEND
        )
        with closing(client.request_session):
            return client.send_sms_notification(  # type: ignore[no-untyped-call]
                number, self._template, {"message": text}, sms_sender_id=self._sender
            )


def connect(environment: Mapping[str, str], gateway: Gateway) -> NotifyChannel | None:
    """Return the channel if it is configured.

    Raises:
        MissingSetting: it is configured in part, or so that nobody could be answered.
    """
    values = required(SETTINGS, environment)
    if values is None:
        return None
    key, template, sender, bearers, languages, url = values
    if len(key) < FEWEST_CHARACTERS_OF_A_KEY:
        raise MissingSetting("WAYMARK_NOTIFY_KEY is too short: Notify's keys end with two ids of 36 characters each.")
    if any(len(bearer) < FEWEST_CHARACTERS_OF_A_BEARER for bearer in bearers.split()):
        raise MissingSetting(
            f"WAYMARK_NOTIFY_BEARER is too short: Notify takes {FEWEST_CHARACTERS_OF_A_BEARER} characters or more."
        )
    carries = None if languages == EVERY_LANGUAGE else frozenset(languages.split())
    if carries is not None and FALLBACK not in carries:
        raise MissingSetting(f"WAYMARK_NOTIFY_LANGUAGES lacks {FALLBACK}, in which everybody else is answered.")
    # What Notify's client logs holds what Notify said of a number.
    logging.getLogger("notifications_python_client.base").addFilter(_nothing)
    return NotifyChannel(key, template, sender, bearers.split(), carries, url)


def is_carried(text: str) -> bool:
    """Say whether Notify has always carried every letter of a text as it is."""
    return all(is_gsm(character) or character in _WELSH for character in text)


def _as_carried(text: str) -> str:
    if is_carried(text):
        return text
    _log.error("A text held letters that Notify may not carry; it was sent without them.")
    return "".join(filter(is_carried, text))


def _nothing(record: logging.LogRecord) -> bool:
    return False


def _failure(error: APIError) -> TryLater | Undeliverable:
    told = f"HTTP {error.status_code}"
    is_limited = error.status_code == HTTPStatus.TOO_MANY_REQUESTS and _USED_UP not in str(error.message)
    if is_limited or error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return TryLater(told, None if error.response is None else retry_after(error.response.headers))
    return Undeliverable(told)
