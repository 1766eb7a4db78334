"""Redis and PostgreSQL, from the system's packages, for tests that start, stop, pause, kill and restart them on loopback.

The `conftest.py` of a folder of tests imports the fixtures from here.
"""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest
from redis import Redis
from redis.exceptions import RedisError

from waymark.supervisor import LOOPBACK, free_port

SECONDS_TO_START = 60.0
SECONDS_TO_END = 30.0
SECONDS_BETWEEN_LOOKS = 0.02
NO_REDIS = "NO REDIS: redis-server is missing, and what several gateways share is not tested. `make engines` installs it."
NO_POSTGRES = "NO POSTGRESQL: postgres is missing, and what several assistants share is not tested. `make engines` installs it."
_missing: list[str] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly, at the end, what could not be tested; once, whoever asks."""
    while _missing:
        terminalreporter.write_line(_missing.pop(), red=True, bold=True)


@dataclass
class Engine:
    """A server that can be stopped, killed and started again with what it holds. `user`: as whom it runs, where we are root."""

    url: str
    command: list[str]
    stop_signal: signal.Signals
    is_ready: Callable[[], bool]
    user: str | None = None
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and return when it answers."""
        self.process = _running(self.command, self.user)
        end = time.monotonic() + SECONDS_TO_START
        while not self.is_ready():
            if self.process.poll() is not None:  # what was killed a moment ago may still be ending
                self.process = _running(self.command, self.user)
            assert time.monotonic() < end, f"{self.command[0]} does not start"
            time.sleep(SECONDS_BETWEEN_LOOKS)

    def stop(self) -> None:
        """End it in good order."""
        self._end(self.stop_signal)

    def kill(self) -> None:
        """End it as a crash does."""
        self._end(signal.SIGKILL)

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        """Have it away meanwhile."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Have it answer nobody meanwhile, though its connections stand."""
        self._signal_all(signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal_all(signal.SIGCONT)

    def _end(self, number: signal.Signals) -> None:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.wait(SECONDS_TO_END)

    def _signal_all(self, number: signal.Signals) -> None:
        """Signal it and its children, each of which serves a connection of its own."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii").split()
        for pid in (self.process.pid, *map(int, children)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)


@contextlib.contextmanager
def running_redis() -> Iterator[Engine]:
    """A Redis that keeps what it was told on disk. Skips the test where there is none."""
    program = shutil.which("redis-server") or _skip(NO_REDIS)
    port = free_port()
    url = f"redis://{LOOPBACK}:{port}/0"
    with tempfile.TemporaryDirectory(prefix="waymark-redis-") as folder:
        options = ["--port", str(port), "--bind", LOOPBACK, "--dir", folder, "--appendonly", "yes", "--save", ""]
        yield from _served(Engine(url, [program, *options], signal.SIGTERM, lambda: _redis_answers(url)))


@contextlib.contextmanager
def running_postgres() -> Iterator[Engine]:
    """A PostgreSQL with an empty database. Skips the test where there is none."""
    program = _postgres_program() or _skip(NO_POSTGRES)
    user = _somebody_else() if os.geteuid() == 0 else None  # it refuses to run as root
    port = free_port()
    url = f"postgresql://waymark@{LOOPBACK}:{port}/postgres"
    with tempfile.TemporaryDirectory(prefix="waymark-postgres-", ignore_cleanup_errors=True) as folder:
        if user:
            shutil.chown(folder, user)
        data = f"{folder}/data"
        make = [str(program.with_name("initdb")), "-D", data, "-U", "waymark", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"]
        assert _running(make, user).wait(SECONDS_TO_START) == 0
        options = ["-D", data, "-p", str(port), "-h", LOOPBACK, "-k", folder, "-F"]
        # SIGINT: it ends at once, whoever is connected.
        yield from _served(Engine(url, [str(program), *options], signal.SIGINT, lambda: _postgres_answers(url), user))


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Engine]:
    """One Redis for all tests."""
    with running_redis() as engine:
        yield engine


@pytest.fixture
def redis(redis_server: Engine) -> Engine:
    """A Redis that runs and is empty."""
    _revived(redis_server)
    with contextlib.closing(Redis.from_url(redis_server.url)) as client:
        client.flushall()
    return redis_server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Engine]:
    """One PostgreSQL for all tests."""
    with running_postgres() as engine:
        yield engine


@pytest.fixture
def postgres(postgres_server: Engine) -> Engine:
    """A PostgreSQL that runs and has no table."""
    _revived(postgres_server)
    with contextlib.closing(psycopg2.connect(postgres_server.url)) as connection, connection.cursor() as cursor:
        cursor.execute("alter role waymark reset all; drop schema public cascade; create schema public")
        connection.commit()
    return postgres_server


def _skip(reason: str) -> str:
    if reason not in _missing:
        _missing.append(reason)
    pytest.skip(reason)


def _served(engine: Engine) -> Iterator[Engine]:
    try:
        engine.start()
        yield engine
    finally:
        engine.kill()


def _revived(engine: Engine) -> None:
    """Start an engine that an earlier test has left stopped."""
    assert engine.process is not None
    if engine.process.poll() is not None:
        engine.start()


def _running(command: list[str], user: str | None) -> subprocess.Popen[bytes]:
    account = pwd.getpwnam(user) if user else None
    return subprocess.Popen(
        command,
        cwd="/",
        user=account and account.pw_uid,
        group=account and account.pw_gid,
        extra_groups=[] if account else None,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_die_with_the_tests,
    )


def _die_with_the_tests() -> None:
    """Have Linux kill an engine whose tests were killed, so that nothing is left behind."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def _postgres_program() -> Path | None:
    """Debian's package does not put the program on the path."""
    on_the_path = shutil.which("postgres")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    found = [Path(on_the_path).resolve()] if on_the_path else installed[-1:]
    return found[0] if found else None


def _somebody_else() -> str:
    known = {account.pw_name for account in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _redis_answers(url: str) -> bool:
    try:
        with contextlib.closing(Redis.from_url(url)) as client:
            return bool(client.ping())
    except RedisError:
        return False


def _postgres_answers(url: str) -> bool:
    try:
        psycopg2.connect(url).close()
    except psycopg2.OperationalError:
        return False
    return True
