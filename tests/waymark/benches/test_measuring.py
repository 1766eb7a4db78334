"""What the benches make of what they measured, and of real processes and a real store."""

import contextlib
import os
import sqlite3
import sys
from pathlib import Path

import pytest

from bot.pipeline.tracker_store import _CONVERSATIONS, _EVENTS, WordlessTrackerStore
from waymark.benches.growth import store_conversations
from waymark.benches.lines import Line
from waymark.benches.processes import BenchFailed, measured_run, memory_mb
from waymark.benches.traffic import Tally, conversations
from waymark.benches.understanding import language_row, pipeline_row


def _read(intent: str, danger: bool) -> dict[str, object]:
    return {"intent": intent, "danger": danger, "milliseconds": 2.0}


def test_danger_counts_as_an_intent_on_both_sides():
    """Recall over the dangers, false alarms over the others; what our own label says goes before the intent."""
    tested = [Line("a", "story", "en", True), Line("b", "story", "en", True), Line("c", "story", "en", False)]
    stock = pipeline_row("stock", tested, [_read("danger", False), _read("story", False), _read("story", False)])
    ours = pipeline_row("ours", tested, [_read("story", True), _read("story", True), _read("story", True)])
    assert (stock["danger recall"], stock["false alarms"], stock["accuracy"]) == (0.5, 0.0, pytest.approx(2 / 3))
    assert (ours["danger recall"], ours["false alarms"], ours["accuracy"]) == (1.0, 1.0, pytest.approx(2 / 3))


def test_data_without_danger_has_no_figures_of_it():
    """Blank, and what a message would be read as for us does not count."""
    row = pipeline_row("ours", [Line("a", "book", "en")], [_read("book", True)])
    assert (row["accuracy"], row["danger recall"], row["false alarms"]) == (1.0, None, None)


def test_languages_are_counted_where_both_know_them_too():
    """A language that one of both does not know counts in all lines only."""
    cases = [
        {"text": "hi", "language": "en"},
        {"text": "they took my passport", "language": "en"},
        {"text": "x", "language": "ti"},
    ]
    said = {"read": [{"language": code, "milliseconds": 1.0} for code in ("en", "ro", "en")], "load_seconds": 1, "memory_mb": 1}
    row = language_row("lingua", cases, said, ["en", "ro"])
    assert (row["all lines"], row["languages both know"]) == (pytest.approx(1 / 3), 0.5)
    assert (row["1-2 words"], row["3-9 words"], row["10 words on"]) == (1.0, 0.0, None)


def test_a_tally_tells_the_rate_of_answers():
    """What failed is told apart and is no answer."""
    figures = Tally([10.0, 30.0], failed=1, seconds=4.0).figures()
    assert figures == {"messages/s": 0.5, "p50 ms": 10.0, "p95 ms": 30.0, "p99 ms": 30.0, "failed": 1}


def test_conversations_are_several_messages_each():
    """All of them words: the stock project knows none of our buttons."""
    held = conversations()
    assert len(held) > 50
    assert all(len(texts) > 1 and all(texts) for texts in held)


def test_memory_is_that_of_a_process_and_its_children(tmp_path: Path):
    """A child's counts too."""
    hold = "held = bytearray(200 * 1024 * 1024); import time; time.sleep(1.5)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}])"
    run = measured_run([sys.executable, "-c", parent], tmp_path, os.environ, tmp_path / "log")
    assert run.peak_mb > 200
    assert memory_mb(os.getpid()) > 1


def test_a_program_that_fails_is_not_measured(tmp_path: Path):
    """The message says where it said why."""
    with pytest.raises(BenchFailed, match="log"):
        measured_run([sys.executable, "-c", "raise SystemExit(3)"], tmp_path, os.environ, tmp_path / "log")


def test_stored_conversations_are_copies_of_one_that_was_held(tmp_path: Path):
    """As many as wanted, each with all its events, in their order."""
    database = tmp_path / "conversations.db"
    store = WordlessTrackerStore(None, f"sqlite:///{database}")
    store._make_tables()
    with store._connected() as connection:
        for number in range(3):
            connection.execute(
                _EVENTS.insert(), {"sender_id": "web:1", "type_name": f"event{number}", "timestamp": 1.0, "data": "{}"}
            )
        connection.execute(_CONVERSATIONS.insert(), {"sender_id": "web:1", "touched": 1.0})
    store.engine.dispose()
    assert store_conversations(database, 0, 1500) == 3
    assert store_conversations(database, 1500, 2500) == 3
    with contextlib.closing(sqlite3.connect(database)) as made:
        assert made.execute("select count(*) from conversations").fetchone() == (2501,)
        assert made.execute("select count(*), count(distinct sender_id) from events").fetchone() == (3 * 2501, 2501)
        order = made.execute("select type_name from events where sender_id = 'bench:2499' order by id").fetchall()
        assert order == [("event0",), ("event1",), ("event2",)]
