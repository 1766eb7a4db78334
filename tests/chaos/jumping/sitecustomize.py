"""Python loads this at the start of every program of a machine whose clock jumps: its time of day follows a file."""

import datetime as dt
import os
import threading
import time
from pathlib import Path

import time_machine

SECONDS_BETWEEN_LOOKS = 0.5


def _follow(file: Path) -> None:
    """Be off by as many seconds as the file says, from the moment that it says so."""
    told, travel = "0", None
    while True:
        now_told = file.read_text(encoding="ascii") or told
        if now_told != told:
            told = now_told
            if travel is not None:
                travel.stop()
            travel = time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=float(told)), tick=True)
            travel.start()
        time.sleep(SECONDS_BETWEEN_LOOKS)


threading.Thread(target=_follow, args=(Path(os.environ["CLOCK_FILE"]),), daemon=True).start()
