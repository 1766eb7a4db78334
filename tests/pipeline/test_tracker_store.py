"""The conversations that Rasa keeps, in SQLite and in a real PostgreSQL."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.pipeline import tracker_store
from bot.pipeline.tracker_store import CONNECTIONS, TrackersAway, WordlessTrackerStore
from tests.engines import Engine
from tests.pipeline.conftest import Stores

pytestmark = pytest.mark.anyio

MARKER = "zibbelquast"
SECONDS_UNTIL_IT_HANGS = 30.0
MINUTE = 60.0
A_MOMENT = 0.05
IDLE = {"sms": 720 * MINUTE}
OTHERWISE = 30 * MINUTE


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of each kind of database in turn."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres").url)
    return f"sqlite:///{tmp_path / 'conversations.db'}"


@pytest.fixture
def store(database: str, stores: Stores) -> WordlessTrackerStore:
    """An assistant's store."""
    return stores(database)


def conversation(sender: str, domain: Domain, minutes_ago: float = 0, turns: int = 1) -> DialogueStateTracker:
    """A conversation whose last turn was so long ago, and whose others were a minute apart."""
    tracker = DialogueStateTracker(sender, domain.slots)
    start = time.time() - minutes_ago * MINUTE - (turns - 1) * MINUTE
    events = [ActionExecuted("action_session_start", timestamp=start), SessionStarted(start)]
    for turn in range(turns):
        events += said(f"turn {turn}", start + turn * MINUTE)
    tracker.update_with_events(events, domain, override_timestamp=False)
    return tracker


def said(message_id: str, at: float) -> list[Any]:
    """What one turn adds."""
    return [
        UserUttered(
            f"it is {MARKER}",
            {"name": "inform", "confidence": 1.0, "text": MARKER},
            [{"entity": "danger", "value": "no", "text": MARKER, "start": 0}],
            {"text": MARKER},
            at,
            "sms",
            message_id,
            {"now": "2026-11-25", "asks": "danger", "heard": MARKER},
        ),
        SlotSet("danger", "no", at),
        BotUttered(f"you said {MARKER}", {"custom": MARKER}, {"text": MARKER}, at),
    ]


def rows(url: str) -> list[tuple[Any, ...]]:
    """Everything that stands in the database, as anybody who gets hold of it can read it."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(sa.text("select * from events")).fetchall()
    engine.dispose()
    return [tuple(row) for row in found]


def senders(url: str) -> set[str]:
    """Everybody about whom something is held."""
    return {row[1] for row in rows(url)}


def do(url: str, statement: str) -> Any:
    """Do something to PostgreSQL behind the stores' backs."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        result = connection.execute(sa.text(statement))
        found = result.fetchall() if result.returns_rows else None
    engine.dispose()
    return found


async def test_what_was_understood_is_kept_and_no_word(store: WordlessTrackerStore, database: str, domain: Domain):
    """Slots, intents, codes and the order of things come back; what was written, and what was answered, is nowhere."""
    await store.save(conversation("sms:a", domain, turns=2))
    found = await store.retrieve("sms:a")
    assert found is not None
    assert found.get_slot("danger") == "no"
    heard = [event for event in found.events if isinstance(event, UserUttered)]
    assert [event.message_id for event in heard] == ["turn 0", "turn 1"]
    assert [(event.intent["name"], event.entities, event.metadata) for event in heard] == [
        ("inform", [{"entity": "danger", "value": "no"}], {"now": "2026-11-25", "asks": "danger"})
    ] * 2
    assert MARKER not in repr(rows(database))


async def test_nobody_is_known_before_they_write(store: WordlessTrackerStore):
    """A conversation that has not begun is none; Rasa begins it with nothing to keep."""
    assert await store.retrieve("web:nobody") is None
    begun = await store.get_or_create_tracker("web:nobody", append_action_listen=False)
    assert len(begun.events) == 0
    assert await store.retrieve("web:nobody") is None


async def test_only_what_is_new_is_added(store: WordlessTrackerStore, database: str, domain: Domain):
    """Turn by turn each event is written once, in order."""
    await store.save(conversation("web:a", domain))
    for turn in range(1, 4):
        tracker = await store.retrieve("web:a")
        assert tracker is not None
        tracker.update_with_events(said(f"turn {turn}", time.time()), domain)
        await store.save(tracker)
        await store.save(tracker)
    found = await store.retrieve("web:a")
    assert found is not None
    heard = [event.message_id for event in found.events if isinstance(event, UserUttered)]
    assert heard == ["turn 0", "turn 1", "turn 2", "turn 3"]
    assert len(rows(database)) == len(conversation("web:a", domain, turns=4).events)


async def test_another_assistant_goes_on(database: str, stores: Stores, domain: Domain):
    """Whichever assistant gets the next message knows what was said to the others."""
    one, other = stores(database), stores(database)
    await one.save(conversation("web:a", domain))
    tracker = await other.retrieve("web:a")
    assert tracker is not None
    tracker.update_with_events(said("turn 1", time.time()), domain)
    await other.save(tracker)
    found = await one.retrieve("web:a")
    assert found is not None
    assert [event.message_id for event in found.events if isinstance(event, UserUttered)] == ["turn 0", "turn 1"]


async def test_a_deleted_conversation_leaves_no_row(store: WordlessTrackerStore, database: str, domain: Domain):
    """What a person wants forgotten is gone at once, and nobody else's is."""
    for sender in ("web:a", "web:ab", "web:b"):
        await store.save(conversation(sender, domain, turns=3))
    await store.delete("web:a")
    await store.delete("web:a")
    assert senders(database) == {"web:ab", "web:b"}
    assert await store.retrieve("web:a") is None


async def test_a_turn_is_taken_back_if_its_message_comes_again(store: WordlessTrackerStore, database: str, domain: Domain):
    """Nothing is left of it, and nothing else is touched: neither earlier turns nor other people's."""
    for sender in ("web:a", "web:b"):
        await store.save(conversation(sender, domain, turns=2))
    before = len(rows(database))
    for other in ("turn 0", "another"):
        await store.take_back("web:a", other)
    await store.take_back("web:nobody", "turn 1")
    assert len(rows(database)) == before
    await store.take_back("web:a", "turn 1")
    assert len(rows(database)) == before - len(said("turn 1", 0))
    tracker = await store.retrieve("web:a")
    assert tracker is not None
    assert [event.message_id for event in tracker.events if isinstance(event, UserUttered)] == ["turn 0"]


async def test_clocks_need_not_agree(store: WordlessTrackerStore, domain: Domain):
    """What an assistant keeps whose clock is behind belongs to the conversation that another has begun."""
    await store.save(conversation("web:a", domain))
    for turn in range(1, 3):
        tracker = await store.retrieve("web:a")
        assert tracker is not None
        tracker.update_with_events(said(f"turn {turn}", time.time() - MINUTE), domain, override_timestamp=False)
        await store.save(tracker)
    found = await store.retrieve("web:a")
    assert found is not None
    assert [event.message_id for event in found.events if isinstance(event, UserUttered)] == ["turn 0", "turn 1", "turn 2"]


async def test_looking_whether_it_is_ready_leaves_nothing_behind(store: WordlessTrackerStore, database: str):
    """The database is written to, and holds nobody afterwards."""
    assert await store.is_ready()
    engine = sa.create_engine(database)
    with engine.connect() as connection:
        assert connection.execute(sa.text("select count(*) from conversations")).scalar() == 0
    engine.dispose()


IDLE_CASES = {
    "just written": ("web:a", 0, 1, True),
    "nearly idle": ("web:a", 29, 1, True),
    "idle": ("web:a", 31, 1, False),
    "long, and still going on": ("web:a", 29, 60, True),
    "long, and idle": ("web:a", 31, 60, False),
    "slack": ("slack:a", 31, 1, False),
    "an sms after half an hour": ("sms:a", 31, 1, True),
    "an sms in the evening": ("sms:a", 719, 1, True),
    "an sms the next day": ("sms:a", 721, 1, False),
    "a channel whose name only begins so": ("smsx:a", 31, 1, False),
    "no channel at all": ("a", 31, 1, False),
}


@pytest.mark.parametrize("with_others", [False, True], ids=["alone", "among others"])
@pytest.mark.parametrize("case", IDLE_CASES)
async def test_an_idle_conversation_is_deleted_after_its_channels_time(
    case: str, with_others: bool, store: WordlessTrackerStore, database: str, domain: Domain
):
    """By text message people come back after hours; elsewhere after minutes. A conversation is kept or deleted as a whole."""
    sender, minutes_ago, turns, stays = IDLE_CASES[case]
    others = {"web:other": 0, "sms:other": 0} if with_others else {}
    for other in others:
        await store.save(conversation(other, domain, turns=50))
    tracker = conversation(sender, domain, minutes_ago, turns)
    await store.save(tracker)
    await store.delete_idle(IDLE, OTHERWISE)
    assert senders(database) == {*others, *([sender] if stays else [])}
    assert sum(row[1] == sender for row in rows(database)) == (len(tracker.events) if stays else 0)


async def test_any_number_of_idle_conversations_is_deleted(
    store: WordlessTrackerStore, database: str, domain: Domain, monkeypatch: pytest.MonkeyPatch
):
    """They are deleted a few at a time, until none is left."""
    monkeypatch.setattr(tracker_store, "CONVERSATIONS_AT_A_TIME", 2)
    for number in range(5):
        await store.save(conversation(f"web:{number}", domain, minutes_ago=31))
        await store.save(conversation(f"sms:{number}", domain, minutes_ago=31))
    await store.delete_idle(IDLE, OTHERWISE)
    assert senders(database) == {f"sms:{number}" for number in range(5)}


async def test_without_a_table_of_channels_all_have_the_same_time(store: WordlessTrackerStore, database: str, domain: Domain):
    """A channel that nobody has thought of is not kept for ever."""
    for sender in ("sms:a", "web:a", "a"):
        await store.save(conversation(sender, domain, minutes_ago=31))
    await store.delete_idle({}, OTHERWISE)
    assert senders(database) == set()


async def test_many_conversations_at_once(store: WordlessTrackerStore, domain: Domain):
    """What is written at the same time does not get in each other's way."""
    await asyncio.gather(*(store.save(conversation(f"web:{number}", domain)) for number in range(40)))
    found = await asyncio.gather(*(store.retrieve(f"web:{number}") for number in range(40)))
    assert all(tracker is not None and tracker.sender_id == f"web:{number}" for number, tracker in enumerate(found))


async def test_a_failure_does_not_tell_what_was_to_be_written(store: WordlessTrackerStore, database: str, domain: Domain):
    """What is logged of an error holds no value of the conversation, not even a code."""
    await store.is_ready()
    do(database, "alter table events rename column data to something_else")
    with pytest.raises(TrackersAway) as failure:
        await store.save(conversation("web:a secret sender", domain))
    assert isinstance(failure.value.__cause__, sa.exc.SQLAlchemyError)
    for error in (failure.value, failure.value.__cause__):
        assert not any(secret in str(error) for secret in ("a secret sender", "danger", MARKER))


# PostgreSQL alone


async def test_assistants_that_start_together_make_the_tables_once(postgres: Engine, stores: Stores, domain: Domain):
    """The first message may come to several assistants of a new database at the same moment."""
    together = [stores(postgres.url) for _ in range(8)]
    await asyncio.gather(*(store.save(conversation(f"web:{number}", domain)) for number, store in enumerate(together)))
    assert len(senders(postgres.url)) == len(together)
    indexes = {name for (name,) in do(postgres.url, "select indexname from pg_indexes where schemaname = 'public'")}
    assert {"conversations_pkey", "ix_conversations_touched", "ix_events_sender_id"} <= indexes


async def test_what_somebody_writes_in_is_not_deleted(postgres: Engine, stores: Stores, domain: Domain):
    """A message that comes at the last moment keeps its conversation, and holds up nobody."""
    store = stores(postgres.url)
    for sender in ("web:a", "web:b"):
        await store.save(conversation(sender, domain, minutes_ago=31))
    engine = sa.create_engine(postgres.url)
    with engine.begin() as writing:
        writing.execute(sa.text("update conversations set touched = 0 where sender_id = 'web:a'"))
        await store.delete_idle(IDLE, OTHERWISE)
        assert senders(postgres.url) == {"web:a"}
    engine.dispose()


async def test_an_assistant_takes_few_connections(postgres: Engine, stores: Stores, domain: Domain):
    """Many assistants have to share what the server offers."""
    store = stores(postgres.url)
    await asyncio.gather(*(store.save(conversation(f"web:{number}", domain)) for number in range(50)))
    (taken,) = do(postgres.url, "select count(*) from pg_stat_activity where backend_type = 'client backend'")[0]
    assert 1 < taken <= CONNECTIONS + 1  # one asks


def _operations(store: WordlessTrackerStore, domain: Domain) -> list[Callable[[], Awaitable[object]]]:
    return [
        lambda: store.retrieve("web:a"),
        lambda: store.save(conversation("web:b", domain)),
        lambda: store.delete("web:c"),
        lambda: store.delete_idle(IDLE, OTHERWISE),
    ]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("outage", ["stopped", "paused"])
async def test_while_the_database_is_away_everything_fails_and_nothing_hangs(
    outage: str, postgres: Engine, stores: Stores, domain: Domain
):
    """Rasa notices in time, and the first turn after the outage is kept again, beside everything from before."""
    store = stores(postgres.url)
    await asyncio.gather(*(store.save(conversation(f"web:{number}", domain)) for number in range(10)))
    await store.save(conversation("web:a", domain))
    with postgres.stopped() if outage == "stopped" else postgres.paused():
        async with asyncio.timeout(SECONDS_UNTIL_IT_HANGS):
            for operation in _operations(store, domain):
                with pytest.raises(TrackersAway):
                    await operation()
            assert not await store.is_ready()
    await _until_ready(store)
    assert await store.retrieve("web:a") is not None
    await store.save(conversation("web:d", domain))
    assert await store.retrieve("web:d") is not None


async def test_what_nobody_waits_for_any_more_is_not_kept(
    postgres: Engine, stores: Stores, domain: Domain, monkeypatch: pytest.MonkeyPatch
):
    """A turn that took too long was answered without Rasa, and does not stand there when the database comes back."""
    store = stores(postgres.url)
    await store.save(conversation("web:a", domain))
    monkeypatch.setattr(tracker_store, "SECONDS_FOR_AN_OPERATION", A_MOMENT)
    with postgres.paused(), pytest.raises(TrackersAway):
        await store.save(conversation("web:b", domain))
    store._threads.shutdown()
    assert senders(postgres.url) == {"web:a"}


async def test_a_killed_database_loses_nothing_that_was_kept(postgres: Engine, stores: Stores, domain: Domain):
    """What Rasa has saved stands there after a crash, and the connections that broke do no harm."""
    store = stores(postgres.url)
    await asyncio.gather(*(store.save(conversation(f"web:{number}", domain)) for number in range(10)))
    postgres.kill()
    postgres.start()
    found = await asyncio.gather(*(store.retrieve(f"web:{number}") for number in range(10)))
    assert all(found)


async def test_an_assistant_may_start_before_its_database(postgres: Engine, stores: Stores, domain: Domain):
    """Rasa comes up, says that it is not ready, and makes its tables when the database is there."""
    with postgres.stopped():
        store = stores(postgres.url)
        assert not await store.is_ready()
    await _until_ready(store)
    await store.save(conversation("web:a", domain))
    assert senders(postgres.url) == {"web:a"}


async def test_the_database_may_come_back_empty(postgres: Engine, stores: Stores, domain: Domain):
    """Another database in the place of the old one is used without a restart."""
    store = stores(postgres.url)
    await store.save(conversation("web:a", domain))
    do(postgres.url, "drop table events")
    with pytest.raises(TrackersAway):
        await store.save(conversation("web:a", domain))
    await store.save(conversation("web:a", domain))
    assert senders(postgres.url) == {"web:a"}


async def test_a_database_that_takes_nothing_is_noticed(postgres: Engine, stores: Stores, domain: Domain):
    """Where nothing can be written, as on a copy that has not taken over yet, nothing is promised."""
    store = stores(postgres.url)
    await store.save(conversation("web:a", domain))
    do(postgres.url, "alter role waymark set default_transaction_read_only = on")
    store.engine.dispose()
    with pytest.raises(TrackersAway):
        await store.save(conversation("web:b", domain))
    assert not await store.is_ready()
    do(postgres.url, "set transaction_read_only = off; alter role waymark reset default_transaction_read_only")
    store.engine.dispose()
    await store.save(conversation("web:b", domain))
    assert senders(postgres.url) == {"web:a", "web:b"}


async def _until_ready(store: WordlessTrackerStore) -> None:
    """Wait for those threads that hung on a connection to have it back."""
    await _until(store.is_ready)


async def _until(is_so: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(SECONDS_UNTIL_IT_HANGS):
        while not await is_so():
            await asyncio.sleep(0.01)
