"""Text messages through Vonage's Messages API: bodies signed by a token come in, answers go out by REST."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import httpx
import jwt
from fastapi import Request, Response
from starlette.types import ASGIApp
from vonage_jwt import JwtClient

from webhook.gateway import Gateway
from webhook.post.channel import DELIVERED, FAILED, Page, Take, TryLater, Undeliverable
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
    Setting("WAYMARK_VONAGE_APPLICATION", "", "Vonage: the application's id"),
    Setting("WAYMARK_VONAGE_PRIVATE_KEY", "", "Vonage: the application's private key, or the file that holds it"),
    Setting("WAYMARK_VONAGE_SIGNATURE", "", "Vonage: the account's signature secret; two, divided by a blank, to renew it"),
    Setting("WAYMARK_VONAGE_NUMBER", "", "Vonage: the number that people write to, +44..."),
    Setting("WAYMARK_VONAGE_URL", "https://api.nexmo.com", "Vonage: where its API is"),
)
# Vonage tries again for a day, and nobody says that it signs anew. What was taken is remembered for longer than that, so that
# an old signature gives nobody anything.
SECONDS_A_SIGNATURE_LASTS = 24 * 3600
SECONDS_CLOCKS_MAY_DIFFER = 300
_STATES = {"delivered": DELIVERED, "rejected": FAILED, "undeliverable": FAILED}


class VonageChannel(SmsChannel):
    """Speaks with Vonage. Any of the signature secrets may have signed what comes in."""

    def __init__(self, application: str, tokens: JwtClient, signatures: list[str], number: str, api_url: str) -> None:
        self._application = application
        self._tokens = tokens
        self._signatures = signatures
        self._number = number.removeprefix("+")
        self._http = httpx.AsyncClient(base_url=api_url, timeout=SECONDS_TO_SEND)

    def application(self, take: Take) -> ASGIApp:
        """Return the webhooks: `/messages` for what people send, `/receipts` for what became of ours."""
        app = webhooks()

        @app.post("/messages")
        async def message(request: Request) -> Response:
            status, body = await self._verified(request)
            if body is None:
                return Response(status_code=status)
            uuid = identifier(body.get("message_uuid"))
            if uuid is None:
                return Response(status_code=HTTPStatus.BAD_REQUEST)
            arrived = text_message(uuid, body.get("from"), body.get("text"), moment(body.get("timestamp")))
            if arrived is not None and body.get("channel") in ("sms", "mms"):
                await take(arrived)
            return Response(status_code=status)

        @app.post("/receipts")
        async def receipts(request: Request) -> Response:
            status, body = await self._verified(request)
            if body is None:
                return Response(status_code=status)
            uuid, state = identifier(body.get("message_uuid")), _STATES.get(str(body.get("status")))
            if uuid and state:
                await take(receipt(uuid, state))
            return Response(status_code=status)

        return app

    async def _verified(self, request: Request) -> tuple[HTTPStatus, dict[str, Any] | None]:
        """Return how a request is answered, and its body if Vonage signed it and it can be read."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if not token:
            # Vonage may, rarely, send a body unsigned; after a 5xx it sends it again, signed.
            return HTTPStatus.SERVICE_UNAVAILABLE, None
        raw = await request.body()
        if scheme.lower() != "bearer" or not any(self._is_signed(token, raw, secret) for secret in self._signatures):
            return HTTPStatus.UNAUTHORIZED, None
        body = json_object(raw)
        return HTTPStatus.BAD_REQUEST if body is None else HTTPStatus.OK, body

    def _is_signed(self, token: str, raw: bytes, secret: str) -> bool:
        """Say whether Vonage signed this body for this application, and lately.

        Vonage's own check (vonage-jwt 1.1) looks at neither the body nor the age, and refuses a clock that is ahead of ours.
        """
        try:
            claims = jwt.decode(token, secret, algorithms=["HS256"], leeway=SECONDS_CLOCKS_MAY_DIFFER)
            age = time.time() - float(claims["iat"])
            claimed = str(claims["payload_hash"])
        except (jwt.PyJWTError, KeyError, TypeError, ValueError):
            return False
        is_this_body = hmac.compare_digest(claimed.encode(errors="replace"), hashlib.sha256(raw).hexdigest().encode())
        is_ours = claims.get("application_id", self._application) == self._application
        return is_this_body and is_ours and age <= SECONDS_A_SIGNATURE_LASTS

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
            async with asyncio.timeout(SECONDS_TO_SEND):
                answer = await self._http.post("/v1/messages", json=body, headers=headers)
        except (httpx.HTTPError, TimeoutError) as error:
            raise TryLater(type(error).__name__) from None
        if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS or answer.is_server_error:
            raise TryLater(f"HTTP {answer.status_code}", retry_after(answer.headers))
        if not answer.is_success:
            raise Undeliverable(f"HTTP {answer.status_code}")
        # What is told in words we cannot read was taken all the same; there will be no receipt.
        return identifier((json_object(answer.content) or {}).get("message_uuid"))


def connect(environment: Mapping[str, str], gateway: Gateway) -> VonageChannel | None:
    """Return the channel if it is configured.

    Raises:
        MissingSetting: it is configured in part, or the private key cannot be used.
    """
    values = required(SETTINGS, environment)
    if values is None:
        return None
    application, private_key, signatures, number, url = values
    try:
        tokens = JwtClient(application, private_key)
        tokens.generate_application_jwt()  # better now than with the first answer to somebody
    except Exception:  # whatever the libraries say of it, they may quote the key
        raise MissingSetting("WAYMARK_VONAGE_PRIVATE_KEY holds neither a private key nor the name of its file.") from None
    return VonageChannel(application, tokens, signatures.split(), number, url)
