"""A clock that jumps, for all programs of one machine: the time of day, while what they wait for passes as ever."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from bot.content import PROJECT_FOLDER
from waymark.supervisor import Supervisor

SECONDS_UNTIL_NOTICED = 1.0
JUMPING = Path(__file__).parent / "jumping"  # Python loads its `sitecustomize` by itself


class Clock:
    """How far the time of day is off. `file`: where that is written."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._file.write_text("0", encoding="ascii")

    def give_to(self, machine: Supervisor) -> None:
        """Have the programs of a machine, which are yet to be started, tell the time by this clock."""
        path = os.pathsep.join(map(str, (JUMPING, PROJECT_FOLDER)))
        machine._environment |= {"PYTHONPATH": path, "CLOCK_FILE": str(self._file)}

    @contextlib.contextmanager
    def off_by(self, seconds: int) -> Iterator[None]:
        """Have the clock jump, and later jump back."""
        self._file.write_text(str(seconds), encoding="ascii")
        time.sleep(SECONDS_UNTIL_NOTICED)
        try:
            yield
        finally:
            self._file.write_text("0", encoding="ascii")
            time.sleep(SECONDS_UNTIL_NOTICED)
