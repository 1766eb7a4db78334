"""One message of a conversation at a time, in whichever assistant it arrives."""

import asyncio
import contextlib
import multiprocessing
from collections.abc import AsyncIterator, Callable
from multiprocessing.queues import Queue
from typing import Any

import pytest
from rasa.core.lock_store import LockError, LockStore
from rasa.utils.endpoints import EndpointConfig
from redis import Redis
from redis.asyncio import Redis as AsyncRedis

from bot.pipeline import lock_store
from bot.pipeline.lock_store import ConversationLocks
from tests.engines import Engine

pytestmark = pytest.mark.anyio

ASSISTANTS, MESSAGES = 3, 60
SECONDS_UNTIL_IT_HANGS = 30.0
A_MOMENT = 0.01
# Forked, so that they need not load Rasa again.
processes = multiprocessing.get_context("fork")


def locks(url: str = "") -> ConversationLocks:
    """The locks of an assistant, as Rasa makes them from `endpoints.yml`."""
    made = LockStore.create(EndpointConfig(url, type="bot.pipeline.lock_store.ConversationLocks"))
    assert isinstance(made, ConversationLocks)
    return made


@pytest.fixture
async def assistants(redis: Engine) -> AsyncIterator[Callable[[], ConversationLocks]]:
    """Makes assistants that share a Redis."""
    made: list[ConversationLocks] = []

    def make() -> ConversationLocks:
        made.append(locks(redis.url))
        return made[-1]

    yield make
    for one in made:
        assert one._line is not None
        await one._line.close()


@pytest.fixture(params=["alone", "together"])
def two(request: pytest.FixtureRequest) -> tuple[ConversationLocks, ConversationLocks]:
    """One assistant alone, or two that share a Redis."""
    if request.param == "alone":
        alone = locks()
        return alone, alone
    make = request.getfixturevalue("assistants")
    return make(), make()


def client(redis: Engine) -> contextlib.closing[Any]:
    """A client that sees everything."""
    return contextlib.closing(Redis.from_url(redis.url))


async def in_line(redis: Engine, number: int) -> None:
    """Wait until so many stand in the line of conversation `a`."""
    async with asyncio.timeout(SECONDS_UNTIL_IT_HANGS):
        while True:
            with client(redis) as connection:
                if connection.llen("waymark:turn:a") == number:
                    return
            await asyncio.sleep(A_MOMENT)


def race(url: str, results: "Queue[tuple[int, int]]") -> None:
    """Take the same lock again and again, and count how often somebody else was inside, and what went wrong."""

    async def run() -> tuple[int, int]:
        assistant, redis, overlaps, errors = locks(url), AsyncRedis.from_url(url), 0, 0

        async def answer() -> None:
            nonlocal overlaps, errors
            try:
                async with assistant.lock("a"):
                    overlaps += await redis.incr("inside") != 1
                    await redis.get("something that takes a moment")
                    await redis.decr("inside")
            except LockError:
                errors += 1

        await asyncio.gather(*(answer() for _ in range(MESSAGES // 4)))
        for _ in range(MESSAGES - MESSAGES // 4):
            await answer()
        return overlaps, errors

    results.put(asyncio.run(run()))


async def test_assistants_that_race_never_overlap(redis: Engine):
    """Three processes take the lock of one conversation as fast as they can: no overlap, no error, and all come to an end."""
    results: Queue[tuple[int, int]] = processes.Queue()
    started = [processes.Process(target=race, args=(redis.url, results)) for _ in range(ASSISTANTS)]
    for process in started:
        process.start()
    counts = [await asyncio.to_thread(results.get, timeout=SECONDS_UNTIL_IT_HANGS) for _ in started]
    for process in started:
        process.join(SECONDS_UNTIL_IT_HANGS)
    assert counts == [(0, 0)] * ASSISTANTS


async def test_a_conversation_has_one_holder(two: tuple[ConversationLocks, ConversationLocks]):
    """While a message is answered, the next of the conversation waits."""
    inside, most = 0, 0

    async def answer(assistant: ConversationLocks) -> None:
        nonlocal inside, most
        async with assistant.lock("a"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(A_MOMENT)
            inside -= 1

    await asyncio.gather(*(answer(assistant) for assistant in two * 5))
    assert most == 1


async def test_conversations_do_not_wait_for_each_other(two: tuple[ConversationLocks, ConversationLocks]):
    """Somebody else's message is answered meanwhile."""
    async with asyncio.timeout(SECONDS_UNTIL_IT_HANGS), two[0].lock("a"), two[1].lock("b"):
        pass


async def test_who_comes_first_is_served_first(redis: Engine, assistants: Callable[[], ConversationLocks]):
    """Messages are answered in the order in which they came, whichever assistant they came to."""
    one, other = assistants(), assistants()
    served: list[int] = []

    async def answer(assistant: ConversationLocks, number: int) -> None:
        async with assistant.lock("a"):
            served.append(number)

    async with one.lock("a"):
        waiting = []
        for number, assistant in enumerate((other, one, one, other, one, other)):
            waiting.append(asyncio.create_task(answer(assistant, number)))
            await in_line(redis, number + 2)
    await asyncio.gather(*waiting)
    assert served == [0, 1, 2, 3, 4, 5]


async def test_a_failure_gives_the_conversation_back(two: tuple[ConversationLocks, ConversationLocks]):
    """What goes wrong in a turn is told as it is, and the next message is answered."""
    with pytest.raises(TimeoutError):
        async with two[0].lock("a"):
            raise TimeoutError
    async with asyncio.timeout(SECONDS_UNTIL_IT_HANGS), two[1].lock("a"):
        pass


async def test_who_goes_away_leaves_the_line(redis: Engine, assistants: Callable[[], ConversationLocks]):
    """A message that the gateway does not wait for any more holds up nobody."""
    one, other = assistants(), assistants()

    async def wait() -> None:
        async with other.lock("a"):
            pytest.fail("served, though it had gone")

    async with one.lock("a"):
        waiting = asyncio.create_task(wait())
        await in_line(redis, 2)
        waiting.cancel()
        await in_line(redis, 1)
    async with asyncio.timeout(SECONDS_UNTIL_IT_HANGS), one.lock("a"):
        pass


def hold_for_ever(url: str, has_it: Any) -> None:
    """Hold a conversation until killed."""

    async def run() -> None:
        async with locks(url).lock("a"):
            has_it.set()
            await asyncio.Event().wait()

    asyncio.run(run())


async def test_a_killed_assistant_does_not_hold_its_conversation(
    redis: Engine, assistants: Callable[[], ConversationLocks], monkeypatch: pytest.MonkeyPatch
):
    """Its ticket ends by itself, also while others wait behind it."""
    monkeypatch.setattr(lock_store, "SECONDS_OF_A_TICKET", 0.5)
    has_it = processes.Event()
    process = processes.Process(target=hold_for_ever, args=(redis.url, has_it))
    process.start()
    assert await asyncio.to_thread(has_it.wait, SECONDS_UNTIL_IT_HANGS)
    process.kill()
    process.join(SECONDS_UNTIL_IT_HANGS)
    async with asyncio.timeout(SECONDS_UNTIL_IT_HANGS), assistants().lock("a"):
        await in_line(redis, 1)


async def test_who_waits_keeps_the_place(
    redis: Engine, assistants: Callable[[], ConversationLocks], monkeypatch: pytest.MonkeyPatch
):
    """Each look at the line makes a ticket last again, so that no wait is too long for it."""
    one, other = assistants(), assistants()
    async with one.lock("a"):
        waiting = asyncio.create_task(other.lock("a").__aenter__())
        await in_line(redis, 2)
        with client(redis) as connection:
            ticket = f"waymark:turn:a:{connection.lindex('waymark:turn:a', 1).decode()}"
            connection.pexpire(ticket, 1000)
            async with asyncio.timeout(SECONDS_UNTIL_IT_HANGS):
                while connection.pttl(ticket) <= 1000:
                    await asyncio.sleep(A_MOMENT)
        waiting.cancel()
        await in_line(redis, 1)


async def test_nobody_waits_for_ever(assistants: Callable[[], ConversationLocks], monkeypatch: pytest.MonkeyPatch):
    """A line that does not move is given up."""
    monkeypatch.setattr(lock_store, "SECONDS_IN_LINE", 0.05)
    async with assistants().lock("a"):
        with pytest.raises(LockError):
            async with assistants().lock("a"):
                pytest.fail("held twice")


async def test_nothing_stays_behind(redis: Engine, assistants: Callable[[], ConversationLocks]):
    """After a turn Redis holds nothing of it; of a turn whose assistant dies nothing that does not end."""
    async with assistants().lock("web:a"):
        with client(redis) as connection:
            held = connection.keys()
            assert len(held) == 2
            assert all(0 < connection.ttl(key) <= lock_store.SECONDS_OF_A_TICKET for key in held)
    with client(redis) as connection:
        assert connection.keys() == []


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("outage", ["stopped", "paused"])
async def test_while_redis_is_away_it_is_noticed_and_nothing_hangs(
    outage: str, redis: Engine, assistants: Callable[[], ConversationLocks]
):
    """No turn is begun without the lock, whoever is in one can end it, and when Redis is back all goes on."""
    assistant, in_a_turn = assistants(), assistants()
    async with asyncio.timeout(SECONDS_UNTIL_IT_HANGS):
        assert await assistant.is_ready()
        async with contextlib.AsyncExitStack() as turn:
            await turn.enter_async_context(in_a_turn.lock("a"))
            with redis.stopped() if outage == "stopped" else redis.paused():
                assert not await assistant.is_ready()
                with pytest.raises(LockError):
                    async with assistant.lock("b"):
                        pytest.fail("held without Redis")
                await turn.aclose()
        assert await assistant.is_ready()
        async with assistant.lock("c"):
            pass


async def test_who_is_alone_is_always_ready():
    """Without a Redis there is nothing to wait for."""
    assert await locks().is_ready()
