"""What we show to Teams when we send: a token that Microsoft gives for our client secret, and renews.

The SDK would look Microsoft's login service up in the event loop, without a limit of time: if that hangs, so would every
channel. Here it happens in a thread, one at a time.
"""

import asyncio
from functools import cached_property
from typing import Any

import jwt
import msal  # type: ignore[import-untyped]  # it has none
import requests

from bot.errors import WaymarkError

SECONDS_FOR_A_TOKEN = 10.0


class NoToken(WaymarkError):
    """Microsoft gave no token. The message is its own code, such as `invalid_client` for a secret that has run out."""


class ClientSecret:
    """Gets tokens for a client secret; called by the SDK for everything that it sends."""

    def __init__(self, client_id: str, secret: str, authority: str) -> None:
        self._client_id = client_id
        self._secret = secret
        self._authority = authority
        self._one_at_a_time = asyncio.Lock()

    async def __call__(self, scope: str | list[str], tenant: str | None) -> str:
        """Return a token, the last one while it is good.

        Raises:
            NoToken: there is none now.
        """
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._token, scope)

    @cached_property
    def _client(self) -> Any:
        return msal.ConfidentialClientApplication(
            self._client_id, client_credential=self._secret, authority=self._authority, timeout=SECONDS_FOR_A_TOKEN
        )

    def _token(self, scope: str | list[str]) -> str:
        try:
            answer = self._client.acquire_token_for_client([scope] if isinstance(scope, str) else scope)
        except (requests.RequestException, ValueError) as error:  # ValueError: the login service does not know the tenant
            raise NoToken(type(error).__name__) from error
        if "access_token" not in answer:
            raise NoToken(str(answer.get("error")))
        return str(answer["access_token"])


async def no_secret(scope: str | list[str], tenant: str | None) -> str:
    """Return a token that nobody signed, for Microsoft's local client, which looks at none."""
    return jwt.encode({}, "", algorithm="none")
