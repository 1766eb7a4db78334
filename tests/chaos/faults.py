"""Every fault that is made under load, by the name that it has in the table."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg2
from redis import Redis

from tests.chaos.clock import Clock
from tests.chaos.cluster import Cluster, disk, family, paused
from tests.chaos.tally import Row, rows
from tests.engines import Engine
from tests.webhook.channels.phones import saying

Fault = Callable[[Cluster], AbstractContextManager[object]]
A_TENTH_OF_A_SECOND = "delay_enter=100000"
FULL = "error=ENOSPC"
_FILES = "select current_setting('data_directory') || '/' || pg_relation_filepath(oid) from pg_class where relname ~ %s"
_OURS = "^(ix_)?(events|conversations)"


def killed(place: int, name: str) -> Fault:
    """A program of a machine dies without a word; its machine starts it again."""

    @contextlib.contextmanager
    def fault(cluster: Cluster) -> Iterator[None]:
        cluster.machines[place].kill(name)
        yield

    return fault


@contextlib.contextmanager
def redis_killed(cluster: Cluster) -> Iterator[None]:
    """Redis dies without a word, and is started again."""
    _redis(cluster).kill()
    try:
        yield
    finally:
        _redis(cluster).start()


def _redis(cluster: Cluster) -> Engine:
    assert cluster.redis is not None
    return cluster.redis


def _postgres(cluster: Cluster) -> Engine:
    assert cluster.postgres is not None
    return cluster.postgres


def _redis_files(cluster: Cluster) -> list[str]:
    command = _redis(cluster).command
    folder = command[command.index("--dir") + 1]
    return [str(path) for path in Path(folder).glob("appendonlydir/*.aof")]


def _postgres_files(cluster: Cluster) -> list[str]:
    with contextlib.closing(psycopg2.connect(_postgres(cluster).url)) as connection, connection.cursor() as cursor:
        cursor.execute(_FILES, (_OURS,))
        return [path for (path,) in cursor.fetchall() if path]


def redis_on_a_disk(what: str) -> Fault:
    """The file that Redis writes everything to lies on a disk that is slow or full."""
    return lambda cluster: disk(family(_redis(cluster)), "write,fsync,fdatasync", what, _redis_files(cluster))


def gateway_on_a_disk(what: str) -> Fault:
    """The file that a gateway alone keeps everything in lies on a disk that is slow or full."""

    def fault(cluster: Cluster) -> AbstractContextManager[None]:
        process = cluster.machines[0].programs["gateway"].process
        assert process is not None
        return disk([process.pid], "pwrite64,fsync,fdatasync", what)

    return fault


def postgres_on_a_slow_disk(cluster: Cluster) -> AbstractContextManager[None]:
    """Everything that PostgreSQL writes takes its time."""
    return disk(family(_postgres(cluster)), "pwrite64,pwritev", A_TENTH_OF_A_SECOND)


def postgres_on_a_full_disk(cluster: Cluster) -> AbstractContextManager[None]:
    """What Rasa keeps has no room any more."""
    return disk(family(_postgres(cluster)), "pwrite64,pwritev", FULL, _postgres_files(cluster))


@contextlib.contextmanager
def redis_is_full(cluster: Cluster) -> Iterator[None]:
    """Redis has no memory left, so that nothing more can be put into the queue."""
    with contextlib.closing(Redis.from_url(_redis(cluster).url)) as client:
        client.config_set("maxmemory", 1)
        try:
            yield
        finally:
            client.config_set("maxmemory", 0)


@contextlib.contextmanager
def provider_is_away(cluster: Cluster) -> Iterator[None]:
    """The provider takes no text messages, so that answers pile up in the queue."""
    cluster.load.provider_says = saying(503)
    try:
        yield
    finally:
        cluster.load.provider_says = None


@contextlib.contextmanager
def racing(cluster: Cluster) -> Iterator[None]:
    """Every message comes to both gateways at the same moment."""
    cluster.load.is_racing = True
    try:
        yield
    finally:
        cluster.load.is_racing = False


def clock_jumps(clock: Clock, seconds: int) -> Fault:
    """The clock of one machine jumps."""
    return lambda cluster: clock.off_by(seconds)


def nothing(cluster: Cluster) -> AbstractContextManager[None]:
    """A good day."""
    return contextlib.nullcontext()


BY_GATEWAYS: dict[str, Fault] = {
    "nothing": nothing,
    "gateway killed": killed(0, "gateway"),
    "Redis stopped": lambda cluster: _redis(cluster).stopped(),
    "Redis paused": lambda cluster: _redis(cluster).paused(),
    "both gateways at once": racing,
}
BY_ENGINES: dict[str, Fault] = {
    "Redis killed": redis_killed,
    "Redis out of memory": redis_is_full,
    "PostgreSQL stopped": lambda cluster: _postgres(cluster).stopped(),
    "PostgreSQL paused": lambda cluster: _postgres(cluster).paused(),
}
BY_ASSISTANTS: dict[str, Fault] = {
    "Rasa killed": killed(0, "assistant"),
    "Rasa paused": lambda cluster: paused(cluster.machines[1], "assistant"),
    "actions killed": killed(1, "actions"),
    "actions paused": lambda cluster: paused(cluster.machines[0], "actions"),
}
BY_OTHERS: dict[str, Fault] = {"other gateway killed": killed(1, "gateway"), "provider of texts away": provider_is_away}
BY_THE_GATEWAYS_DISK: dict[str, Fault] = {
    "nothing": nothing,
    "gateway on a slow disk": gateway_on_a_disk(A_TENTH_OF_A_SECOND),
    "gateway on a full disk": gateway_on_a_disk(FULL),
}
BY_DISKS: dict[str, Fault] = {
    "Redis on a slow disk": redis_on_a_disk(A_TENTH_OF_A_SECOND),
    "Redis on a full disk": redis_on_a_disk(FULL),
    "PostgreSQL on a slow disk": postgres_on_a_slow_disk,
    "PostgreSQL on a full disk": postgres_on_a_full_disk,
}


def live_through(cluster: Cluster, faults: Mapping[str, Fault], messages: int, meanwhile: int) -> dict[str, Row]:
    """Make one fault after another while people write, and return what became of their messages.

    Args:
        messages: how many are sent at least from the beginning of one fault to that of the next.
        meanwhile: how many of these while it lasts.
    """
    with cluster.load as load:
        for name, fault in faults.items():
            load.fault = name
            with fault(cluster):
                load.wait_until_sent(meanwhile)
            cluster.wait_until_ready()
            load.wait_until_sent(messages)
    return rows(load.messages, cluster.heard())
