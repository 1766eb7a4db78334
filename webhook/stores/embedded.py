"""The store of one machine: an SQLite file, which outlives a killed process. Nothing has to be installed for it."""

import asyncio
import contextlib
import json
import sqlite3
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import aiosqlite

from webhook.stores.store import StoreFailed, Waiting

SECONDS_BETWEEN_CLEANINGS = 60.0
SUMS_FILE = "sums.db"  # beside the other, which nobody but the gateway can read while it runs
_TABLES = """
pragma locking_mode = exclusive;
pragma journal_mode = wal;
pragma secure_delete = on;
create table if not exists held (key text primary key, value blob not null, until real);
create table if not exists queue (
  key text primary key, conversation text not null, at real not null, content blob, until real not null
);
create index if not exists by_conversation on queue (conversation, at) where content is not null;
"""
_FIRST = "select key, content from queue where conversation = ? and content is not null order by at, rowid limit 1"
_ENQUEUE = """
insert or ignore into queue select ?1, ?2, coalesce(?3, max(at), 0), ?4, ?5
from queue where conversation = ?2 and content is not null
"""
_WAITING = "select conversation, count(*) from queue where content is not null group by conversation"
_SUMS = "create table if not exists sums (name text primary key, number integer not null)"
_ADD = """
insert into sums select key, value from json_each(?) where true
on conflict (name) do update set number = number + excluded.number
"""
_OLD = ("delete from held where until <= ?", "delete from queue where content is null and until <= ?")


class EmbeddedStore:
    """Keeps everything in one file, for one gateway process; in memory without a file."""

    def __init__(self, file: Path | None, timer: Callable[[], float] = time.time) -> None:
        self._file = file
        self._timer = timer
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._ready: asyncio.Queue[str] = asyncio.Queue()
        self._waits: defaultdict[str, int] = defaultdict(int)
        self._held: set[str] = set()
        self._database: aiosqlite.Connection | None = None
        self._cleaning: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Open the file; whatever waits in it can be claimed."""
        with _failing():
            if self._file is not None:
                self._file.parent.mkdir(parents=True, exist_ok=True)
            database = await aiosqlite.connect(self._file or ":memory:", isolation_level=None)
            try:
                await database.executescript(_TABLES)
                found = await database.execute_fetchall(_WAITING)
            except sqlite3.Error:
                await database.close()
                raise
        # Without a pause, so that nothing is counted here that comes in meanwhile.
        self._database = database
        for conversation, count in found:
            self._waits[conversation] = count
            self._ready.put_nowait(conversation)
        self._cleaning = asyncio.create_task(self._clean_again_and_again())

    async def close(self) -> None:
        """Close the file."""
        if self._cleaning is not None:
            self._cleaning.cancel()
        if self._database is not None:
            await self._database.close()

    async def get(self, key: str) -> bytes | None:
        """Return a value."""
        found = await self._all("select value from held where key = ? and (until is null or until > ?)", key, self._timer())
        return found[0][0] if found else None

    async def put(self, key: str, value: bytes, seconds: float | None) -> None:
        """Keep a value."""
        until = None if seconds is None else self._timer() + seconds
        await self._do("insert or replace into held values (?, ?, ?)", key, value, until)

    async def delete(self, key: str) -> None:
        """Forget a value."""
        await self._do("delete from held where key = ?", key)

    @asynccontextmanager
    async def lock(self, key: str) -> AsyncIterator[None]:
        """Hold a name; one process, so that a lock of its own is enough."""
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock:
            yield

    async def enqueue(self, entry: Waiting, at: float | None, seconds_known: float) -> bool:
        """Put an entry into the queue, once for each key."""
        until = self._timer() + seconds_known
        is_new = await self._do(_ENQUEUE, entry.key, entry.conversation, at, entry.content, until) > 0
        if is_new:
            self._waits[entry.conversation] += 1
            if self._waits[entry.conversation] == 1 and entry.conversation not in self._held:
                self._ready.put_nowait(entry.conversation)
        return is_new

    async def claim(self) -> str:
        """Wait for a conversation with something to do."""
        conversation = await self._ready.get()
        self._held.add(conversation)
        return conversation

    async def first(self, conversation: str) -> Waiting | None:
        """Return its first entry."""
        found = await self._all(_FIRST, conversation)
        return Waiting(conversation, *found[0]) if found else None

    async def keep(self, entry: Waiting) -> None:
        """Replace the content of an entry."""
        await self._do("update queue set content = ? where key = ? and content is not null", entry.content, entry.key)

    async def finish(self, entry: Waiting) -> None:
        """Delete an entry, but for its key."""
        self._waits[entry.conversation] -= await self._do(
            "update queue set content = null, conversation = '' where key = ? and content is not null", entry.key
        )

    async def release(self, conversation: str) -> None:
        """Give a conversation back."""
        self._held.discard(conversation)
        if self._waits[conversation] > 0:
            self._ready.put_nowait(conversation)
        else:
            del self._waits[conversation]

    async def waiting(self) -> int:
        """Return how many entries wait."""
        return sum(self._waits.values())

    async def add(self, numbers: Mapping[str, int]) -> None:
        """Add to sums. Without a file there are none, for nobody could read them."""
        if self._file is not None:
            async with _opened_sums(self._file.with_name(SUMS_FILE)) as sums:
                await sums.execute(_ADD, (json.dumps(dict(numbers)),))

    async def sums(self) -> dict[str, int]:
        """Return every sum by its name."""
        if self._file is None or not self._file.with_name(SUMS_FILE).exists():
            return {}
        async with _opened_sums(self._file.with_name(SUMS_FILE)) as sums:
            found = await sums.execute_fetchall("select name, number from sums")
        return {str(row[0]): int(row[1]) for row in found}

    async def _all(self, query: str, *values: object) -> list[Any]:
        with _failing():
            return list(await self._open.execute_fetchall(query, values))

    async def _do(self, statement: str, *values: object) -> int:
        with _failing():
            async with self._open.execute(statement, values) as cursor:
                return cursor.rowcount

    async def _clean_again_and_again(self) -> None:
        """Delete what has expired, whether or not anybody asks for it."""
        while True:
            with contextlib.suppress(StoreFailed):
                for statement in _OLD:
                    await self._do(statement, self._timer())
            await asyncio.sleep(SECONDS_BETWEEN_CLEANINGS)

    @property
    def _open(self) -> aiosqlite.Connection:
        if self._database is None:
            raise StoreFailed("not started")
        return self._database


@asynccontextmanager
async def _opened_sums(file: Path) -> AsyncIterator[aiosqlite.Connection]:
    with _failing():
        async with aiosqlite.connect(file, isolation_level=None) as database:
            await database.execute(_SUMS)
            yield database


@contextlib.contextmanager
def _failing() -> Iterator[None]:
    """Make every error of the file one of ours."""
    try:
        yield
    except (sqlite3.Error, OSError, ValueError) as error:
        raise StoreFailed(type(error).__name__) from error
