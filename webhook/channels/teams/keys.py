"""Microsoft's public keys, fetched in a thread.

The SDK fetches them in the event loop, where for as long as that takes nobody in any channel is answered. It is given this in
the place of its own client: what a token needs has been fetched before the SDK looks at it.
"""

import asyncio

import jwt

from webhook.channels.teams.sdk import App

SECONDS_FOR_KEYS = 4.0


class SigningKeys:
    """The keys that tokens were signed with. Answers the SDK as its own client of the key server would."""

    def __init__(self, address: str) -> None:
        self._client = jwt.PyJWKClient(address, timeout=SECONDS_FOR_KEYS)
        self._one_at_a_time = asyncio.Lock()  # a key server that hangs holds one thread, not all that there are
        self._found: dict[str, jwt.PyJWK] = {}

    async def fetch(self, token: str) -> None:
        """Have the key at hand that a token says it is signed with.

        Raises:
            jwt.PyJWTError: it is no token, or there is no such key; `PyJWKClientConnectionError` if nobody can say now.
        """
        async with self._one_at_a_time:
            key = await asyncio.to_thread(self._client.get_signing_key_from_jwt, token)
        self._found[str(key.key_id)] = key

    async def warm(self) -> None:
        """Fetch the keys before the first token comes.

        Raises:
            jwt.PyJWTError: they cannot be had now.
        """
        async with self._one_at_a_time:
            await asyncio.to_thread(self._client.get_signing_keys)

    def get_signing_key_from_jwt(self, token: str) -> jwt.PyJWK:
        """Return the key of a token that `fetch` was called with."""
        return self._found[jwt.get_unverified_header(token)["kid"]]


def give_keys_to(app: App) -> SigningKeys:
    """Have an initialised SDK check tokens with keys that were fetched in a thread."""
    # The SDK has no setting for this. `uri` is read so that a change of its inside shows at start.
    validator = app.server._token_validator
    assert validator is not None
    service = validator._service_validator
    keys = SigningKeys(service._jwks_client.uri)
    service._jwks_client = keys  # type: ignore[assignment]
    return keys
