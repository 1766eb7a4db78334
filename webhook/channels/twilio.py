"""Text messages through Twilio: signed forms come in, answers go out by its REST API."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
from fastapi import Request, Response
from starlette.datastructures import ImmutableMultiDict
from starlette.types import ASGIApp
from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response as TwilioResponse
from twilio.request_validator import (
    HMAC_SHA1,
    HMAC_SHA256,
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)
from twilio.rest import Client

from webhook.gateway import Gateway
from webhook.post.channel import DELIVERED, FAILED, Page, Take, TryLater, Undeliverable
from webhook.post.sms import SECONDS_TO_SEND, SmsChannel, identifier, receipt, retry_after, text_message, webhooks
from webhook.settings import MissingSetting, Setting, required

_NEEDED = (
    Setting("WAYMARK_TWILIO_ACCOUNT", "", "Twilio: the account's SID"),
    Setting("WAYMARK_TWILIO_TOKEN", "", "Twilio: the account's auth token; two, divided by a blank, to renew it"),
    Setting("WAYMARK_TWILIO_NUMBER", "", "Twilio: the number that people write to, +44..."),
    Setting("WAYMARK_TWILIO_URL", "https://api.twilio.com", "Twilio: where its API is"),
)
_SHARED_KEYS = Setting("WAYMARK_TWILIO_SHARED_KEYS", "", "Twilio: secrets of the keys that sign webhooks in the token's place")
SETTINGS = (*_NEEDED, _SHARED_KEYS)
_API = "https://api.twilio.com"
_NO_ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
_OPTED_OUT = 21610
_MOST_FIELDS = 500  # Twilio sends some thirty; its check of the signature takes the square of them
_STATES = {"delivered": DELIVERED, "undelivered": FAILED, "failed": FAILED}

Form = ImmutableMultiDict[str, str]


class TwilioChannel(SmsChannel):
    """Speaks with Twilio. Any of the tokens may sign what comes in; the first one is used for what goes out."""

    def __init__(
        self, account: str, tokens: list[str], number: str, api_url: str, public_url: str, shared_keys: list[str]
    ) -> None:
        self._account = account
        self._token = tokens[0]
        self._number = number
        self._api_url = api_url
        self._public_url = public_url
        self._validators = {
            HMAC_SHA1: [RequestValidator(token) for token in tokens],
            HMAC_SHA256: [RequestValidator(key) for key in shared_keys],
        }
        self._client: Client | None = None

    def application(self, take: Take) -> ASGIApp:
        """Return the webhooks: `/messages` for what people send, `/receipts` for what became of ours."""
        app = webhooks()

        @app.post("/messages")
        async def message(request: Request) -> Response:
            form = await self._verified(request, "messages")
            if form is None:
                return Response(status_code=HTTPStatus.FORBIDDEN)
            sid = identifier(form.get("MessageSid"))
            if sid is None:
                return Response(status_code=HTTPStatus.BAD_REQUEST)
            arrived = text_message(sid, form.get("From"), form.get("Body"))
            if arrived is not None:
                await take(arrived)
            return Response(_NO_ANSWER, media_type="text/xml")

        @app.post("/receipts")
        async def receipts(request: Request) -> Response:
            form = await self._verified(request, "receipts")
            if form is None:
                return Response(status_code=HTTPStatus.FORBIDDEN)
            sid, state = identifier(form.get("MessageSid")), _STATES.get(form.get("MessageStatus", ""))
            # Who has sent STOP to Twilio is not written to through another provider.
            if sid and state and form.get("ErrorCode") != str(_OPTED_OUT):
                await take(receipt(sid, state))
            return Response(status_code=HTTPStatus.NO_CONTENT)

        return app

    async def _verified(self, request: Request, path: str) -> Form | None:
        """Return a form that Twilio signed; None for any other."""
        try:
            raw = (await request.body()).decode()
            form = Form(parse_qsl(raw, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
        except ValueError:
            return None
        # Twilio signs the address it was given, which is not the one that a proxy in between forwards to.
        url = f"{self._public_url}/channels/twilio/{path}"
        signature = request.headers.get(SIGNATURE_HEADER, "")
        algorithm = get_signature_algorithm(request.headers.get(SIGNATURE_SETTINGS_HEADER, "")).upper()
        validators = self._validators.get(algorithm, [])
        is_signed = any(validator.validate(url, form, signature, algorithm) for validator in validators)
        return form if is_signed and form.get("AccountSid") == self._account else None

    async def start(self) -> None:
        """Open the connection to Twilio."""
        self._client = Client(self._account, self._token, http_client=_Http(self._api_url))

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
        except (TwilioRestException, TwilioServiceException) as error:
            # The message of the error holds the number.
            raise Undeliverable(f"HTTP {error.status}, error {error.code}", error.code == _OPTED_OUT) from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise TryLater(type(error).__name__) from None
        except (ValueError, AttributeError):  # taken, but told in words we cannot read: there will be no receipt
            return None
        return identifier(sent.sid)


class _Http(AsyncTwilioHttpClient):
    """Twilio's own client with the API's address from the settings, a limit of time, and an ear for "not now"."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    async def request(
        self, method: str, url: str, *, headers: dict[str, str], auth: tuple[str, str], **kwargs: Any
    ) -> TwilioResponse:
        # In twilio 9.13 it says who we are in a way that aiohttp will drop, its own limit of time is not applied, and its
        # errors do not tell how long to wait.
        headers = {**headers, "Authorization": aiohttp.encode_basic_auth(*auth)}
        async with asyncio.timeout(SECONDS_TO_SEND):
            answer = await super().request(method, url.replace(_API, self._url, 1), headers=headers, **kwargs)
        if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS or answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise TryLater(f"HTTP {answer.status_code}", retry_after(answer.headers))
        return answer


def connect(environment: Mapping[str, str], gateway: Gateway) -> TwilioChannel | None:
    """Return the channel if it is configured.

    Raises:
        MissingSetting: it is configured in part.
    """
    values = required(_NEEDED, environment)
    if values is None:
        return None
    if not gateway.settings.public_url:
        raise MissingSetting("WAYMARK_PUBLIC_URL is not set: Twilio signs the address that it calls.")
    account, tokens, number, url = values
    shared_keys = environment.get(_SHARED_KEYS.name, "").split()
    return TwilioChannel(account, tokens.split(), number, url, gateway.settings.public_url, shared_keys)
