"""Rasa's side of the gateway notices when its stores are away: a turn that cannot be kept is not answered."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage, register
from rasa.core.tracker_store import FailSafeTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.utils.endpoints import EndpointConfig
from sanic import Sanic

from bot.pipeline import gateway_channel
from bot.pipeline.gateway_channel import GatewayInput
from bot.pipeline.lock_store import ConversationLocks
from bot.pipeline.tracker_store import WordlessTrackerStore
from tests.engines import Engine
from tests.pipeline.conftest import Stores
from waymark.supervisor import LOOPBACK, free_port

pytestmark = pytest.mark.anyio

TOKEN = "token"
SECONDS_UNTIL_IT_HANGS = 60.0
Talk = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


class Counting:
    """Stands in for Rasa's processor, which needs a trained model: it counts the turns of each conversation.

    Like the real one it reads the conversation at the beginning of a turn and keeps it at the end. `is_open`: whether turns
    come to their end.
    """

    def __init__(self, tracker_store: TrackerStore) -> None:
        self.tracker_store = tracker_store
        self.is_open = asyncio.Event()
        self.is_open.set()
        self.begun = 0

    async def handle_message(self, message: UserMessage) -> None:
        """Answer with the number of the turn."""
        tracker = await self.tracker_store.get_or_create_tracker(message.sender_id, append_action_listen=False)
        self.begun += 1
        turn = int(tracker.get_slot("turns") or 0) + 1
        await self.is_open.wait()
        heard = UserUttered(message.text, {"name": "inform"}, message_id=message.message_id)
        tracker.update_with_events([heard, SlotSet("turns", turn)], Domain.empty())
        await message.output_channel.send_response(message.sender_id, {"text": str(turn)})
        await self.tracker_store.save(tracker)


def rasa(store: WordlessTrackerStore, redis_url: str, domain: Domain) -> Agent:
    """Rasa's agent, which wraps our store as it always does, but without a model."""
    agent = Agent(domain, tracker_store=store, lock_store=ConversationLocks(EndpointConfig(redis_url)))
    assert isinstance(agent.tracker_store, FailSafeTrackerStore)
    agent.processor = Counting(agent.tracker_store)
    return agent


@asynccontextmanager
async def served(agent: Agent) -> AsyncIterator[httpx.AsyncClient]:
    """The channel on Rasa's own kind of server; the agent is loaded as Rasa loads it, before the server starts."""
    Sanic._app_registry.clear()
    Sanic.test_mode = True  # it rewrites its own methods when it starts, and otherwise can do so only once
    app, port = Sanic("rasa", configure_logging=False), free_port()
    register([GatewayInput(TOKEN)], app, "/webhooks/")

    async def load(app: Sanic, _: Any) -> None:
        app.ctx.agent = agent

    app.register_listener(load, "before_server_start")
    server = await app.create_server(LOOPBACK, port, return_asyncio_server=True)
    await server.startup()
    await server.before_start()
    await server.after_start()
    headers = {"authorization": f"Bearer {TOKEN}"}
    url = f"http://{LOOPBACK}:{port}/webhooks/gateway"
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=SECONDS_UNTIL_IT_HANGS) as client:
        yield client
    await server.before_stop()
    await server.close()
    for connection in server.connections:
        connection.close_if_idle()
    await server.after_stop()
    if agent.lock_store._line is not None:
        await agent.lock_store._line.close()


@pytest.fixture(autouse=True)
def _words_are_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """The word lists of all languages take long to load, and nothing is read here."""
    monkeypatch.setattr(gateway_channel, "shared_knowledge", lambda: SimpleNamespace(is_ready=True))


@pytest.fixture
def talk(stores: Stores, domain: Domain) -> Talk:
    """Serves an assistant with these stores."""

    def serve(database: Engine, redis_url: str = "") -> AbstractAsyncContextManager[httpx.AsyncClient]:
        return served(rasa(stores(database.url), redis_url, domain))

    return serve


async def say(client: httpx.AsyncClient, sender: str = "web:a", message_id: str | None = None) -> str | int:
    """Say something; return the number of the turn, or the status if it was not answered."""
    id_ = message_id or uuid.uuid4().hex
    body = {"text": "hello", "sender": sender, "channel": "web", "message_id": id_, "metadata": {}}
    answer = await client.post("/message", json=body)
    return answer.json()[0]["text"] if answer.status_code == 200 else answer.status_code


async def until_ready(client: httpx.AsyncClient) -> None:
    """Wait until the assistant says that it is ready."""
    async with asyncio.timeout(SECONDS_UNTIL_IT_HANGS):
        while (await client.get("/ready")).status_code != 200:
            await asyncio.sleep(0.01)


async def statuses(client: httpx.AsyncClient) -> dict[str, int]:
    """What each route answers now."""
    message = {"text": "hello", "sender": "web:a", "channel": "web", "message_id": "id", "metadata": {}}
    bodies = {
        "/message": message,
        "/forget": {"sender": "web:nobody"},
        "/forget-idle": {"seconds": {"sms": 43200}, "otherwise": 1800},
    }
    found = {path: (await client.post(path, json=body)).status_code for path, body in bodies.items()}
    return {**found, "/ready": (await client.get("/ready")).status_code}


async def test_nobody_else_gets_in(postgres: Engine, talk: Talk):
    """Without the gateway's token there is no answer, whatever is asked."""
    async with talk(postgres) as client:
        client.headers["authorization"] = "Bearer another"
        assert set((await statuses(client)).values()) == {401}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("outage", ["stopped", "paused"])
async def test_an_outage_of_the_database_is_noticed_and_ends(outage: str, postgres: Engine, talk: Talk):
    """While it is away nothing is answered from memory and the assistant is not ready; afterwards it goes on where it was."""
    async with talk(postgres) as client:
        assert [await say(client), await say(client)] == ["1", "2"]
        assert set((await statuses(client)).values()) == {200}
        with postgres.stopped() if outage == "stopped" else postgres.paused():
            assert set((await statuses(client)).values()) == {503}
            assert await say(client, "web:somebody new") == 503
        await until_ready(client)
        assert await say(client) == "4"


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("outage", ["stopped", "paused"])
async def test_an_outage_of_redis_is_noticed_and_ends(outage: str, postgres: Engine, redis: Engine, talk: Talk):
    """Without the lock no turn is begun, for another assistant may be in one."""
    async with talk(postgres, redis.url) as client:
        assert await say(client) == "1"
        with redis.stopped() if outage == "stopped" else redis.paused():
            found = await statuses(client)
            assert {path for path, status in found.items() if status == 503} == {"/message", "/forget", "/ready"}
        await until_ready(client)
        assert await say(client) == "2"


async def test_the_database_may_be_away_at_the_start(postgres: Engine, talk: Talk):
    """Rasa comes up all the same, says that it is not ready, and is when the database is."""
    with postgres.stopped():
        client = await (serving := talk(postgres)).__aenter__()
        assert set((await statuses(client)).values()) == {503}
    await until_ready(client)
    assert await say(client) == "1"
    await serving.__aexit__(None, None, None)


async def test_a_database_that_ends_within_a_turn_is_noticed(postgres: Engine, stores: Stores, domain: Domain):
    """What cannot be kept at the end of a turn was not answered."""
    agent = rasa(stores(postgres.url), "", domain)
    async with served(agent) as client:
        assert await say(client) == "1"
        agent.processor.is_open.clear()
        turn = asyncio.create_task(say(client))
        await _until(lambda: agent.processor.begun == 2)
        with postgres.stopped():
            agent.processor.is_open.set()
            assert await turn == 503
        assert await say(client) == "2"


async def test_what_is_forgotten_is_not_kept_again(postgres: Engine, stores: Stores, domain: Domain):
    """A person who leaves in the middle of an answer leaves nothing behind."""
    agent = rasa(stores(postgres.url), "", domain)
    async with served(agent) as client:
        agent.processor.is_open.clear()
        turn = asyncio.create_task(say(client))
        await _until(lambda: agent.processor.begun == 1)
        forgetting = asyncio.create_task(client.post("/forget", json={"sender": "web:a"}))
        await asyncio.sleep(0.05)
        agent.processor.is_open.set()
        assert await turn == "1"
        assert (await forgetting).status_code == 200
        assert await agent.tracker_store.retrieve("web:a") is None


async def test_two_assistants_go_on_with_each_others_conversations(
    postgres: Engine, redis: Engine, stores: Stores, domain: Domain
):
    """Whichever assistant a message comes to, and when many come at once, each turn is counted once."""
    one, other = (rasa(stores(postgres.url), redis.url, domain) for _ in range(2))
    async with served(one) as first, served(other) as second:
        turns = await asyncio.gather(*(say(client) for client in [first, second] * 10))
        assert sorted(turns, key=int) == [str(turn) for turn in range(1, 21)]


async def test_a_message_that_comes_again_is_read_once(postgres: Engine, redis: Engine, stores: Stores, domain: Domain):
    """A gateway that dies before it has passed an answer on leaves a message that another asks about once more."""
    one, other = (rasa(stores(postgres.url), redis.url, domain) for _ in range(2))
    async with served(one) as first, served(other) as second:
        assert [await say(first, message_id="a"), await say(first, message_id="b")] == ["1", "2"]
        assert await say(second, message_id="b") == "2"
        assert await say(second, message_id="c") == "3"


async def test_a_message_that_waited_for_too_long_is_not_read(
    postgres: Engine, stores: Stores, domain: Domain, monkeypatch: pytest.MonkeyPatch
):
    """The gateway has given the safe reply; what was said after it may be read already, and must stay the last word."""
    monkeypatch.setattr(gateway_channel, "SECONDS_WORTH_WAITING", 0.05)
    agent = rasa(stores(postgres.url), "", domain)
    async with served(agent) as client:
        async with agent.lock_store.lock("web:a"):
            late = asyncio.create_task(say(client))
            await asyncio.sleep(2 * gateway_channel.SECONDS_WORTH_WAITING)
        assert await late == 503
        assert agent.processor.begun == 0


async def test_messages_over_what_can_be_read_wait_outside(postgres: Engine, stores: Stores, domain: Domain):
    """However many come at once, few are begun: whoever waits for too long can still be told so at no cost."""
    agent = rasa(stores(postgres.url), "", domain)
    async with served(agent) as client:
        agent.processor.is_open.clear()
        all_at_once = [asyncio.create_task(say(client, f"web:{number}")) for number in range(20)]
        await _until(lambda: agent.processor.begun == gateway_channel.MESSAGES_AT_ONCE)
        agent.processor.is_open.set()
        assert await asyncio.gather(*all_at_once) == ["1"] * 20


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS_UNTIL_IT_HANGS):
        while not is_so():
            await asyncio.sleep(0.01)
