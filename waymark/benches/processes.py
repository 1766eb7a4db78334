"""Processes that are measured: how much memory they and their children take together, and how long they run."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import WaymarkError

SECONDS_BETWEEN_LOOKS = 0.5
SECONDS_TO_END = 20.0
KILOBYTES_A_MEGABYTE = 1024


class BenchFailed(WaymarkError):
    """Something that was to be measured did not run; the message says where it said why."""


@dataclass(frozen=True, slots=True)
class Run:
    """How long a program ran, in seconds, and the most memory it and its children held together, in MB."""

    seconds: float
    peak_mb: float


def memory_mb(pid: int) -> float:
    """Return the memory of a process and all its descendants, in MB; what several share is counted once (PSS)."""
    return sum(map(_proportional_kb, _family(pid))) / KILOBYTES_A_MEGABYTE


def measured_run(command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path) -> Run:
    """Run a program to its end.

    Raises:
        BenchFailed: it ended with an error.
    """
    began = time.monotonic()
    peak = 0.0
    with started(command, folder, environment, log) as process:
        while process.poll() is None:
            peak = max(peak, memory_mb(process.pid))
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(SECONDS_BETWEEN_LOOKS)
    seconds = time.monotonic() - began
    if process.returncode != 0:
        raise BenchFailed(f"a program ended with an error; what it said: {log}")
    return Run(seconds, peak)


@contextlib.contextmanager
def started(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program, in a folder, for as long as the context lasts; its children end with it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as said:
        process = subprocess.Popen(  # noqa: S603 our own words
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        _end(process)


class Peak:
    """The most memory that a running program held, in MB, while the context lasted."""

    def __init__(self, pid: int) -> None:
        self.mb = 0.0
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while True:
            self.mb = max(self.mb, memory_mb(self._pid))
            if self._over.wait(SECONDS_BETWEEN_LOOKS):
                return


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program; the supervisor of ours ends its own."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(SECONDS_TO_END)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _family(pid: int) -> Iterator[int]:
    yield pid
    with contextlib.suppress(OSError):
        for tasks in Path(f"/proc/{pid}/task").iterdir():
            for child in (tasks / "children").read_text().split():
                yield from _family(int(child))


def _proportional_kb(pid: int) -> int:
    with contextlib.suppress(OSError):  # it has ended meanwhile
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
