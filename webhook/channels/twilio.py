"""Text messages through Twilio: signed forms come in, answers go out by its REST API."""

import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import aiohttp
from fastapi import FastAPI, Request, Response
from starlette.types import ASGIApp
from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response as TwilioResponse
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from webhook.gateway import Gateway
from webhook.post.channel import DELIVERED, FAILED, Arrived, Page, Take, TryLater, Undeliverable
from webhook.post.sms import SECONDS_TO_SEND, SmsChannel, address_of, international
from webhook.settings import MissingSetting, Setting, required

SETTINGS = (
    Setting("WAYMARK_TWILIO_ACCOUNT", "", "Twilio: the account's SID"),
    Setting("WAYMARK_TWILIO_TOKEN", "", "Twilio: the account's auth token"),
    Setting("WAYMARK_TWILIO_NUMBER", "", "Twilio: the number that people write to, +44..."),
    Setting("WAYMARK_TWILIO_URL", "https://api.twilio.com", "Twilio: where its API is"),
)
_API = "https://api.twilio.com"
_NO_ANSWER = Response('<?xml version="1.0" encoding="UTF-8"?><Response/>', media_type="text/xml")
_OPTED_OUT = 21610
_STATES = {"delivered": DELIVERED, "undelivered": FAILED, "failed": FAILED}


class TwilioChannel(SmsChannel):
    """Speaks with Twilio."""

    def __init__(self, account: str, token: str, number: str, api_url: str, public_url: str) -> None:
        self._account = account
        self._token = token
        self._number = number
        self._api_url = api_url
        self._public_url = public_url
        self._validator = RequestValidator(token)
        self._client: Client | None = None

    def application(self, take: Take) -> ASGIApp:
        """Return the webhooks: `/messages` for what people send, `/receipts` for what became of ours."""
        app = FastAPI(openapi_url=None)

        @app.post("/messages")
        async def message(request: Request) -> Response:
            form = await self._verified(request, "messages")
            writer = international(str(form.get("From", ""))) if form else None
            if form is None or writer is None or not form.get("MessageSid"):
                return Response(status_code=HTTPStatus.FORBIDDEN if form is None else HTTPStatus.BAD_REQUEST)
            await take(_arrived(form, writer))
            return _NO_ANSWER

        @app.post("/receipts")
        async def receipt(request: Request) -> Response:
            form = await self._verified(request, "receipts")
            if form is None:
                return Response(status_code=HTTPStatus.FORBIDDEN)
            sid, state = str(form.get("MessageSid", "")), _STATES.get(str(form.get("MessageStatus")))
            if sid and state:
                await take(Arrived(key=f"{sid} {state}", writer=sid, address={}, at=time.time(), wish="receipt", text=state))
            return Response(status_code=HTTPStatus.NO_CONTENT)

        return app

    async def _verified(self, request: Request, path: str) -> Mapping[str, Any] | None:
        """Return a form that Twilio signed; None for any other."""
        form = await request.form()
        # Twilio signs the address it was given, which is not the one that a proxy in between forwards to.
        url = f"{self._public_url}/channels/twilio/{path}"
        signature = request.headers.get("x-twilio-signature", "")
        is_signed = self._validator.validate(url, form, signature) and form.get("AccountSid") == self._account
        return form if is_signed else None

    async def start(self) -> None:
        """Open the connection to Twilio."""
        http = _Http(self._api_url)
        self._client = Client(self._account, self._token, http_client=http)

    async def stop(self) -> None:
        """Close it."""
        if self._client is not None:
            await self._client.http_client.close()

    async def send(self, address: dict[str, Any], page: Page) -> str | None:
        """Send a text."""
        assert self._client is not None, "start() comes first"
        try:
            sent = await self._client.messages.create_async(
                to=address["number"],
                from_=self._number,
                body=page["text"],
                status_callback=f"{self._public_url}/channels/twilio/receipts",
            )
        except TwilioRestException as error:
            raise _failure(error) from None  # the message of the error holds the number
        except (aiohttp.ClientError, TimeoutError) as error:
            raise TryLater(type(error).__name__) from None
        sid: str = sent.sid
        return sid


class _Http(AsyncTwilioHttpClient):
    """Twilio's own client with the API's address from the settings, and with a limit of time."""

    def __init__(self, url: str) -> None:
        super().__init__(timeout=SECONDS_TO_SEND)
        self._url = url

    async def request(self, method: str, url: str, **kwargs: Any) -> TwilioResponse:
        return await super().request(method, url.replace(_API, self._url, 1), **kwargs)


def connect(environment: Mapping[str, str], gateway: Gateway) -> TwilioChannel | None:
    """Return the channel if it is configured.

    Raises:
        MissingSetting: it is configured in part.
    """
    values = required(SETTINGS, environment)
    if values is None:
        return None
    if not gateway.settings.public_url:
        raise MissingSetting("WAYMARK_PUBLIC_URL is not set: Twilio signs the address that it calls.")
    account, token, number, url = values
    return TwilioChannel(account, token, number, url, gateway.settings.public_url)


def _arrived(form: Mapping[str, Any], writer: str) -> Arrived:
    sid = str(form["MessageSid"])
    return Arrived(key=sid, writer=writer, address=address_of(writer), at=time.time(), text=str(form.get("Body", "")))


def _failure(error: TwilioRestException) -> TryLater | Undeliverable:
    told = f"HTTP {error.status}, error {error.code}"
    if error.status == HTTPStatus.TOO_MANY_REQUESTS or error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return TryLater(told)
    return Undeliverable(told, is_final=error.code == _OPTED_OUT)
