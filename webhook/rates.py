"""How many messages and starts are taken a minute. Danger is never counted out: the callers see to that."""

import logging
from collections.abc import Callable
from typing import ClassVar

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from packaging.version import Version

from webhook.stores.shared import SECONDS_FOR_AN_OPERATION

_log = logging.getLogger(__name__)


class _CountersInRedis(RedisStorage):  # type: ignore[misc]  # limits is read without its types
    """The counters of `limits` in Redis. It asks for a newer client of Redis than Rasa bears, and does without."""

    DEPENDENCIES: ClassVar = {**RedisStorage.DEPENDENCIES, "redis": Version("4.5")}

    def __init__(self, url: str) -> None:
        limit = SECONDS_FOR_AN_OPERATION  # nobody waits for a Redis that does not answer
        super().__init__(f"async+{url}", implementation="redispy", socket_timeout=limit, socket_connect_timeout=limit)

    async def close(self) -> None:
        """Close the connections."""
        await self.bridge.get_connection().close(close_connection_pool=True)


class Rates:
    """Counts what each conversation sends and each address starts: in memory, or in Redis for all gateways together.

    Args:
        messages_a_minute: how many a conversation may send.
        starts_a_minute: how many an address may start.
        channel_a_minute: how many a channel may bring in.
        hidden: makes the name under which something is counted. An address could be guessed from a hash without a key.
        store_url: the Redis of all gateways.
    """

    def __init__(
        self,
        messages_a_minute: int,
        starts_a_minute: int,
        channel_a_minute: int,
        hidden: Callable[[str], str],
        store_url: str = "",
    ) -> None:
        self._hidden = hidden
        self._message = RateLimitItemPerMinute(messages_a_minute)
        self._start = RateLimitItemPerMinute(starts_a_minute)
        self._channel = RateLimitItemPerMinute(channel_a_minute)
        # Kept here, for the limiter only refers to it.
        self._storage = _CountersInRedis(store_url) if store_url else MemoryStorage()
        self._limiter = MovingWindowRateLimiter(self._storage)

    async def may_send(self, conversation_id: str) -> bool:
        """Count a message of a conversation; say whether it is within the limit."""
        return await self._is_within(self._message, "message", conversation_id)

    async def may_start(self, address: str) -> bool:
        """Count a start from an address; say whether it is within the limit."""
        return await self._is_within(self._start, "start", address)

    async def may_pass(self, channel: str) -> bool:
        """Count a message of a channel; say whether all of it together is within the limit."""
        return await self._is_within(self._channel, "channel", channel)

    async def close(self) -> None:
        """Close the connections."""
        if isinstance(self._storage, _CountersInRedis):
            await self._storage.close()

    async def _is_within(self, limit: RateLimitItemPerMinute, *what: str) -> bool:
        try:
            return bool(await self._limiter.hit(limit, *map(self._hidden, what)))
        except Exception as error:  # whatever Redis does: nobody is turned away because we cannot count
            _log.error("Nothing can be counted: %s.", type(error).__name__)
            return True
