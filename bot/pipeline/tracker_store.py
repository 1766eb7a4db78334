"""The conversations Rasa keeps, in SQLite or in PostgreSQL: slots, intents and codes, never a word that anyone wrote."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool
from sqlalchemy.sql import ClauseElement

from bot.errors import WaymarkError

KEPT_METADATA = ("now", "asks")
SECONDS_FOR_AN_OPERATION = 1.0
CONNECTIONS = 4  # of each assistant; a server of PostgreSQL has 100 if nobody changes it
CONVERSATIONS_AT_A_TIME = 500
_SECONDS_TO_CONNECT = 2  # libpq knows no less
_MILLISECONDS_OF_SILENCE = 3000  # after which a server that has vanished without a word is given up
_MILLISECONDS_OF_A_STATEMENT = 10_000
_ANY_NUMBER = 5_811_946  # of the lock under which the tables are made

_EVENTS: sa.Table = SQLTrackerStore.SQLEvent.__table__
# When something last happened in each conversation: among all events that could not be found in time.
_CONVERSATIONS = sa.Table(
    "conversations",
    sa.MetaData(),
    sa.Column("sender_id", sa.String(255), primary_key=True),
    sa.Column("touched", sa.Float, nullable=False, index=True),
)
_TOUCH = sa.text("""
insert into conversations (sender_id, touched) values (:sender, :now)
on conflict (sender_id) do update set touched = excluded.touched
""")
# By the order in which they were kept, for the clocks of two assistants never agree.
_SINCE_THE_START = """
from events where sender_id = :sender and id >= coalesce(
  (select max(id) from events where sender_id = :sender and type_name = 'session_started'), 0
)"""
_READ = sa.text(f"select data {_SINCE_THE_START} order by id")
_COUNT = sa.text(f"select count(*) {_SINCE_THE_START}")
_LAST_TURN = sa.text("select id, data from events where sender_id = :sender and type_name = 'user' order by id desc limit 1")
_DELETE_SINCE = sa.text("delete from events where sender_id = :sender and id >= :id")

Result = TypeVar("Result")


class TrackersAway(WaymarkError):
    """The database is away, slow or full. What it was asked for was not done, or is not known to be."""


class WordlessTrackerStore(SQLTrackerStore):
    """Rasa's SQL store with every text taken out before it is written, and with deletion, which Rasa lacks.

    It works in threads of its own, so that a database that does not answer holds up nobody else, and never for long. Every
    method raises `TrackersAway` when it cannot do its work.

    Args:
        host: the database's URL: `sqlite:///...` or `postgresql://...`.
    """

    def __init__(self, domain: Domain | None, host: str, event_broker: EventBroker | None = None) -> None:
        # Not SQLTrackerStore's: it makes the tables once, and goes on without them if the database is away at that moment.
        TrackerStore.__init__(self, domain, event_broker)
        options = _of_sqlite() if host.startswith("sqlite:") else _of_postgresql()
        # What goes wrong is logged, and must not tell what was to be written.
        self.engine = sa.create_engine(host, poolclass=QueuePool, max_overflow=0, hide_parameters=True, **options)
        if self.engine.dialect.name == "sqlite":
            sa.event.listen(self.engine, "connect", _begin_sqlite)
        self._threads = ThreadPoolExecutor(options["pool_size"], thread_name_prefix="trackers")
        self._has_tables = False

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return a conversation; None if there is none."""
        return await self._done(self._read, sender_id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep what is new in a conversation."""
        if tracker.events:  # Rasa begins every conversation by saving an empty one
            await self._done(_write, tracker)

    async def take_back(self, sender_id: str, message_id: str) -> None:
        """Delete the last turn of a conversation, if this message began it: it has come again, and is not to be read twice."""
        await self._done(_take_back, sender_id, message_id)

    async def delete(self, sender_id: str) -> None:
        """Delete all that is held about one conversation."""
        await self._done(_delete_all_of, [sender_id])

    async def delete_idle(self, seconds: Mapping[str, float], otherwise: float) -> None:
        """Delete every conversation in which nothing has happened for so many seconds.

        Args:
            seconds: by the channel, which a sender's id begins with: `sms:...`.
            otherwise: in all other channels.
        """
        sender, touched, now = _CONVERSATIONS.c.sender_id, _CONVERSATIONS.c.touched, time.time()
        channels = [(sender.startswith(f"{name}:"), limit) for name, limit in seconds.items()]
        others = sa.not_(sa.or_(sa.false(), *(is_channel for is_channel, _ in channels)))
        for is_channel, limit in [*channels, (others, otherwise)]:
            # A few at a time, so that nobody who writes meanwhile has to wait.
            while await self._done(_delete_some, sa.and_(is_channel, touched <= now - limit)):
                pass

    async def is_ready(self) -> bool:
        """Say whether a conversation could be read and kept now."""
        try:
            await self._done(_touch_nobody)
        except TrackersAway:
            return False
        return True

    async def _done(self, work: Callable[..., Result], *arguments: Any) -> Result:
        given_up = threading.Event()
        try:
            async with asyncio.timeout(SECONDS_FOR_AN_OPERATION):
                step = partial(self._in_one_step, given_up, work, *arguments)
                return await asyncio.get_running_loop().run_in_executor(self._threads, step)
        except (SQLAlchemyError, TimeoutError) as error:
            self._has_tables = False  # whatever comes back may be another, empty
            raise TrackersAway(type(error).__name__) from error
        finally:
            given_up.set()

    def _in_one_step(self, given_up: threading.Event, work: Callable[..., Result], *arguments: Any) -> Result:
        """Do everything or nothing; nothing too where nobody waits for it any more, for others have gone on without it."""
        with self._connected() as connection:
            result = work(connection, *arguments)
            if given_up.is_set():
                raise TimeoutError
            return result

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        """A connection on which everything is done or nothing; the tables are made if this is the first."""
        if not self._has_tables:
            self._make_tables()
        with self.engine.begin() as connection:
            yield connection

    def _make_tables(self) -> None:
        with self.engine.begin() as connection:
            if self.engine.dialect.name == "postgresql":  # several assistants that start together would do it twice
                connection.execute(sa.text("select pg_advisory_xact_lock(:number)"), {"number": _ANY_NUMBER})
            for table in (_EVENTS, _CONVERSATIONS):
                table.create(connection, checkfirst=True)
        self._has_tables = True

    def _read(self, connection: Connection, sender_id: str) -> DialogueStateTracker | None:
        events = [json.loads(data) for (data,) in connection.execute(_READ, {"sender": sender_id})]
        return DialogueStateTracker.from_dict(sender_id, events, self.domain.slots) if events else None


def _write(connection: Connection, tracker: DialogueStateTracker) -> None:
    now = tracker.events[-1].timestamp
    # First, so that it cannot be deleted as idle at the same moment.
    connection.execute(_TOUCH, {"sender": tracker.sender_id, "now": now})
    known = connection.execute(_COUNT, {"sender": tracker.sender_id}).scalar()
    rows = [_row(tracker.sender_id, event) for event in islice(tracker.events, known, None)]
    if rows:
        connection.execute(sa.insert(_EVENTS), rows)


def _take_back(connection: Connection, sender_id: str, message_id: str) -> None:
    last = connection.execute(_LAST_TURN, {"sender": sender_id}).first()
    if last is not None and json.loads(last.data).get("message_id") == message_id:
        connection.execute(_DELETE_SINCE, {"sender": sender_id, "id": last.id})


def _delete_some(connection: Connection, are_idle: ClauseElement) -> int:
    idle = sa.select(_CONVERSATIONS.c.sender_id).where(are_idle).limit(CONVERSATIONS_AT_A_TIME)
    # What another assistant is deleting, or somebody is writing in, is left alone.
    found = connection.execute(idle.with_for_update(skip_locked=True)).scalars().all()
    _delete_all_of(connection, found)
    return len(found)


def _touch_nobody(connection: Connection) -> None:
    """Write something, and delete it: a database that can only be read is of no use."""
    connection.execute(_TOUCH, {"sender": "", "now": time.time()})
    _delete_all_of(connection, [""])


def _delete_all_of(connection: Connection, senders: Sequence[str]) -> None:
    for table in (_CONVERSATIONS, _EVENTS):
        connection.execute(sa.delete(table).where(table.c.sender_id.in_(senders)))


def _of_postgresql() -> dict[str, Any]:
    connecting = {
        "connect_timeout": _SECONDS_TO_CONNECT,
        "tcp_user_timeout": _MILLISECONDS_OF_SILENCE,
        "options": f"-c statement_timeout={_MILLISECONDS_OF_A_STATEMENT}",
    }
    # A connection that has ended meanwhile, as all do when the server is restarted, is noticed only when it is tried.
    return {"pool_size": CONNECTIONS, "pool_pre_ping": True, "connect_args": connecting}


def _of_sqlite() -> dict[str, Any]:
    # One after another: SQLite has one writer, and who comes second would wait and try again.
    return {"pool_size": 1, "connect_args": {"check_same_thread": False}}


def _begin_sqlite(connection: Any, _: Any) -> None:
    # The file ends with the program, so that it need not survive a power cut; nothing may be read from what was deleted.
    connection.executescript("pragma synchronous = off; pragma secure_delete = on")


def _row(sender_id: str, event: Event) -> dict[str, Any]:
    data = _wordless(event).as_dict()
    return {"sender_id": sender_id, "type_name": event.type_name, "timestamp": data["timestamp"], "data": json.dumps(data)}


def _wordless(event: Event) -> Event:
    if isinstance(event, UserUttered):
        return UserUttered(
            text="",
            intent={"name": event.intent.get("name")},
            entities=[{"entity": entity["entity"], "value": entity["value"]} for entity in event.entities],
            timestamp=event.timestamp,
            input_channel=event.input_channel,
            message_id=event.message_id,
            metadata={key: event.metadata[key] for key in KEPT_METADATA if key in event.metadata},
        )
    if isinstance(event, BotUttered):
        return BotUttered(text="", timestamp=event.timestamp)
    return event
