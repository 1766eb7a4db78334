"""One message of a conversation at a time: in all assistants, where they share a Redis; else in this one.

Rasa's own lock in Redis is read, changed and written back, so that two assistants can hold it at once, and is looked at once a
second. This one is a line of tickets, in which whoever comes first is served first. Each ticket ends by itself, so that an
assistant that dies does not hold its conversation for long.
"""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from weakref import WeakValueDictionary

from rasa.core.lock_store import LockError, LockStore
from rasa.utils.endpoints import EndpointConfig
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import RedisError

SECONDS_OF_A_TICKET = 10.0  # longer than anything takes that the gateway still waits for
SECONDS_IN_LINE = 1.5  # as long as the gateway waits: then the safe reply was given, and what was heard comes again
SECONDS_BETWEEN_LOOKS = 0.01
SECONDS_FOR_AN_OPERATION = 0.5

# One step each, so that no other assistant comes in between. KEYS[1] is the line, ARGV[1] the ticket.
_IS_SERVED = """
local life = ARGV[2]
if not redis.call('set', KEYS[1] .. ':' .. ARGV[1], 1, 'XX', 'PX', life) then
  redis.call('set', KEYS[1] .. ':' .. ARGV[1], 1, 'PX', life)
  redis.call('lrem', KEYS[1], 0, ARGV[1])
  redis.call('rpush', KEYS[1], ARGV[1])
end
redis.call('pexpire', KEYS[1], life)
while true do
  local first = redis.call('lindex', KEYS[1], 0)
  if first == ARGV[1] then return 1 end
  if redis.call('exists', KEYS[1] .. ':' .. first) == 1 then return 0 end
  redis.call('lpop', KEYS[1])
end
"""
_LEAVE = """
redis.call('del', KEYS[1] .. ':' .. ARGV[1])
redis.call('lrem', KEYS[1], 0, ARGV[1])
"""


class ConversationLocks(LockStore):
    """Rasa's lock store, as `endpoints.yml` names it. Its `url` is that of the Redis; empty: this assistant is alone."""

    def __init__(self, endpoint_config: EndpointConfig) -> None:
        self._here: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._line = Line(endpoint_config.url) if endpoint_config.url else None

    @asynccontextmanager
    async def lock(self, conversation_id: str) -> AsyncIterator[None]:
        """Hold a conversation, once everybody has let go of it who wanted it before.

        Raises:
            LockError: Redis is away, or the line is too long.
        """
        if self._line is None:
            held: AbstractAsyncContextManager[None] = self._here.setdefault(conversation_id, asyncio.Lock())
        else:
            held = self._line.held(conversation_id)
        async with held:
            yield

    async def is_ready(self) -> bool:
        """Say whether a conversation could be held now."""
        return self._line is None or await self._line.is_there()


class Line:
    """The lines of tickets, one for each conversation, in Redis."""

    def __init__(self, url: str) -> None:
        limit = SECONDS_FOR_AN_OPERATION
        # A connection that has ended meanwhile, as all do when Redis is restarted, is noticed only when it is used.
        once_more = Retry(NoBackoff(), 1, (Disconnected,))
        self._redis: Redis[bytes] = Redis.from_url(
            url, socket_timeout=limit, socket_connect_timeout=limit, retry=once_more, retry_on_error=[Disconnected]
        )

    @asynccontextmanager
    async def held(self, conversation_id: str) -> AsyncIterator[None]:
        """Stand in line, and be served until the end of the context."""
        line, ticket = f"waymark:turn:{conversation_id}", secrets.token_hex(8)
        try:
            await self._wait(line, ticket)
            yield
        finally:
            # The ticket of whoever cannot say that they leave ends by itself.
            with contextlib.suppress(RedisError, OSError):
                await self._redis.eval(_LEAVE, 1, line, ticket)

    async def is_there(self) -> bool:
        """Say whether Redis answers."""
        try:
            return bool(await self._redis.ping())
        except (RedisError, OSError):
            return False

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.close(close_connection_pool=True)

    async def _wait(self, line: str, ticket: str) -> None:
        life = int(SECONDS_OF_A_TICKET * 1000)
        try:
            async with asyncio.timeout(SECONDS_IN_LINE):
                while not await self._redis.eval(_IS_SERVED, 1, line, ticket, life):
                    await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
        except (RedisError, OSError) as error:  # a TimeoutError is an OSError
            raise LockError(type(error).__name__) from error
