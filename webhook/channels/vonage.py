"""Text messages through Vonage's Messages API: bodies signed by a token come in, answers go out by REST."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import httpx
import jwt
from fastapi import FastAPI, Request, Response
from starlette.types import ASGIApp
from vonage_jwt import JwtClient, VonageVerifyJwtError, verify_signature

from webhook.gateway import Gateway
from webhook.post.channel import DELIVERED, FAILED, Arrived, Page, Take, TryLater, Undeliverable
from webhook.post.sms import SECONDS_TO_SEND, SmsChannel, address_of, international, moment, retry_after
from webhook.settings import Setting, required

SETTINGS = (
    Setting("WAYMARK_VONAGE_APPLICATION", "", "Vonage: the application's id"),
    Setting("WAYMARK_VONAGE_PRIVATE_KEY", "", "Vonage: the application's private key, or the file that holds it"),
    Setting("WAYMARK_VONAGE_SIGNATURE", "", "Vonage: the account's signature secret"),
    Setting("WAYMARK_VONAGE_NUMBER", "", "Vonage: the number that people write to, +44..."),
    Setting("WAYMARK_VONAGE_URL", "https://api.nexmo.com", "Vonage: where its API is"),
)
SECONDS_A_SIGNATURE_LASTS = 300
_BAD = Response(status_code=HTTPStatus.BAD_REQUEST)
_FORGED = Response(status_code=HTTPStatus.UNAUTHORIZED)
_TAKEN = Response(status_code=HTTPStatus.OK)
# Vonage may, rarely, send a body unsigned; after a 5xx it sends it again, signed.
_UNSIGNED = Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE)
_STATES = {"delivered": DELIVERED, "rejected": FAILED, "undeliverable": FAILED}


class VonageChannel(SmsChannel):
    """Speaks with Vonage."""

    def __init__(self, application: str, private_key: str, signature: str, number: str, api_url: str) -> None:
        self._tokens = JwtClient(application, private_key)
        self._signature = signature
        self._number = number.removeprefix("+")
        self._http = httpx.AsyncClient(base_url=api_url, timeout=SECONDS_TO_SEND)

    def application(self, take: Take) -> ASGIApp:
        """Return the webhooks: `/messages` for what people send, `/receipts` for what became of ours."""
        app = FastAPI(openapi_url=None)

        @app.post("/messages")
        async def message(request: Request) -> Response:
            refused, body = await self._verified(request)
            if refused:
                return refused
            arrived = _arrived(body)
            if arrived is None:
                return _BAD
            if body.get("message_type") == "text":  # no pictures, no voice
                await take(arrived)
            return _TAKEN

        @app.post("/receipts")
        async def receipt(request: Request) -> Response:
            refused, body = await self._verified(request)
            if refused:
                return refused
            sent, state = body.get("message_uuid"), _STATES.get(str(body.get("status")))
            if isinstance(sent, str) and state:
                await take(Arrived(key=f"{sent} {state}", writer=sent, address={}, at=time.time(), wish="receipt", text=state))
            return _TAKEN

        return app

    async def _verified(self, request: Request) -> tuple[Response | None, dict[str, Any]]:
        """Return the body of a request that Vonage signed, or what is answered to another."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if not token:
            return _UNSIGNED, {}
        raw = await request.body()
        if scheme.lower() != "bearer" or not self._is_signed(token, raw):
            return _FORGED, {}
        try:
            body = json.loads(raw)
        except ValueError:
            return _BAD, {}
        return (None, body) if isinstance(body, dict) else (_BAD, {})

    def _is_signed(self, token: str, raw: bytes) -> bool:
        """Say whether Vonage signed this body, and lately. Vonage's own check looks at neither the body nor the age."""
        try:
            if not verify_signature(token, self._signature):
                return False
            claims = jwt.decode(token, self._signature, algorithms=["HS256"])
            age = time.time() - float(claims["iat"])
            claimed = str(claims["payload_hash"])
        except (VonageVerifyJwtError, jwt.PyJWTError, KeyError, TypeError, ValueError):
            return False
        is_this_body = hmac.compare_digest(claimed.encode(), hashlib.sha256(raw).hexdigest().encode())
        return is_this_body and abs(age) <= SECONDS_A_SIGNATURE_LASTS

    async def stop(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def send(self, address: dict[str, Any], page: Page) -> str | None:
        """Send a text."""
        body = {
            "channel": "sms",
            "message_type": "text",
            "to": address["number"].removeprefix("+"),
            "from": self._number,
            "text": page["text"],
        }
        headers = {"authorization": f"Bearer {self._tokens.generate_application_jwt().decode()}"}
        try:
            answer = await self._http.post("/v1/messages", json=body, headers=headers)
        except httpx.HTTPError as error:
            raise TryLater(type(error).__name__) from None
        if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS or answer.is_server_error:
            raise TryLater(f"HTTP {answer.status_code}", retry_after(answer.headers))
        if not answer.is_success:
            raise Undeliverable(f"HTTP {answer.status_code}")
        sent: str | None = answer.json().get("message_uuid")
        return sent


def connect(environment: Mapping[str, str], gateway: Gateway) -> VonageChannel | None:
    """Return the channel if it is configured.

    Raises:
        MissingSetting: it is configured in part.
    """
    values = required(SETTINGS, environment)
    return None if values is None else VonageChannel(*values)


def _arrived(body: Mapping[str, Any]) -> Arrived | None:
    key, text = body.get("message_uuid"), body.get("text", "")
    writer = international(str(body.get("from", "")))
    if not isinstance(key, str) or not isinstance(text, str) or writer is None:
        return None
    return Arrived(key=key, writer=writer, address=address_of(writer), at=moment(body.get("timestamp")), text=text)
