"""What makes an installation larger: stored conversations, copied from one that was held."""

import contextlib
import sqlite3
import time
from pathlib import Path

AT_A_TIME = 1000  # conversations, so that nobody who writes meanwhile waits for long
_NUMBERS = "with recursive numbers(n) as (select :first union all select n + 1 from numbers where n < :last)"


def store_conversations(database: Path, start: int, end: int) -> int:
    """Copy a middling conversation of Waymark's SQLite store, from one number to another; return how many events it has."""
    with contextlib.closing(sqlite3.connect(database, timeout=60)) as store:
        columns = [row[1] for row in store.execute("pragma table_info(events)") if row[1] not in ("id", "sender_id")]
        names = ", ".join(columns)
        held = store.execute("select sender_id, count(*) from events group by sender_id order by 2").fetchall()
        of, events = held[len(held) // 2]
        for first in range(start, end, AT_A_TIME):
            given = {"first": first, "last": min(first + AT_A_TIME, end) - 1, "of": of, "now": time.time()}
            with store:
                store.execute(
                    f"insert into events (sender_id, {names}) {_NUMBERS} "  # noqa: S608 the names of the table's own columns
                    f"select 'bench:' || n, {names} from numbers, events where sender_id = :of order by n, id",
                    given,
                )
                store.execute(
                    f"insert into conversations (sender_id, touched) {_NUMBERS} "  # noqa: S608 our own words
                    "select 'bench:' || n, :now from numbers",
                    given,
                )
    return int(events)
