"""What is taken is answered once, in order, and delivered; a restart loses nothing, and nothing stays behind."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests import fakes
from tests.fakes import FakeRasa, fake_rasa
from tests.webhook.post.letters import Letters, arrived
from webhook.app import create_app
from webhook.gateway import STATE_FILE
from webhook.post import postman
from webhook.post.channel import TryLater, Undeliverable
from webhook.stores.embedded import EmbeddedStore
from webhook.stores.store import StoreFailed, Waiting

SECONDS_TO_DELIVER = 120
DELIVERIES, COPIES, WRITERS = 10_000, 2, 50
SECRET = "one-secret-of-more-than-thirty-two-characters"


@pytest.fixture(scope="module")
def rasa() -> Iterator[FakeRasa]:
    """A server that stands in for Rasa."""
    with fake_rasa() as fake:
        yield fake


@pytest.fixture(autouse=True)
def _as_usual(rasa: FakeRasa) -> None:
    rasa.answer = fakes.usual
    rasa.heard.clear()


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> Letters:
    """The only channel of the gateways of a test."""
    channel = Letters()
    monkeypatch.setattr("webhook.app.connected_channels", lambda environment, gateway: {"letters": channel})
    monkeypatch.setattr(postman, "SECONDS_OF_THE_FIRST_WAIT", 0.01)
    return channel


@asynccontextmanager
async def gateway(rasa: FakeRasa, folder: Path, **more: str) -> AsyncIterator[httpx.AsyncClient]:
    """A gateway that keeps what waits in a folder."""
    app: FastAPI = create_app(
        {
            "WAYMARK_ASSISTANT_URL": rasa.url,
            "WAYMARK_ASSISTANT_TOKEN": "token",
            "WAYMARK_SECRETS": SECRET,
            "WAYMARK_STATE": str(folder),
            "WAYMARK_MESSAGES_A_MINUTE": "1000000",
            "WAYMARK_CHANNEL_A_MINUTE": "1000000",
            **more,
        }
    )
    async with app.router.lifespan_context(app):
        async with asyncio.timeout(SECONDS_TO_DELIVER):
            while app.state.gateway.store._database is None:  # it is opened beside the requests
                await asyncio.sleep(0.01)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://gateway") as client:
            yield client


async def send(client: httpx.AsyncClient, message: dict[str, Any]) -> None:
    """Deliver something to the channel."""
    answer = await client.post("/channels/letters/messages", json=message)
    assert answer.status_code == 202


async def until(is_done: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(SECONDS_TO_DELIVER):
        while not is_done():
            await asyncio.sleep(0.01)


async def repeat(message: dict[str, Any]) -> fakes.Response:
    """Answer with the person's own words, so that an answer tells what it answers."""
    return fakes.JSONResponse([{"text": message.get("text"), "language": "en", "buttons": [], "custom": {}}])


async def two_pages(message: dict[str, Any]) -> fakes.Response:
    """Answer with two messages, each of which is a page."""
    pages = [{"text": text, "language": "en", "buttons": [], "custom": {}} for text in ("one", "two")]
    return fakes.JSONResponse(pages)


def test_a_message_is_answered_where_it_came_from(rasa: FakeRasa, letters: Letters, tmp_path: Path):
    """The answer goes to the address that came with the message."""

    async def hold() -> None:
        async with gateway(rasa, tmp_path) as client:
            await send(client, arrived(1, "ann", text="hello"))
            await until(lambda: bool(letters.sent))

    asyncio.run(hold())
    assert [(to, page["text"]) for to, page in letters.sent] == [("ann", "fine")]


def test_order_is_the_providers_order(rasa: FakeRasa, letters: Letters, tmp_path: Path):
    """What waits is answered in the order in which it was sent, not in which it came."""
    rasa.answer = fakes.slow
    asyncio.run(_three_in_disorder(rasa, letters, tmp_path))
    assert [page["text"] for _, page in letters.sent][-3:] == ["first", "second", "third"]


async def _three_in_disorder(rasa: FakeRasa, letters: Letters, folder: Path) -> None:
    async with gateway(rasa, folder) as client:
        # While Rasa keeps the first one waiting, the others come in the wrong order.
        await send(client, arrived(0, "ann", text="hello"))
        await until(lambda: len(rasa.heard) == 1)
        rasa.answer = repeat
        for number, text in ((3, "third"), (1, "first"), (2, "second")):
            await send(client, arrived(number, "ann", text=text))
        await until(lambda: len(letters.sent) >= 4)


@pytest.mark.timeout(400)
def test_ten_thousand_deliveries_and_a_restart(
    rasa: FakeRasa, letters: Letters, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Each message comes twice, out of order, with a restart in the middle: each is answered once, and none is lost."""
    rasa.answer = repeat
    dice = random.Random(20261122)
    numbers = [number for number in range(DELIVERIES // COPIES) for _ in range(COPIES)]
    numbers = sorted(numbers, key=lambda number: number + dice.uniform(0, 40))
    messages = [arrived(number, f"writer {number % WRITERS}", text=f"message {number}") for number in numbers]

    async def half(part: list[dict[str, Any]], is_last: bool) -> None:
        async with gateway(rasa, tmp_path) as client:
            for message in part:
                await send(client, message)
            if is_last:
                await until(lambda: len(letters.sent) >= DELIVERIES // COPIES)

    asyncio.run(half(messages[: DELIVERIES // 2], is_last=False))
    before = len(letters.sent)
    asyncio.run(half(messages[DELIVERIES // 2 :], is_last=True))
    answered = Counter(page["text"] for _, page in letters.sent)
    read = Counter(message["text"] for message in rasa.heard if "text" in message)
    with capsys.disabled():
        print(
            f"\n{len(messages)} deliveries of {DELIVERIES // COPIES} messages, restart after {before} answers: "
            f"{len(answered)} answered, {sum(answered.values()) - len(answered)} answered twice, "
            f"{sum(read.values()) - len(read)} read twice, {DELIVERIES // COPIES - len(answered)} lost"
        )
    assert 0 < before < DELIVERIES // COPIES
    assert set(answered.values()) == {1}
    assert set(read.values()) == {1}
    assert len(answered) == DELIVERIES // COPIES


def test_what_waits_is_sealed_and_then_gone(rasa: FakeRasa, letters: Letters, tmp_path: Path):
    """Words, names and addresses are never in the file, neither while they wait nor afterwards."""
    letters.failures = [TryLater("busy", 0.3)]
    found: list[bool] = []

    async def hold() -> None:
        async with gateway(rasa, tmp_path) as client:
            await send(client, arrived(1, "frumious", text="the zibbelquast hits her"))
            await until(lambda: not letters.failures)
            found.extend(_holds(tmp_path, word) for word in ("zibbelquast", "frumious", "fine"))
            await until(lambda: bool(letters.sent))

    asyncio.run(hold())
    found.extend(_holds(tmp_path, word) for word in ("zibbelquast", "frumious", "fine"))
    assert not any(found)


def _holds(folder: Path, word: str) -> bool:
    files = list(folder.glob(f"{STATE_FILE}*"))
    assert files
    return any(word.encode() in file.read_bytes() for file in files)


@pytest.mark.parametrize("operation", ["finish", "keep"])
def test_what_was_delivered_is_not_delivered_again(
    operation: str, rasa: FakeRasa, letters: Letters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The store goes away just after a page was sent, and comes back: every page goes out once."""
    rasa.answer = two_pages
    done, fails = getattr(EmbeddedStore, operation), itertools.chain([False] * (operation == "keep"), [True] * 3)

    async def sometimes(store: EmbeddedStore, entry: Waiting) -> None:
        if next(fails, False):
            raise StoreFailed("away")
        await done(store, entry)

    monkeypatch.setattr(EmbeddedStore, operation, sometimes)

    async def hold() -> None:
        async with gateway(rasa, tmp_path) as client:
            await send(client, arrived(1, "ann", text="hello"))
            await send(client, arrived(2, "ann", text="and again"))
            await until(lambda: len(letters.sent) >= 4)

    asyncio.run(hold())
    assert [page["text"] for _, page in letters.sent] == ["one", "two"] * 2


@pytest.mark.parametrize("failure", [TryLater("busy", 0.01), TryLater("away")], ids=["told to wait", "away"])
def test_a_busy_provider_is_asked_again(failure: TryLater, rasa: FakeRasa, letters: Letters, tmp_path: Path):
    """A page that could not be delivered is delivered later, once."""
    letters.failures = [failure] * 3
    asyncio.run(_one(rasa, letters, tmp_path))
    assert len(letters.sent) == 1


def test_who_cannot_be_reached_holds_nobody_up(rasa: FakeRasa, letters: Letters, tmp_path: Path):
    """What will never be delivered is dropped, and the next message is answered."""
    letters.failures = [Undeliverable("no such person")]
    asyncio.run(_one(rasa, letters, tmp_path, "hello", "and again"))
    assert len(letters.sent) == 1


def test_a_fault_of_ours_still_answers(rasa: FakeRasa, letters: Letters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Whatever breaks, the person is told whom to ring, and in danger to ring 999."""

    async def broken(*anything: object) -> None:
        raise KeyError("something")

    monkeypatch.setattr("webhook.gateway.Gateway.answer", broken)
    asyncio.run(_one(rasa, letters, tmp_path, "he is strangling her right now"))
    assert letters.sent[0][1]["urgent"]


@pytest.mark.parametrize(
    ("more", "answered"),
    [
        ([arrived(3, "ann", text="she has it back", recalls="key 2")], ["hello", "she has it back"]),
        ([arrived(3, "ann", wish="recall", recalls="key 2")], ["hello"]),
        ([arrived(3, "ann", wish="recall", recalls="key 1")], ["hello", "he took her passport"]),
        ([arrived(3, "ann", text="she has it back", recalls="key 1")], ["hello", "he took her passport", "she has it back"]),
    ],
    ids=["changed while it waits", "deleted while it waits", "deleted after it was answered", "changed after it was answered"],
)
def test_what_was_changed_or_deleted_is_not_answered_any_more(
    more: list[dict[str, Any]], answered: list[str], rasa: FakeRasa, letters: Letters, tmp_path: Path
):
    """What is recalled while it waits is not answered; the new words are, whether the old ones were answered or not."""
    rasa.answer = repeat
    asyncio.run(_recalled(rasa, letters, tmp_path, more))
    assert [page["text"] for _, page in letters.sent] == [*answered, "goodbye"]


async def _recalled(rasa: FakeRasa, letters: Letters, folder: Path, more: list[dict[str, Any]]) -> None:
    async with gateway(rasa, folder) as client:
        letters.is_closed = True
        await send(client, arrived(1, "ann", text="hello"))
        await until(lambda: bool(rasa.heard))
        for message in (arrived(2, "ann", text="he took her passport"), *more, arrived(9, "ann", text="goodbye")):
            await send(client, message)
        letters.is_closed = False
        await until(lambda: bool(letters.sent) and letters.sent[-1][1]["text"] == "goodbye")


async def _one(rasa: FakeRasa, letters: Letters, folder: Path, *texts: str) -> None:
    async with gateway(rasa, folder) as client:
        for number, text in enumerate(texts or ("hello",)):
            await send(client, arrived(number, "ann", text=text))
        await until(lambda: bool(letters.sent))


def test_a_button_that_is_no_longer_known_is_answered(rasa: FakeRasa, letters: Letters, tmp_path: Path):
    """A button of yesterday's message does nothing, and says so."""

    async def hold() -> None:
        async with gateway(rasa, tmp_path) as client:
            await send(client, arrived(1, "ann", payload='/inform{"danger": "no"}'))
            await until(lambda: bool(letters.sent))

    asyncio.run(hold())
    assert rasa.heard == []
    assert "ring" in letters.sent[0][1]["text"].lower()


def test_a_flood_is_held_off_and_danger_is_not(rasa: FakeRasa, letters: Letters, tmp_path: Path):
    """Over the limit of a channel nothing reaches Rasa any more; danger is answered all the same."""

    async def hold() -> None:
        async with gateway(rasa, tmp_path, WAYMARK_CHANNEL_A_MINUTE="2") as client:
            for number, text in enumerate(["hello", "hello", "hello", "he is strangling her right now"]):
                await send(client, arrived(number, f"writer {number}", text=text))
            await until(lambda: len({to for to, _ in letters.sent}) == 4)

    asyncio.run(hold())
    assert len(rasa.heard) == 2
    assert [to for to, page in letters.sent if page["urgent"]] == ["writer 3"]
