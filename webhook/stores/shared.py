"""The store of many machines: Redis. Any number of gateways share it, and each may die at any moment.

A conversation that has something waiting stands in a stream, once. The gateway that reads it there holds it, and says so again
and again; when it dies it stops saying so, and another takes the conversation over.
"""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import LockError, RedisError, ResponseError

from webhook.stores.store import StoreFailed, Waiting

SECONDS_FOR_AN_OPERATION = 0.5
SECONDS_A_LOCK_LASTS = 10.0
SECONDS_FOR_A_LOCK = 1.0
MILLISECONDS_UNTIL_TAKEN_OVER = 15_000
SECONDS_BETWEEN_SIGNS_OF_LIFE = 5.0
MILLISECONDS_TO_WAIT = 250
_STREAM, _GROUP = "waymark:ready", "gateways"

# One step each, so that no other gateway and no crash comes in between.
_ENQUEUE = """
if not redis.call('set', 'waymark:known:' .. KEYS[2], 1, 'NX', 'PX', ARGV[3]) then return 0 end
redis.call('hset', 'waymark:content:' .. KEYS[1], KEYS[2], ARGV[1])
redis.call('zadd', 'waymark:order:' .. KEYS[1], ARGV[2], KEYS[2])
if redis.call('sadd', 'waymark:active', KEYS[1]) == 1 then redis.call('xadd', 'waymark:ready', '*', 'c', KEYS[1]) end
return 1
"""
_FINISH = """
redis.call('hdel', 'waymark:content:' .. KEYS[1], KEYS[2])
redis.call('zrem', 'waymark:order:' .. KEYS[1], KEYS[2])
"""
_RELEASE = """
redis.call('xack', 'waymark:ready', 'gateways', ARGV[1])
redis.call('xdel', 'waymark:ready', ARGV[1])
if redis.call('zcard', 'waymark:order:' .. KEYS[1]) > 0 then
  redis.call('xadd', 'waymark:ready', '*', 'c', KEYS[1])
else
  redis.call('srem', 'waymark:active', KEYS[1])
end
"""


class SharedStore:
    """Keeps everything in Redis."""

    def __init__(self, url: str) -> None:
        limit = SECONDS_FOR_AN_OPERATION
        self._redis: Redis[bytes] = Redis.from_url(url, socket_timeout=limit, socket_connect_timeout=limit)
        self._name = secrets.token_hex(8)
        self._entries: dict[str, bytes] = {}  # of the conversations that are held, where each stands in the stream
        self._signs: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Make the stream, if this is the first gateway, and begin to give signs of life."""
        with _failing():
            try:
                await self._redis.xgroup_create(_STREAM, _GROUP, id="0", mkstream=True)
            except ResponseError as error:
                if "BUSYGROUP" not in str(error):
                    raise
        self._signs = self._signs or asyncio.create_task(self._give_signs_of_life())

    async def close(self) -> None:
        """Close the connections."""
        if self._signs is not None:
            self._signs.cancel()
        await self._redis.close()

    async def get(self, key: str) -> bytes | None:
        """Return a value."""
        value: bytes | None = await _done(self._redis.get(f"waymark:held:{key}"))
        return value

    async def put(self, key: str, value: bytes, seconds: float | None) -> None:
        """Keep a value."""
        await _done(self._redis.set(f"waymark:held:{key}", value, px=None if seconds is None else int(seconds * 1000)))

    async def delete(self, key: str) -> None:
        """Forget a value."""
        await _done(self._redis.delete(f"waymark:held:{key}"))

    @asynccontextmanager
    async def lock(self, key: str) -> AsyncIterator[None]:
        """Hold a name in all gateways."""
        lock = self._redis.lock(f"waymark:lock:{key}", SECONDS_A_LOCK_LASTS, sleep=0.02, blocking_timeout=SECONDS_FOR_A_LOCK)
        if not await _done(lock.acquire()):
            raise StoreFailed("another holds it")
        try:
            yield
        finally:
            # Whoever could not give it back has lost it already: it ends by itself.
            with contextlib.suppress(RedisError, LockError, OSError):
                await lock.release()

    async def enqueue(self, entry: Waiting, at: float, seconds_known: float) -> bool:
        """Put an entry into the queue, once for each key."""
        known = int(seconds_known * 1000)
        return bool(await self._script(_ENQUEUE, (entry.conversation, entry.key), entry.content, at, known))

    async def claim(self) -> str:
        """Wait for a conversation with something to do: first those whose gateway has died."""
        while True:
            with _failing():
                entry = await self._taken_over() or await self._next()
            if entry is not None:
                conversation = entry[1][b"c"].decode()
                self._entries[conversation] = entry[0]
                return conversation

    async def first(self, conversation: str) -> Waiting | None:
        """Return its first entry."""
        keys = await _done(self._redis.zrange(f"waymark:order:{conversation}", 0, 0))
        if not keys:
            return None
        content = await _done(self._redis.hget(f"waymark:content:{conversation}", keys[0]))
        return Waiting(conversation, keys[0].decode(), content)

    async def keep(self, entry: Waiting) -> None:
        """Replace the content of an entry."""
        await _done(self._redis.hset(f"waymark:content:{entry.conversation}", entry.key, entry.content))

    async def finish(self, entry: Waiting) -> None:
        """Delete an entry; its key stays known until it expires."""
        await self._script(_FINISH, (entry.conversation, entry.key))

    async def release(self, conversation: str) -> None:
        """Give a conversation back."""
        await self._script(_RELEASE, (conversation,), self._entries.pop(conversation))

    async def waiting(self) -> int:
        """Return how many conversations have something waiting."""
        return int(await _done(self._redis.scard("waymark:active")))

    async def _next(self) -> tuple[bytes, dict[bytes, bytes]] | None:
        # A short wait on the server, well under the limit of an operation.
        found = await self._redis.xreadgroup(_GROUP, self._name, {_STREAM: ">"}, count=1, block=MILLISECONDS_TO_WAIT)
        return found[0][1][0] if found else None

    async def _taken_over(self) -> tuple[bytes, dict[bytes, bytes]] | None:
        answer = await self._redis.xautoclaim(_STREAM, _GROUP, self._name, MILLISECONDS_UNTIL_TAKEN_OVER, count=1)
        return next((entry for entry in answer[1] if entry[1]), None)

    async def _give_signs_of_life(self) -> None:
        """Say of every conversation that is held that it still is."""
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_SIGNS_OF_LIFE)
            held = list(self._entries.values())
            if held:
                with contextlib.suppress(RedisError, OSError):
                    await self._redis.xclaim(_STREAM, _GROUP, self._name, 0, held, justid=True)

    async def _script(self, script: str, keys: tuple[str, ...], *values: Any) -> Any:
        return await _done(self._redis.eval(script, len(keys), *keys, *values))


async def _done(operation: Awaitable[Any]) -> Any:
    with _failing():
        return await operation


@contextlib.contextmanager
def _failing() -> Iterator[None]:
    """Make every error of Redis one of ours."""
    try:
        yield
    except (RedisError, OSError) as error:
        raise StoreFailed(type(error).__name__) from error
