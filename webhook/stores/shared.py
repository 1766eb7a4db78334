"""The store of many machines: Redis. Any number of gateways share it, and each may die at any moment.

A conversation that has something waiting stands in a stream, once. The gateway that reads it there holds it, and says so again
and again; when it dies it stops saying so, and another takes the conversation over.
"""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import RedisError, ResponseError

from webhook.stores.store import StoreFailed, TakenOver, Waiting

SECONDS_FOR_AN_OPERATION = 0.5
SECONDS_A_LOCK_LASTS = 5.0  # longer than any reply takes; that of a gateway that died holds its conversation up for as long
SECONDS_FOR_A_LOCK = 0.5  # somebody whose gateway has died has waited before
MILLISECONDS_UNTIL_TAKEN_OVER = 15_000
SECONDS_BETWEEN_SIGNS_OF_LIFE = 5.0
MILLISECONDS_TO_WAIT = 250
_STREAM, _GROUP = "waymark:ready", "gateways"
_SUMS = "waymark:sums"

# One step each, so that no other gateway and no crash comes in between.
_ENQUEUE = """
if not redis.call('set', 'waymark:known:' .. KEYS[2], 1, 'NX', 'PX', ARGV[3]) then return 0 end
local order, at = 'waymark:order:' .. KEYS[1], tonumber(ARGV[2])
if not at then at = tonumber(redis.call('zrange', order, -1, -1, 'withscores')[2] or 0) end
while redis.call('zcount', order, at, at) > 0 do at = at + 0.000001 end
redis.call('hset', 'waymark:content:' .. KEYS[1], KEYS[2], ARGV[1])
redis.call('zadd', order, at, KEYS[2])
redis.call('incr', 'waymark:waiting')
if redis.call('sadd', 'waymark:active', KEYS[1]) == 1 then redis.call('xadd', 'waymark:ready', '*', 'c', KEYS[1]) end
return 1
"""
_FIRST = """
local key = redis.call('zrange', 'waymark:order:' .. KEYS[1], 0, 0)[1]
return key and {key, redis.call('hget', 'waymark:content:' .. KEYS[1], key)}
"""
_KEEP = """
local content = 'waymark:content:' .. KEYS[1]
if redis.call('hexists', content, KEYS[2]) == 1 then redis.call('hset', content, KEYS[2], ARGV[1]) end
"""
_FINISH = """
redis.call('hdel', 'waymark:content:' .. KEYS[1], KEYS[2])
if redis.call('zrem', 'waymark:order:' .. KEYS[1], KEYS[2]) == 1 then redis.call('decr', 'waymark:waiting') end
"""
# Who was thought dead may come back: what another has taken over is not theirs any more.
_IS_HELD = """
local function is_held(entry, name)
  local found = redis.call('xpending', 'waymark:ready', 'gateways', entry, entry, 1)[1]
  return found and found[2] == name
end
"""
_RELEASE = f"""{_IS_HELD}
if not is_held(ARGV[2], ARGV[1]) then return end
redis.call('xack', 'waymark:ready', 'gateways', ARGV[2])
redis.call('xdel', 'waymark:ready', ARGV[2])
if redis.call('zcard', 'waymark:order:' .. KEYS[1]) > 0 then
  redis.call('xadd', 'waymark:ready', '*', 'c', KEYS[1])
else
  redis.call('srem', 'waymark:active', KEYS[1])
end
"""
_SIGNS_OF_LIFE = f"""{_IS_HELD}
local lost = {{}}
for place = 2, #ARGV do
  if is_held(ARGV[place], ARGV[1]) then
    redis.call('xclaim', 'waymark:ready', 'gateways', ARGV[1], 0, ARGV[place], 'justid')
  else
    table.insert(lost, ARGV[place])
  end
end
return lost
"""


class SharedStore:
    """Keeps everything in Redis."""

    def __init__(self, url: str) -> None:
        limit = SECONDS_FOR_AN_OPERATION
        # A connection that has ended meanwhile, as all do when Redis is restarted, is noticed only when it is used.
        once_more = Retry(NoBackoff(), 1, (Disconnected,))
        self._redis: Redis[bytes] = Redis.from_url(
            url, socket_timeout=limit, socket_connect_timeout=limit, retry=once_more, retry_on_error=[Disconnected]
        )
        self._name = secrets.token_hex(8)
        self._entries: dict[str, bytes] = {}  # of the conversations that are held, where each stands in the stream
        self._looked_up_to = b"0-0"  # Redis looks through a few held conversations at a time for one to take over
        self._signs: asyncio.Task[None] | None = None
        self._giving_back: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Make the stream, if this is the first gateway, and begin to give signs of life."""
        with _failing():
            await self._make_stream()
        self._signs = self._signs or asyncio.create_task(self._give_signs_of_life())

    async def close(self) -> None:
        """Close the connections."""
        if self._signs is not None:
            self._signs.cancel()
        await asyncio.gather(*self._giving_back)
        with _failing():
            await self._redis.close(close_connection_pool=True)

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
            # Nobody waits for that: a person must have their answer, though Redis may have gone meanwhile.
            giving = asyncio.create_task(_give_back(lock))
            self._giving_back.add(giving)
            giving.add_done_callback(self._giving_back.discard)

    async def enqueue(self, entry: Waiting, at: float | None, seconds_known: float) -> bool:
        """Put an entry into the queue, once for each key."""
        known = int(seconds_known * 1000)
        place = "" if at is None else at
        return bool(await self._script(_ENQUEUE, (entry.conversation, entry.key), entry.content, place, known))

    async def claim(self) -> str:
        """Wait for a conversation with something to do: first those whose gateway has died."""
        while True:
            with _failing():
                entry = await self._claimed()
            if entry is not None:
                conversation = entry[1][b"c"].decode()
                self._entries[conversation] = entry[0]
                return conversation

    async def first(self, conversation: str) -> Waiting | None:
        """Return its first entry."""
        self._raise_if_taken_over(conversation)
        found = await self._script(_FIRST, (conversation,))
        return Waiting(conversation, found[0].decode(), found[1]) if found else None

    async def keep(self, entry: Waiting) -> None:
        """Replace the content of an entry."""
        self._raise_if_taken_over(entry.conversation)
        await self._script(_KEEP, (entry.conversation, entry.key), entry.content)

    async def finish(self, entry: Waiting) -> None:
        """Delete an entry; its key stays known until it expires."""
        await self._script(_FINISH, (entry.conversation, entry.key))

    async def release(self, conversation: str) -> None:
        """Give a conversation back."""
        entry = self._entries.pop(conversation, None)
        if entry is not None:
            await self._script(_RELEASE, (conversation,), self._name, entry)

    async def waiting(self) -> int:
        """Return how many entries wait."""
        return int(await _done(self._redis.get("waymark:waiting")) or 0)

    async def add(self, numbers: Mapping[str, int]) -> None:
        """Add to sums, in one step."""
        steps = self._redis.pipeline(transaction=True)
        for name, number in numbers.items():
            steps.hincrby(_SUMS, name, number)
        await _done(steps.execute())

    async def sums(self) -> dict[str, int]:
        """Return every sum by its name."""
        return {name.decode(): int(number) for name, number in (await _done(self._redis.hgetall(_SUMS))).items()}

    async def _make_stream(self) -> None:
        try:
            await self._redis.xgroup_create(_STREAM, _GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    async def _claimed(self) -> tuple[bytes, dict[bytes, bytes]] | None:
        try:
            return await self._taken_over() or await self._next()
        except ResponseError as error:
            if "NOGROUP" not in str(error):
                raise
            await self._make_stream()  # Redis came back without what it held
            return None

    async def _taken_over(self) -> tuple[bytes, dict[bytes, bytes]] | None:
        limit = MILLISECONDS_UNTIL_TAKEN_OVER
        answer = await self._redis.xautoclaim(_STREAM, _GROUP, self._name, limit, self._looked_up_to, count=1)
        self._looked_up_to = answer[0]
        return answer[1][0] if answer[1] else None

    async def _next(self) -> tuple[bytes, dict[bytes, bytes]] | None:
        # A short wait on the server, well under the limit of an operation.
        found = await self._redis.xreadgroup(_GROUP, self._name, {_STREAM: ">"}, count=1, block=MILLISECONDS_TO_WAIT)
        return found[0][1][0] if found else None

    async def _give_signs_of_life(self) -> None:
        """Say of every conversation that is held that it still is; notice which ones another has taken over."""
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_SIGNS_OF_LIFE)
            if self._entries:
                with contextlib.suppress(StoreFailed):
                    lost = set(await self._script(_SIGNS_OF_LIFE, (), self._name, *self._entries.values()))
                    self._entries = {held: entry for held, entry in self._entries.items() if entry not in lost}

    def _raise_if_taken_over(self, conversation: str) -> None:
        if conversation not in self._entries:
            raise TakenOver("another gateway has taken the conversation over")

    async def _script(self, script: str, keys: tuple[str, ...], *values: Any) -> Any:
        return await _done(self._redis.eval(script, len(keys), *keys, *values))


async def _give_back(lock: Lock) -> None:
    # Whoever cannot give it back has lost it already: it ends by itself.
    with contextlib.suppress(RedisError, OSError):
        await lock.release()


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
