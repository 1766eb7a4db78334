"""Start the assistant, the actions and the gateway, keep them running, and end them all together."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx

from bot.content import PROJECT_FOLDER
from bot.errors import WaymarkError
from waymark import model

LOOPBACK = "127.0.0.1"
LOGS = PROJECT_FOLDER / "var" / "logs"
ENGINES = ("WAYMARK_DATABASE_URL", "WAYMARK_STORE_URL")
SHARED = (*ENGINES, "WAYMARK_SECRETS", "WAYMARK_ASSISTANT_TOKEN")
OF_RASA = (*ENGINES, "WAYMARK_ACTIONS_URL", "WAYMARK_ASSISTANT_TOKEN")
SECONDS_TO_START = 300.0  # a busy machine loads the model slowly
SECONDS_TO_END = 5.0
SECONDS_BEFORE_A_NEW_TRY = 1.0
SECONDS_BETWEEN_LOOKS = 0.2
BEHIND_THE_GATEWAY = 5  # niceness: on a busy machine the safe reply must not wait for what reads


class CannotStart(WaymarkError):
    """Something outside Waymark is in the way, such as a busy port; the message says what to do."""


@dataclass(slots=True)
class Program:
    """One process that has to run. `settings`: those of Waymark's that it is told; None: all. `niceness`: as Linux counts."""

    name: str
    command: list[str]
    settings: tuple[str, ...] | None = None
    niceness: int = 0
    process: subprocess.Popen[bytes] | None = None

    def environment(self, whole: Mapping[str, str]) -> dict[str, str]:
        """Return what it may know of an environment: no program holds a secret that it has no use for."""
        told = whole if self.settings is None else self.settings
        return {name: value for name, value in whole.items() if name in told or not name.startswith("WAYMARK_")}

    @property
    def is_misconfigured(self) -> bool:
        """Whether it ended because of what stands in the environment or in a content file; its log says what."""
        return self.process is not None and self.process.returncode == os.EX_CONFIG

    @property
    def log(self) -> Path:
        """Where the process writes what it has to say to operators; never a word that a person wrote."""
        return LOGS / f"{self.name}.log"


class Supervisor:
    """Runs the programs; one that dies is started again.

    Raises:
        CannotStart: the environment names what several machines share, but not all of it.
    """

    def __init__(self, host: str, port: int, environment: Mapping[str, str], say: Callable[[str], None]) -> None:
        token = _token(environment)
        self._say = say
        self.address = f"http://{host}:{port}"
        rasa, actions = free_port(), free_port()
        self.assistant_url = f"http://{LOOPBACK}:{rasa}"
        self._runtime = tempfile.TemporaryDirectory(prefix="waymark-")
        self.runtime_folder = Path(self._runtime.name)
        own_database = f"sqlite:///{self.runtime_folder / 'conversations.db'}"
        self._environment = {
            **environment,
            **model.QUIET,
            "PYTHONPATH": str(PROJECT_FOLDER),
            "WAYMARK_ASSISTANT_URL": self.assistant_url,
            "WAYMARK_ASSISTANT_TOKEN": token,
            "WAYMARK_ACTIONS_URL": f"http://{LOOPBACK}:{actions}/webhook",
            "WAYMARK_DATABASE_URL": environment.get("WAYMARK_DATABASE_URL") or own_database,
            "WAYMARK_STORE_URL": environment.get("WAYMARK_STORE_URL", ""),
        }
        self._stopping = threading.Event()
        self.programs = {
            # First: it can send people to 999 while the others load.
            "gateway": Program("gateway", _python("webhook.server", host, str(port))),
            "assistant": Program("assistant", _rasa(rasa), OF_RASA, BEHIND_THE_GATEWAY),
            "actions": Program("actions", _python("waymark.action_server", str(actions)), (), BEHIND_THE_GATEWAY),
        }

    def start(self) -> None:
        """Start every program and return when a first message can be answered.

        Raises:
            CannotStart: it took too long, or what a program is told to be made of is wrong.
        """
        LOGS.mkdir(parents=True, exist_ok=True)
        for program in self.programs.values():
            program.log.unlink(missing_ok=True)
            threading.Thread(target=self._keep_running, args=(program,), daemon=True).start()
        self.wait_until_ready()

    def stop(self) -> None:
        """End every program."""
        self._stopping.set()
        running = [program.process for program in self.programs.values() if program.process]
        for process in running:
            _signal(process, signal.SIGTERM)
        for process in running:
            try:
                process.wait(SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
                process.wait()
        self._runtime.cleanup()

    def _keep_running(self, program: Program) -> None:
        while not self._stopping.is_set():
            with program.log.open("ab") as log:
                program.process = subprocess.Popen(  # noqa: S603 our own words
                    program.command,
                    cwd=PROJECT_FOLDER,
                    env=program.environment(self._environment),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    preexec_fn=partial(_as_a_child, program.niceness),
                )
                program.process.wait()
            if not self._stopping.wait(SECONDS_BEFORE_A_NEW_TRY):
                self._say(f"The {program.name} ended and is started again. What it said: {program.log}")

    def kill(self, name: str) -> None:
        """Kill one program at once, as a crash would; it is started again. For tests of what happens then."""
        process = self.programs[name].process
        if process is not None:
            _signal(process, signal.SIGKILL)
            process.wait()

    def wait_until_ready(self) -> None:
        """Return when a message can be answered.

        Raises:
            CannotStart: it took too long, or what a program is told to be made of is wrong.
        """
        end = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < end and not self._stopping.is_set():
            for program in self.programs.values():
                if program.is_misconfigured:  # a new try would end in the same way
                    raise CannotStart(program.log.read_text(errors="replace").strip())
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.address}/health/ready", timeout=5).status_code == httpx.codes.OK:
                    return
            time.sleep(SECONDS_BETWEEN_LOOKS)
        raise CannotStart(f"nothing could be answered within {SECONDS_TO_START:.0f} seconds; see {LOGS}")


def check_port(host: str, port: int) -> None:
    """Make sure that the gateway can listen.

    Raises:
        CannotStart: the port is taken, or the address is not ours.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(f"{host}:{port} cannot be used ({error.strerror}). Choose another: PORT=8080 make run") from error


def free_port() -> int:
    """Return a port on loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def serving(host: str, port: int, environment: Mapping[str, str], say: Callable[[str], None]) -> Iterator[Supervisor]:
    """Run everything for as long as the context lasts."""
    supervisor = Supervisor(host, port, environment, say)
    try:
        supervisor.start()
        yield supervisor
    finally:
        supervisor.stop()


def _token(environment: Mapping[str, str]) -> str:
    """Return what the gateway shows to Rasa, from which also the names of conversations are made.

    Each machine makes its own, anew with every start; machines that share their stores must have the same, for good.
    """
    if not any(environment.get(name) for name in ENGINES):
        return secrets.token_urlsafe(32)
    missing = [name for name in SHARED if not environment.get(name)]
    if missing:
        raise CannotStart(
            f"{' and '.join(missing)} must be set too, the same on every machine: see docs/how-to/run-on-several-machines.md"
        )
    return environment["WAYMARK_ASSISTANT_TOKEN"]


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def _rasa(port: int) -> list[str]:
    files = ["--model", str(model.MODEL), "--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
    return _python("rasa", "run", "--quiet", "-i", LOOPBACK, "-p", str(port), *files)


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _as_a_child(niceness: int) -> None:
    """Have Linux end a child whose parent was killed, so that nothing is left behind, and have the child give way to others."""
    import ctypes

    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)
    os.nice(niceness)
