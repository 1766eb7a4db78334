"""One contract for both stores: the file of one machine, and the Redis of many."""

import asyncio
import contextlib
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis import Redis

from bot.content import PROJECT_FOLDER
from tests.engines import Engine
from webhook.stores import embedded, shared
from webhook.stores.embedded import EmbeddedStore
from webhook.stores.shared import SharedStore
from webhook.stores.store import Store, StoreFailed, Waiting

pytestmark = pytest.mark.anyio

A_LONG_TIME = 3600.0
A_MOMENT = 0.01
SECONDS_UNTIL_IT_HANGS = 30.0
LIMIT_OF_AN_OPERATION = shared.SECONDS_FOR_AN_OPERATION
SHORT, LONG = 0.01, 3600.0
# A gateway that claims a conversation and then does nothing more.
HOLDER = """
import asyncio, pathlib, sys
from webhook.stores.embedded import EmbeddedStore
from webhook.stores.shared import SharedStore

async def hold(kind, where):
    store = SharedStore(where) if kind == "shared" else EmbeddedStore(pathlib.Path(where))
    await store.start()
    print(await store.claim(), flush=True)
    await asyncio.Event().wait()

asyncio.run(hold(*sys.argv[1:]))
"""


@pytest.fixture
def anyio_backend() -> str:
    """The event loop of the gateway."""
    return "asyncio"


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is busy with other tests is not an outage."""
    monkeypatch.setattr(shared, "SECONDS_FOR_AN_OPERATION", SECONDS_UNTIL_IT_HANGS)
    monkeypatch.setattr(shared, "SECONDS_FOR_A_LOCK", SECONDS_UNTIL_IT_HANGS)


@dataclass(frozen=True)
class Place:
    """Where a store keeps what it is given: a file, or the address of a Redis."""

    kind: str
    where: str

    def store(self) -> Store:
        """Return a store that keeps things there."""
        return SharedStore(self.where) if self.kind == "shared" else EmbeddedStore(Path(self.where))

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncIterator[Store]:
        """A store that is open for as long as the context lasts."""
        store = self.store()
        await store.start()
        try:
            yield store
        finally:
            await store.close()


@pytest.fixture(params=["embedded", "shared"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Each kind of store in turn."""
    if request.param == "shared":
        return Place("shared", request.getfixturevalue("redis").url)
    return Place("embedded", str(tmp_path / "state" / "gateway.db"))


@pytest.fixture
async def store(place: Place) -> AsyncIterator[Store]:
    """An open store."""
    async with place.opened() as opened:
        yield opened


@pytest.fixture
async def two(place: Place, store: Store) -> AsyncIterator[tuple[Store, Store]]:
    """Two users of the same values: two gateways, where several can share a store; else one gateway twice."""
    if place.kind == "embedded":
        yield store, store
    else:
        async with place.opened() as other:
            yield store, other


@pytest.fixture
async def gateways(redis: Engine) -> AsyncIterator[Callable[[], SharedStore]]:
    """Makes gateways that share a Redis. None has been started, so that they give no signs of life."""
    made: list[SharedStore] = []

    def make() -> SharedStore:
        made.append(SharedStore(redis.url))
        return made[-1]

    yield make
    for gateway in made:
        await gateway.close()


def entry(key: str, conversation: str = "a", content: bytes = b"said") -> Waiting:
    """Something that waits."""
    return Waiting(conversation, key, content)


async def enqueue(store: Store, *entries: Waiting) -> None:
    """Put entries into the queue, in this order."""
    for at, one in enumerate(entries):
        assert await store.enqueue(one, at, LONG)


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(SECONDS_UNTIL_IT_HANGS):
        while not await is_so():
            await asyncio.sleep(A_MOMENT)


def age(redis: Engine) -> None:
    """Make everything that is claimed look as if its gateway had been silent for an hour."""
    with contextlib.closing(Redis.from_url(redis.url)) as client:
        for held in client.xpending_range("waymark:ready", "gateways", "-", "+", 100):
            old = int(A_LONG_TIME * 1000)
            client.xclaim("waymark:ready", "gateways", held["consumer"], 0, [held["message_id"]], idle=old, justid=True)


def keys(redis: Engine) -> set[bytes]:
    """Everything that Redis holds."""
    with contextlib.closing(Redis.from_url(redis.url)) as client:
        return set(client.keys())


# Values


async def test_a_value_is_kept_until_another_takes_its_place(store: Store):
    """What was put last is what is there."""
    assert await store.get("name") is None
    for value in (b"one", b"", b"\x00\xff two"):
        await store.put("name", value, LONG)
        assert await store.get("name") == value
    assert await store.get("another name") is None


async def test_a_value_ends(store: Store):
    """A value is gone when its time is over, and others stay."""
    await store.put("short", b"value", SHORT)
    await store.put("long", b"value", LONG)
    await store.put("for ever", b"value", None)
    await until(lambda: _is_gone("short", store))
    assert await store.get("long") == await store.get("for ever") == b"value"


async def test_a_deleted_value_is_gone(store: Store):
    """Forgetting works at once, and twice."""
    await store.put("name", b"value", None)
    await store.put("another name", b"value", None)
    await store.delete("name")
    await store.delete("name")
    assert await store.get("name") is None
    assert await store.get("another name") == b"value"


async def test_values_survive_a_restart(place: Place):
    """What was kept is there when the gateway comes back."""
    async with place.opened() as before:
        await before.put("name", b"value", LONG)
    async with place.opened() as after:
        assert await after.get("name") == b"value"


# Locks


async def test_a_lock_has_one_holder(two: tuple[Store, Store]):
    """Whoever wants a name that somebody holds waits for it, in every gateway."""
    inside, most = 0, 0

    async def work(store: Store) -> None:
        nonlocal inside, most
        async with store.lock("name"):
            inside += 1
            most = max(most, inside)
            await store.get("something that takes a moment")
            inside -= 1

    await asyncio.gather(*(work(store) for store in two * 5))
    assert most == 1


async def test_locks_of_two_names_do_not_wait_for_each_other(two: tuple[Store, Store]):
    """Two conversations go on at the same time."""
    async with asyncio.timeout(SECONDS_UNTIL_IT_HANGS), two[0].lock("name"), two[1].lock("another name"):
        pass


async def test_a_lock_is_given_back_after_a_failure(two: tuple[Store, Store]):
    """What failed while it was held does not hold it for ever."""
    with contextlib.suppress(ZeroDivisionError):
        async with two[0].lock("name"):
            raise ZeroDivisionError
    async with asyncio.timeout(SECONDS_UNTIL_IT_HANGS), two[1].lock("name"):
        pass


async def test_nobody_waits_long_for_a_lock(gateways: Callable[[], SharedStore], monkeypatch: pytest.MonkeyPatch):
    """A person cannot wait for a gateway that holds a name and does not let go."""
    monkeypatch.setattr(shared, "SECONDS_FOR_A_LOCK", 0.05)
    async with gateways().lock("name"):
        with pytest.raises(StoreFailed):
            async with gateways().lock("name"):
                pytest.fail("held twice")


async def test_nobody_waits_for_giving_a_lock_back(
    redis: Engine, gateways: Callable[[], SharedStore], monkeypatch: pytest.MonkeyPatch
):
    """When Redis goes away meanwhile, the answer goes out all the same; when it is back, so is the lock."""
    monkeypatch.setattr(shared, "SECONDS_FOR_AN_OPERATION", A_LONG_TIME)
    store = gateways()
    async with asyncio.timeout(SECONDS_UNTIL_IT_HANGS):
        async with contextlib.AsyncExitStack() as turn:
            await turn.enter_async_context(store.lock("name"))
            with redis.paused():
                await turn.aclose()
        async with store.lock("name"):
            pass


# The queue


async def test_an_entry_is_taken_once(store: Store):
    """What a provider sends again is not answered again, whether or not the first has been."""
    assert await store.enqueue(entry("key"), 1, LONG)
    assert not await store.enqueue(entry("key"), 2, LONG)
    assert not await store.enqueue(entry("key", "another conversation"), 2, LONG)
    assert await store.claim() == "a"
    await store.finish(entry("key"))
    await store.release("a")
    assert not await store.enqueue(entry("key"), 3, LONG)
    assert await store.waiting() == 0


async def test_a_key_is_forgotten_in_the_end(store: Store, monkeypatch: pytest.MonkeyPatch):
    """Keys do not pile up."""
    await _forgets(store, monkeypatch)


async def test_the_order_is_that_of_the_moments(store: Store):
    """Each conversation is answered in the order in which it was written; what was written at one moment, as it came."""
    written = [("third", 7.5), ("first", 1.0), ("fourth", 8.0), ("second", 2.0), ("b fifth", 8.0), ("a sixth", 8.0)]
    for key, at in written:
        await store.enqueue(entry(key), at, LONG)
    assert await _in_order(store) == ["first", "second", "third", "fourth", "b fifth", "a sixth"]


async def test_what_has_no_moment_comes_last(store: Store):
    """A provider that tells no time hands in one after another, to gateways whose clocks need not agree."""
    for key, at in (("a first", None), ("third", 7.5), ("second", 2.0), ("b fourth", None), ("a fifth", None)):
        await store.enqueue(entry(key), at, LONG)
    assert await _in_order(store) == ["a first", "second", "third", "b fourth", "a fifth"]


async def _in_order(store: Store) -> list[str]:
    """Finish everything of the one conversation that waits, and return it as it came."""
    assert await store.claim() == "a"
    answered = []
    while (first := await store.first("a")) is not None:
        answered.append(first.key)
        await store.finish(first)
    return answered


async def test_an_entry_is_what_was_put_in(store: Store):
    """Contents are bytes of any kind; conversations do not see each other's."""
    await enqueue(store, entry("key", "a", b"\x00\xff"), entry("another key", "b", b"other"))
    for conversation in (await store.claim(), await store.claim()):
        expected = entry("key", "a", b"\x00\xff") if conversation == "a" else entry("another key", "b", b"other")
        assert await store.first(conversation) == expected


async def test_what_is_done_of_an_entry_is_kept(place: Place):
    """A page that was delivered is not delivered again after a restart."""
    async with place.opened() as before:
        await enqueue(before, entry("key", content=b"two pages"))
        await before.claim()
        await before.keep(entry("key", content=b"one page"))
        await before.release("a")
    async with place.opened() as after:
        await after.claim()
        assert await after.first("a") == entry("key", content=b"one page")


async def test_a_conversation_has_one_holder(two: tuple[Store, Store]):
    """While a conversation is held, nobody else can claim it, whatever comes into it."""
    holder, other = two
    await enqueue(holder, entry("one"))
    assert await holder.claim() == "a"
    await holder.enqueue(entry("two"), 2, LONG)
    await holder.enqueue(entry("three", "b"), 3, LONG)
    assert await other.claim() == "b"
    assert await holder.first("a") == entry("one")


async def test_what_comes_when_all_is_done_waits_for_the_holder(two: tuple[Store, Store]):
    """Between its last answer and giving back, a conversation still has its holder."""
    holder, other = two
    await enqueue(holder, entry("one"))
    await holder.claim()
    await holder.finish(entry("one"))
    await holder.enqueue(entry("two"), 2, LONG)
    await holder.enqueue(entry("three", "b"), 3, LONG)
    assert await other.claim() == "b"
    await holder.release("a")
    assert await other.claim() == "a"
    assert await other.first("a") == entry("two")


async def test_what_still_waits_can_be_claimed_again(two: tuple[Store, Store]):
    """A conversation that is given back with something in it is claimed again; an empty one is not."""
    holder, other = two
    await enqueue(holder, entry("one"), entry("two"), entry("three", "b"))
    assert {await holder.claim(), await holder.claim()} == {"a", "b"}
    for done in (entry("one"), entry("three", "b")):
        await holder.finish(done)
        await holder.release(done.conversation)
    assert await other.claim() == "a"
    await other.finish(entry("two"))
    await other.release("a")
    await holder.enqueue(entry("four", "c"), 4, LONG)
    assert await holder.claim() == "c"


async def test_a_claim_waits_for_something_to_do(two: tuple[Store, Store]):
    """Who claims sleeps until an entry comes."""
    claim = asyncio.create_task(two[0].claim())
    await asyncio.sleep(A_MOMENT)
    assert not claim.done()
    await enqueue(two[1], entry("key"))
    assert await asyncio.wait_for(claim, SECONDS_UNTIL_IT_HANGS) == "a"


async def test_waiting_entries_are_counted(store: Store):
    """Those who watch over Waymark see how many wait."""
    await enqueue(store, entry("one"), entry("two"), entry("three", "b"))
    assert await store.waiting() == 3
    await store.claim()
    await store.finish(entry("one"))
    await store.finish(entry("one"))
    assert await store.waiting() == 2


async def test_entries_survive_a_restart(place: Place):
    """What waited when the gateway was ended is answered when it comes back, in order."""
    async with place.opened() as before:
        await enqueue(before, entry("one"), entry("two"))
    async with place.opened() as after:
        assert await after.claim() == "a"
        assert await after.first("a") == entry("one")
        assert not await after.enqueue(entry("two"), 1, LONG)
        assert await after.waiting() == 2


async def test_the_conversation_of_a_killed_gateway_is_taken_over(place: Place, request: pytest.FixtureRequest):
    """A gateway that is killed in the middle of a message holds nothing for long."""
    async with place.opened() as before:
        await enqueue(before, entry("key"))
    command = [sys.executable, "-c", HOLDER, place.kind, place.where]
    with subprocess.Popen(command, cwd=PROJECT_FOLDER, stdout=subprocess.PIPE, text=True) as gateway:
        assert gateway.stdout is not None
        assert gateway.stdout.readline() == "a\n"
        gateway.kill()
    if place.kind == "shared":
        age(request.getfixturevalue("redis"))
    async with place.opened() as after:
        assert await asyncio.wait_for(after.claim(), SECONDS_UNTIL_IT_HANGS) == "a"
        assert await after.first("a") == entry("key")


# Sums


async def test_sums_grow(two: tuple[Store, Store]):
    """Whatever gateways add at the same moment is in the sums; others stay as they are."""
    one, other = two
    await asyncio.gather(*(store.add({"a": 1, "b": 2}) for store in (one, other) * 5))
    await one.add({"b": 3, "a name in Welsh: môr": 4})
    assert await other.sums() == {"a": 10, "b": 23, "a name in Welsh: môr": 4}


async def test_sums_are_read_beside_the_gateway(place: Place):
    """Whoever makes the page asks while a gateway runs, and after it has ended."""
    async with place.opened() as gateway:
        assert await _read_beside(place) == {}
        await gateway.add({"a": 1})
        assert await _read_beside(place) == {"a": 1}
    assert await _read_beside(place) == {"a": 1}


async def test_who_reads_sums_makes_no_file(tmp_path: Path):
    """A file made by somebody else could be one that the gateway may not write."""
    assert await EmbeddedStore(tmp_path / "gateway.db").sums() == {}
    assert list(tmp_path.iterdir()) == []


async def test_sums_that_cannot_be_read_are_an_error(tmp_path: Path):
    """Nobody takes a broken file for one without counts."""
    (tmp_path / embedded.SUMS_FILE).write_bytes(b"no database at all" * 100)
    store = EmbeddedStore(tmp_path / "gateway.db")
    for attempt in (store.sums, lambda: store.add({"a": 1})):
        with pytest.raises(StoreFailed):
            await attempt()


async def test_without_a_file_there_are_no_sums():
    """They end with the process, and nobody else could read them."""
    store = EmbeddedStore(None)
    await store.add({"a": 1})
    assert await store.sums() == {}


# The file alone


async def test_what_has_ended_is_deleted_from_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What nobody asks for any more does not stay behind."""
    place = Place("embedded", str(tmp_path / "gateway.db"))
    async with place.opened() as store:
        await store.put("name", b"value", SHORT)
        await until(lambda: _is_gone("name", store))
    monkeypatch.setattr(embedded, "SECONDS_BETWEEN_CLEANINGS", A_MOMENT)
    async with place.opened() as store:
        await _forgets(store, monkeypatch)
    with contextlib.closing(sqlite3.connect(place.where)) as file:
        assert file.execute("select count(*) from held").fetchall() == [(0,)]


async def test_a_file_that_cannot_be_opened_is_tried_again(tmp_path: Path):
    """Until the file is in order every operation fails, and then none does."""
    file = tmp_path / "gateway.db"
    file.write_bytes(b"no database at all" * 100)
    store = EmbeddedStore(file)
    for attempt in (store.start, lambda: store.get("name"), lambda: store.enqueue(entry("key"), 1, LONG)):
        with pytest.raises(StoreFailed):
            await attempt()
    file.unlink()
    await store.start()
    await enqueue(store, entry("key"))
    assert await store.claim() == "a"
    await store.close()


# Redis alone


def _operations(store: SharedStore) -> dict[str, Callable[[], Awaitable[object]]]:
    async def lock() -> None:
        async with store.lock("name"):
            pass

    return {
        "start": store.start,
        "get": lambda: store.get("name"),
        "put": lambda: store.put("name", b"value", LONG),
        "delete": lambda: store.delete("name"),
        "lock": lock,
        "enqueue": lambda: store.enqueue(entry("key"), 1, LONG),
        "claim": store.claim,
        "first": lambda: store.first("a"),
        "keep": lambda: store.keep(entry("one")),
        "finish": lambda: store.finish(entry("one")),
        "waiting": store.waiting,
        "add": lambda: store.add({"a": 1}),
        "sums": store.sums,
        "release": lambda: store.release("a"),
    }


@pytest.mark.parametrize("outage", ["stopped", "paused"])
async def test_while_redis_is_away_everything_fails_and_nothing_hangs(
    outage: str, redis: Engine, gateways: Callable[[], SharedStore], monkeypatch: pytest.MonkeyPatch
):
    """Every operation says in time that it could not be done; when Redis is back, all can."""
    monkeypatch.setattr(shared, "SECONDS_FOR_AN_OPERATION", LIMIT_OF_AN_OPERATION)
    store = gateways()
    await store.start()
    await enqueue(store, entry("one"))
    assert await store.claim() == "a"
    with redis.stopped() if outage == "stopped" else redis.paused():
        for operation in _operations(store).values():
            with pytest.raises(StoreFailed):
                await asyncio.wait_for(operation(), SECONDS_UNTIL_IT_HANGS)
    await store.put("name", b"value", LONG)
    assert await store.get("name") == b"value"
    await store.enqueue(entry("two", "b"), 2, LONG)
    async with asyncio.timeout(SECONDS_UNTIL_IT_HANGS):
        while await store.claim() != "b":  # what was asked for in vain may have been done all the same
            pass


@pytest.mark.parametrize("end", [Engine.stop, Engine.kill])
async def test_redis_comes_back_with_what_it_was_given(
    end: Callable[[Engine], None], redis: Engine, gateways: Callable[[], SharedStore]
):
    """What was kept, and what was taken into the queue, outlives the end and the crash of a Redis that writes to disk."""
    store = gateways()
    await store.put("name", b"value", LONG)
    await enqueue(store, entry("one"), entry("two"))
    end(redis)
    redis.start()
    assert await store.get("name") == b"value"
    assert await asyncio.wait_for(store.claim(), SECONDS_UNTIL_IT_HANGS) == "a"
    assert await store.first("a") == entry("one")
    assert await store.waiting() == 2


async def test_redis_may_come_back_empty(redis: Engine, gateways: Callable[[], SharedStore]):
    """A new Redis in the place of the old one is used without a restart of the gateways."""
    store = gateways()
    await store.start()
    with contextlib.closing(Redis.from_url(redis.url)) as client:
        client.flushall()
    await enqueue(store, entry("key"))
    assert await asyncio.wait_for(store.claim(), SECONDS_UNTIL_IT_HANGS) == "a"
    await store.release("a")
    assert await asyncio.wait_for(store.claim(), SECONDS_UNTIL_IT_HANGS) == "a"


async def test_signs_of_life_keep_a_conversation(
    redis: Engine, gateways: Callable[[], SharedStore], monkeypatch: pytest.MonkeyPatch
):
    """A gateway that works for long says so, and keeps what it holds."""
    monkeypatch.setattr(shared, "SECONDS_BETWEEN_SIGNS_OF_LIFE", A_MOMENT)
    store = gateways()
    await enqueue(store, entry("key"))
    await store.claim()
    age(redis)
    await store.start()

    async def is_fresh() -> bool:
        with contextlib.closing(Redis.from_url(redis.url)) as client:
            held = client.xpending_range("waymark:ready", "gateways", "-", "+", 1)[0]
        return bool(held["time_since_delivered"] < shared.MILLISECONDS_UNTIL_TAKEN_OVER)

    await until(is_fresh)


async def test_who_comes_back_too_late_has_lost_the_conversation(
    redis: Engine, gateways: Callable[[], SharedStore], monkeypatch: pytest.MonkeyPatch
):
    """A gateway that was thought dead neither gives nor takes away what another holds now."""
    late, other, third = gateways(), gateways(), gateways()
    await enqueue(late, entry("one"), entry("two"))
    await late.claim()
    age(redis)
    assert await other.claim() == "a"

    monkeypatch.setattr(shared, "SECONDS_BETWEEN_SIGNS_OF_LIFE", A_MOMENT)
    await late.start()

    async def has_noticed() -> bool:
        try:
            return await late.first("a") is None
        except StoreFailed:
            return True

    await until(has_noticed)
    with pytest.raises(StoreFailed):
        await late.keep(entry("one", content=b"less"))
    await late.release("a")
    assert await other.first("a") == entry("one")
    await third.enqueue(entry("three", "b"), 3, LONG)
    assert await third.claim() == "b"


async def test_a_late_release_gives_nothing_back(redis: Engine, gateways: Callable[[], SharedStore]):
    """Who has not noticed yet that another has taken over cannot give back what is the other's."""
    late, other, third = gateways(), gateways(), gateways()
    await enqueue(late, entry("one"))
    await late.claim()
    age(redis)
    assert await other.claim() == "a"
    await late.release("a")
    await third.enqueue(entry("two", "b"), 2, LONG)
    assert await third.claim() == "b"
    await other.release("a")
    assert await third.claim() == "a"


async def test_a_dead_gateway_is_found_behind_many_that_live(redis: Engine, gateways: Callable[[], SharedStore]):
    """Those who work for long do not hide one who has died."""
    dead, living, third = gateways(), gateways(), gateways()
    await enqueue(living, *(entry(f"key {number}", f"conversation {number}") for number in range(50)))
    for _ in range(50):
        await living.claim()
    await dead.enqueue(entry("key"), 1, LONG)
    await dead.claim()
    with contextlib.closing(Redis.from_url(redis.url)) as client:
        last = client.xpending_range("waymark:ready", "gateways", "-", "+", 100)[-1]
        client.xclaim("waymark:ready", "gateways", "dead", 0, [last["message_id"]], idle=int(A_LONG_TIME * 1000))
    assert await asyncio.wait_for(third.claim(), SECONDS_UNTIL_IT_HANGS) == "a"


async def test_nothing_stays_behind(redis: Engine, gateways: Callable[[], SharedStore]):
    """Of a message that was answered nothing is left but its key, even if its content comes late."""
    store = gateways()
    await store.start()
    await store.enqueue(entry("key"), 1, LONG)
    await store.claim()
    await store.finish(entry("key"))
    await store.keep(entry("key", content=b"late"))
    await store.release("a")
    assert keys(redis) == {b"waymark:ready", b"waymark:waiting", b"waymark:known:key"}
    with contextlib.closing(Redis.from_url(redis.url)) as client:
        assert client.ttl("waymark:known:key") > 0
        assert client.xlen("waymark:ready") == 0


async def _read_beside(place: Place) -> dict[str, int]:
    store = place.store()
    try:
        return await store.sums()
    finally:
        await store.close()


async def _is_gone(name: str, store: Store) -> bool:
    return await store.get(name) is None


async def _forgets(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a key forgotten, and wait until it is."""
    monkeypatch.setattr(embedded, "SECONDS_BETWEEN_CLEANINGS", A_MOMENT)
    await store.enqueue(entry("key"), 1, SHORT)
    await store.claim()
    await store.finish(entry("key"))
    await store.release("a")

    async def is_new() -> bool:
        return await store.enqueue(entry("key"), 2, LONG)

    await until(is_new)
