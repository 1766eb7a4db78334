"""What stands before the SDK: requests that it would trip over, or let through, are refused here.

The SDK checks signature, audience, issuer and service address. It also takes tokens that never expire, and tokens for Agent
365, whose key server it would look up under a name that the stranger chose; and it answers 500 to JSON that is no activity.
"""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import jwt
from fastapi import HTTPException, Request

from webhook.channels.teams.keys import SigningKeys
from webhook.channels.teams.sdk import CoreActivity

_SCHEME = "Bearer "
_log = logging.getLogger(__name__)


class Door:
    """Looks at each request before the SDK does. `keys` are given to it once the SDK is there."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer
        self.keys: SigningKeys | None = None

    async def checked(self, request: Request) -> None:
        """Let a request pass to the SDK.

        Raises:
            HTTPException: 400 if it is no activity, 401 without a token that the SDK should see, 503 while keys cannot be had.
        """
        if self.keys is None:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE)
        _service_address(await request.body())
        token = request.headers.get("authorization", "").removeprefix(_SCHEME)
        self._refuse_unless_usual(token)
        try:
            await self.keys.fetch(token)
        except jwt.PyJWKClientConnectionError as error:
            _log.error("Microsoft's keys cannot be had now: no message of Teams can be checked.")
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE) from error
        except jwt.PyJWTError as error:
            raise HTTPException(HTTPStatus.UNAUTHORIZED) from error

    def _refuse_unless_usual(self, token: str) -> None:
        """Refuse what has no end, or comes from elsewhere. Nothing that a token says is believed here, only missed."""
        try:
            claims: Mapping[str, Any] = jwt.decode(token, options={"verify_signature": False})
        except jwt.PyJWTError as error:
            raise HTTPException(HTTPStatus.UNAUTHORIZED) from error
        if not isinstance(claims.get("exp"), int) or claims.get("iss") != self._issuer:
            raise HTTPException(HTTPStatus.UNAUTHORIZED)


async def only_from_here(request: Request) -> None:
    """Let a request pass that carries no token (test mode); it is answered on this machine or not at all.

    Raises:
        HTTPException: 400 if it is no activity, 403 if it is to be answered elsewhere.
    """
    if not _is_local(_service_address(await request.body())):
        raise HTTPException(HTTPStatus.FORBIDDEN)


def _service_address(body: bytes) -> str:
    """Return where an activity says that it is to be answered; without that, the SDK would not compare it with the token."""
    try:
        activity = json.loads(body)
        CoreActivity.model_validate(activity)
    except (ValueError, RecursionError) as error:  # a ValidationError is a ValueError
        raise HTTPException(HTTPStatus.BAD_REQUEST) from error
    address = activity.get("serviceUrl")
    if not isinstance(address, str) or not (address and activity.get("type")):
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    return address


def _is_local(address: str) -> bool:
    try:
        host = urlsplit(address).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
