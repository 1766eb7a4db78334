"""Who wants no more text messages: a list that outlives every other memory, under a key that never changes.

A phone number is one of few; only a key that is kept apart makes its hash a secret.
"""

import hashlib
import hmac

from webhook.stores.store import Store

_STOPPED = b"1"


class Stops:
    """Keeps the numbers that sent STOP, hashed."""

    def __init__(self, store: Store, key: str) -> None:
        self._store = store
        self._key = key.encode()

    async def note(self, writer: str, wish: str) -> None:
        """Take note that a writer wants to stop, or to start again.

        Raises:
            StoreFailed: it cannot be kept now.
        """
        if wish == "stop":
            await self._store.put(self._name(writer), _STOPPED, None)
        else:
            await self._store.delete(self._name(writer))

    async def has(self, writer: str) -> bool:
        """Say whether a writer wants no more messages.

        Raises:
            StoreFailed: it cannot be looked up now.
        """
        return await self._store.get(self._name(writer)) is not None

    def _name(self, writer: str) -> str:
        return "stop " + hmac.new(self._key, writer.encode(), hashlib.sha256).hexdigest()
