"""Machines that share a Redis and a PostgreSQL, on loopback, and the faults that can be made in them."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import sqlalchemy as sa

from tests.chaos.load import Load
from tests.chaos.tally import Heard
from tests.engines import Engine
from tests.webhook.channels.phones import BASE, Api
from tests.webhook.channels.test_twilio import ENVIRONMENT as TWILIO
from waymark.supervisor import LOOPBACK, Supervisor, free_port

SECONDS_BETWEEN_LOOKS = 0.05
OF_THE_ASSISTANT = ("WAYMARK_ASSISTANT_URL", "WAYMARK_ASSISTANT_TOKEN", "WAYMARK_ACTIONS_URL")
SETTINGS = {
    "WAYMARK_ASSISTANT_TOKEN": "t" * 32,
    "WAYMARK_SECRETS": "s" * 32,
    "WAYMARK_STOP_KEY": "k" * 32,
    "WAYMARK_PUBLIC_URL": BASE,
    "WAYMARK_MESSAGES_A_MINUTE": "100000",
    "WAYMARK_STARTS_A_MINUTE": "100000",
    "WAYMARK_CHANNEL_A_MINUTE": "100000",
}
_HEARD = sa.text("select sender_id, data from events where type_name = 'user' order by id")


@dataclass
class Cluster:
    """What can be broken. `heard`: what Rasa has read, in its order."""

    machines: Sequence[Supervisor]
    load: Load
    heard: Callable[[], list[Heard]]
    redis: Engine | None = None
    postgres: Engine | None = None

    def wait_until_ready(self) -> None:
        """Return when every machine understands messages."""
        for machine in self.machines:
            machine.wait_until_ready()


def kept_in(database: str) -> list[Heard]:
    """Return what Rasa keeps in a database of the messages."""
    engine = sa.create_engine(database)
    with engine.connect() as connection:
        found = [(name, json.loads(data)["message_id"]) for name, data in connection.execute(_HEARD)]
    engine.dispose()
    return found


def environment(twilio: Api, **more: str) -> dict[str, str]:
    """What all machines are told."""
    return {**os.environ, **SETTINGS, **TWILIO, "WAYMARK_TWILIO_URL": twilio.url, **more}


class Gateway(Supervisor):
    """A machine with nothing but a gateway: its Rasa is another's."""

    def __init__(self, told: Mapping[str, str]) -> None:
        super().__init__(LOOPBACK, free_port(), told, print)
        self._environment |= {name: told[name] for name in OF_THE_ASSISTANT}
        self.programs = {"gateway": self.programs["gateway"]}

    def wait_until_ready(self) -> None:
        """Return when it answers at all."""
        while not self._is_live():
            time.sleep(SECONDS_BETWEEN_LOOKS)

    def _is_live(self) -> bool:
        try:
            return httpx.get(f"{self.address}/health/live").status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False


@contextlib.contextmanager
def started(machines: Sequence[Supervisor]) -> Iterator[None]:
    """Run machines for as long as the context lasts."""
    try:
        with ThreadPoolExecutor(len(machines)) as together:
            list(together.map(Supervisor.start, machines))
        yield
    finally:
        for machine in machines:
            machine.stop()


@contextlib.contextmanager
def paused(machine: Supervisor, name: str) -> Iterator[None]:
    """Have a program answer nobody meanwhile, though its connections stand."""
    process = machine.programs[name].process
    assert process is not None
    os.killpg(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGCONT)


@contextlib.contextmanager
def disk(pids: Sequence[int], calls: str, what: str, paths: Sequence[str] = ()) -> Iterator[None]:
    """Have a disk that is slow or full, as some processes and their children see it: strace stands in for it.

    Args:
        calls: of the system, by which they write.
        what: in the place of it, as strace has it: `delay_enter=...` in microseconds, or `error=ENOSPC`.
        paths: which files; all, if none is named.
    """
    options = ["-qq", "-f", "-o", "/dev/null", "-e", f"trace={calls}", "-e", f"inject={calls}:{what}"]
    wanted = [word for path in paths for word in ("-P", path)] + [word for pid in pids for word in ("-p", str(pid))]
    tracer = subprocess.Popen(["strace", *options, *wanted], stderr=subprocess.PIPE)
    try:
        while not all(_is_traced(pid) for pid in pids):
            assert tracer.poll() is None, tracer.stderr and tracer.stderr.read()
            time.sleep(SECONDS_BETWEEN_LOOKS)
        yield
    finally:
        tracer.terminate()
        tracer.communicate()


def can_stand_in_for_disks() -> bool:
    """Say whether strace is here and may look at processes that are not its own children."""
    if shutil.which("strace") is None:
        return False
    with subprocess.Popen(["sleep", "60"]) as probe:
        try:
            looked = subprocess.run(["timeout", "1", "strace", "-qq", "-p", str(probe.pid)], capture_output=True, check=False)
            return b"not permitted" not in looked.stderr
        finally:
            probe.kill()


def family(engine: Engine) -> list[int]:
    """Return an engine's processes."""
    assert engine.process is not None
    pid = engine.process.pid
    return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split())]


def _is_traced(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except FileNotFoundError:  # a process of PostgreSQL that has ended meanwhile
        return True
    return "TracerPid:\t0\n" not in status
