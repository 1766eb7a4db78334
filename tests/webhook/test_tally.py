"""Conversations are counted once, when they are shown whom to ring, and no answer waits for that."""

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.responses import JSONResponse, Response

from bot.tally import CHARTS
from tests.fakes import FakeRasa
from waymark.supervisor import Supervisor
from webhook import app as application
from webhook import tally
from webhook.app import create_app
from webhook.conversations import Conversation, begin
from webhook.gateway import Gateway, build_store
from webhook.stores.embedded import EmbeddedStore
from webhook.stores.store import StoreFailed
from webhook.tally import FEWEST_AT_ONCE, Tally

OCTOBER = dt.datetime(2026, 10, 31, 21, 30, tzinfo=dt.UTC)
NOVEMBER = dt.datetime(2026, 11, 1, 0, 30, tzinfo=dt.UTC)
SHOWN = {"area": ["stockport"], "kind": ["criminal", "labour"]}
A_LIST = {"text": "ring", "language": "en", "buttons": [], "services": [{"id": "police-101"}], "tally": SHOWN}
A_QUESTION = {"text": "where?", "language": "en", "buttons": [], "custom": {"asks": "area"}}
OF_ONE = {
    "conversations all": 1,
    "channel web": 1,
    "audience public": 1,
    "language en": 1,
    "area stockport": 1,
    "kind criminal": 1,
    "kind labour": 1,
    "hour 20": 1,
}


class Sums:
    """The sums of a store that may be away."""

    def __init__(self) -> None:
        self.added: list[Mapping[str, int]] = []
        self.is_away = False

    async def add(self, numbers: Mapping[str, int]) -> None:
        """Take them, or fail."""
        if self.is_away:
            raise StoreFailed("away")
        self.added.append(numbers)


@pytest.fixture(autouse=True)
def _nobody_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "randbelow", lambda number: number - 1)


@pytest.fixture
def _in_october(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Gateway, "now", lambda gateway: OCTOBER)


def conversation(**values: Any) -> Conversation:
    """A conversation on the web."""
    return begin(**{"language": "en", "channel": "web", "area": None, "audience": None, "idle_minutes": 30, **values})


def noted(counting: Tally, number: int, now: dt.datetime = OCTOBER) -> None:
    """Show so many people whom to ring."""
    for _ in range(number):
        counting.note(conversation(), [A_LIST], now)


def talk(said: list[list[str]], folder: Path, **environment: str) -> dict[str, int]:
    """Hold conversations with a gateway until it ends, and return the sums."""

    async def hold() -> dict[str, int]:
        state = {"WAYMARK_ASSISTANT_TOKEN": "token", "WAYMARK_STATE": str(folder)}
        app = create_app({**state, **environment})
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://gateway")
        async with app.router.lifespan_context(app), client:
            for texts in said:
                started = (await client.post("/api/conversations", json={})).json()
                for text in texts:
                    reply = await client.post(f"/api/conversations/{started['conversation_id']}/messages", json={"text": text})
                    assert reply.status_code == 200
        return await build_store("", str(folder)).sums()

    return asyncio.run(hold())


async def first_a_question(message: dict[str, Any]) -> Response:
    """Ask; to anything but "hello" show whom to ring."""
    return JSONResponse([A_QUESTION if message["text"] == "hello" else A_LIST])


@pytest.mark.usefixtures("_in_october")
def test_a_conversation_is_counted_once(rasa: FakeRasa, tmp_path: Path):
    """When it is first shown whom to ring; not for a question of ours, and not for a second list."""
    rasa.answer = first_a_question
    sums = talk([["hello"], ["hello", "in Stockport", "and then?"]], tmp_path, WAYMARK_ASSISTANT_URL=rasa.url)
    assert sums == {f"2026-10 {name}": number for name, number in OF_ONE.items()}


def test_every_chart_is_counted():
    """No chart is forgotten, and none is made up."""
    assert {name.split()[0] for name in OF_ONE} == set(CHARTS)


def test_tests_are_not_counted(rasa: FakeRasa, tmp_path: Path):
    """What testers say is not what people ask for."""
    rasa.answer = first_a_question
    assert talk([["in Stockport"]], tmp_path, WAYMARK_ASSISTANT_URL=rasa.url, WAYMARK_TEST_MODE="1") == {}


def test_notes_that_are_checked_are_not_counted(rasa: FakeRasa, tmp_path: Path):
    """Nothing of them is kept, a count neither."""

    async def hold() -> dict[str, int]:
        app = create_app(
            {"WAYMARK_ASSISTANT_TOKEN": "token", "WAYMARK_ASSISTANT_URL": rasa.url, "WAYMARK_STATE": str(tmp_path)}
        )
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://gateway")
        async with app.router.lifespan_context(app), client:
            assert (await client.post("/api/check", json={"text": "a boy of 15 works in Stockport"})).status_code == 200
        return await build_store("", str(tmp_path)).sums()

    assert asyncio.run(hold()) == {}


@pytest.mark.usefixtures("_in_october")
def test_what_runs_counts_too(running: Supervisor, tmp_path: Path):
    """The real assistant says where and what it is about; practice and answers are not counted, danger is."""
    of_running = {name: running._environment[name] for name in ("WAYMARK_ASSISTANT_URL", "WAYMARK_ASSISTANT_TOKEN")}
    danger = ["he has a knife at her throat"]
    practice = ["I want to practise"]
    question = ["what does the helpline do?"]
    story = ["a man of 30 is made to work for no pay in a car wash in Stockport, nobody is in danger now", "someone else"]
    sums = talk([danger, practice, question, story], tmp_path, **of_running)
    assert sums["2026-10 conversations all"] == 2
    assert sums["2026-10 area stockport"] == sums["2026-10 area not_said"] == 1
    assert sums["2026-10 kind labour"] == 1


def test_sums_are_written_several_at_a_time(tmp_path: Path):
    """What one conversation adds cannot be seen in the store, step by step."""
    store = Sums()
    counting = Tally(store, is_counting=True)  # type: ignore[arg-type]
    noted(counting, FEWEST_AT_ONCE - 1)
    asyncio.run(counting.write(OCTOBER))
    assert store.added == []
    noted(counting, 1)
    asyncio.run(counting.write(OCTOBER))
    asyncio.run(counting.write(OCTOBER, fewest=1))
    assert store.added == [{f"2026-10 {name}": FEWEST_AT_ONCE for name in OF_ONE}]


def test_nothing_is_added_to_a_month_that_is_over():
    """What was counted on its last evening and is written afterwards belongs to the next."""
    store = Sums()
    counting = Tally(store, is_counting=True)  # type: ignore[arg-type]
    noted(counting, FEWEST_AT_ONCE, OCTOBER)
    asyncio.run(counting.write(NOVEMBER))
    (added,) = store.added
    assert {name.split()[0] for name in added} == {"2026-11"}
    assert "2026-11 hour 20" in added


def test_a_store_that_fails_loses_nothing_and_keeps_nobody_waiting():
    """What could not be written is written with the next."""
    store = Sums()
    counting = Tally(store, is_counting=True)  # type: ignore[arg-type]
    noted(counting, FEWEST_AT_ONCE)
    store.is_away = True
    asyncio.run(counting.write(OCTOBER))
    noted(counting, 1)
    store.is_away = False
    asyncio.run(counting.write(OCTOBER))
    assert store.added == [{f"2026-10 {name}": FEWEST_AT_ONCE + 1 for name in OF_ONE}]


def test_a_running_gateway_writes_by_itself(rasa: FakeRasa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Nobody has to end it for that."""
    monkeypatch.setattr(application, "SECONDS_BETWEEN_WRITINGS", 0.01)
    rasa.answer = first_a_question
    environment = {"WAYMARK_ASSISTANT_TOKEN": "token", "WAYMARK_ASSISTANT_URL": rasa.url, "WAYMARK_STATE": str(tmp_path)}

    async def hold() -> None:
        app = create_app(environment)
        async with app.router.lifespan_context(app), asyncio.timeout(30):
            noted(app.state.gateway.tally, FEWEST_AT_ONCE)
            while not await EmbeddedStore(tmp_path / "gateway.db").sums():
                await asyncio.sleep(0.01)

    asyncio.run(hold())


def test_lots_leave_out_about_one_in_twenty(monkeypatch: pytest.MonkeyPatch):
    """Each chart draws its own lot, from the random numbers of the system; over many conversations the share is right."""
    monkeypatch.undo()
    store = Sums()
    counting = Tally(store, is_counting=True)  # type: ignore[arg-type]
    noted(counting, 4_000)
    asyncio.run(counting.write(OCTOBER))
    counts = Counter(store.added[0])
    # Ten standard deviations from 3,800: once in many lives of the universe.
    assert all(3_662 < number < 3_938 for number in counts.values())
    assert len({counts[f"2026-10 {name}"] for name in OF_ONE}) > 1


def test_what_a_conversation_is_in_other_channels():
    """Its channel, readers and language are counted as they are."""
    store = Sums()
    counting = Tally(store, is_counting=True)  # type: ignore[arg-type]
    counting.note(conversation(channel="teams", audience="staff", language="cy"), [{"text": ""}, A_LIST], OCTOBER)
    asyncio.run(counting.write(OCTOBER, fewest=1))
    assert {"2026-10 channel teams", "2026-10 audience staff", "2026-10 language cy"} <= set(store.added[0])
