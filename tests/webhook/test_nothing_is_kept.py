"""What a person writes is found nowhere afterwards: not in logs, not in Rasa's store, not in errors."""

import sqlite3
from contextlib import closing
from pathlib import Path

from waymark.client import Client
from waymark.supervisor import LOGS, Supervisor

MARKERS = ("zibbelquast", "Frumious Bandersnatch", "ZZ99 9ZZ", "07700 900123")
SAID = (
    "my neighbour Frumious Bandersnatch of zibbelquast lane, ZZ99 9ZZ, keeps a girl of 15 in the shed, ring me on 07700 900123",
    "zibbelquast has a knife and he is coming for her now",
    "zibbelquast? what will you tell the police about Frumious Bandersnatch",
    "/zibbelquast",
)


def test_no_word_of_a_conversation_is_found_afterwards(running: Supervisor, waymark: Client):
    """Logs and the store of conversations hold ids and codes, never a word that was written."""
    conversation = waymark.start()["conversation_id"]
    for text in SAID:
        waymark.say(conversation, text)
    kept = [*LOGS.glob("*.log"), *running.runtime_folder.rglob("*")]
    held = {file.name: file.read_bytes() for file in kept if file.is_file()}
    assert "conversations.db" in held
    assert _found(held) == []
    assert conversation.encode() not in b"".join(held.values())


def test_an_ended_conversation_leaves_no_row(running: Supervisor, waymark: Client):
    """Ending a conversation deletes everything that Rasa held about it."""
    conversation = waymark.start()["conversation_id"]
    waymark.say(conversation, SAID[0])
    before = _rows(running.runtime_folder)
    waymark.end(conversation)
    assert _rows(running.runtime_folder) < before


def _found(held: dict[str, bytes]) -> list[tuple[str, str]]:
    return [
        (name, marker) for name, content in held.items() for marker in MARKERS if marker.lower().encode() in content.lower()
    ]


def _rows(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "conversations.db")) as store:
        count: int = store.execute("select count(*) from events").fetchone()[0]
    return count
