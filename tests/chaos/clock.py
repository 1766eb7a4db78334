"""A clock that jumps, for all programs of one machine: Debian's libfaketime stands between them and the time of day."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
SECONDS_UNTIL_NOTICED = 1


class Clock:
    """The time of day, and how far it is off; none of the programs' waiting is touched. `file`: where that is written."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._file.write_text("+0\n", encoding="ascii")

    def environment(self) -> dict[str, str]:
        """What a program is told that has this clock."""
        return {
            "LD_PRELOAD": str(LIBRARIES[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": str(SECONDS_UNTIL_NOTICED),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    @contextlib.contextmanager
    def off_by(self, seconds: int) -> Iterator[None]:
        """Have the clock jump, and later jump back."""
        self._file.write_text(f"{seconds:+}\n", encoding="ascii")
        try:
            yield
        finally:
            self._file.write_text("+0\n", encoding="ascii")
            time.sleep(2 * SECONDS_UNTIL_NOTICED)
