"""Hold every conversation of the YAML files beside this module.

A file is a list of turns. `say` or `press` (a slot's value, of a button that was offered) is what the person does; the other
keys are what the reply must be: `asks` (a slot, or null), `list` (the services shown in any case, in order), `shows` and
`hides` (ids), `conditional` (ids shown "if ..."), `urgent`, `says` (names of responses in `domain.yml`, in order), `holds` and
`lacks` (references to texts, such as `topics/cost/text`, in the reply or not), `document`. The first entry may be `start`: what
the page says when it begins the conversation, and `now`, the moment; `later` is how many minutes pass before a turn.
"""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.replies import Replies, load_replies
from bot.words import load_words
from waymark.client import Client

FOLDER = Path(__file__).parent
WORDS = load_words()
FILES = sorted(FOLDER.glob("*/test_*.yml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem.removeprefix('test_')}")
def test_conversation(file: Path, waymark: Client):
    """The reply to each turn is the one that the file asks for."""
    turns = yaml.safe_load(file.read_text(encoding="utf-8"))
    start = turns.pop(0)["start"] if "start" in turns[0] else {}
    now = start.pop("now", None)
    reply = waymark.start(now, **start)
    replies = load_replies()
    for number, turn in enumerate(turns, 1):
        now = _later(now, turn.get("later", 0))
        reply = _take(turn, reply, waymark, now)
        for key, check in CHECKS.items():
            if key in turn:
                check(turn[key], reply, replies, f"{file.name}, turn {number}, {key}")


def _later(now: str | None, minutes: int) -> str | None:
    return (dt.datetime.fromisoformat(now) + dt.timedelta(minutes=minutes)).isoformat() if now else None


def _take(turn: Mapping[str, Any], reply: Mapping[str, Any], waymark: Client, now: str | None) -> Mapping[str, Any]:
    conversation = reply["conversation_id"]
    if "say" in turn:
        return waymark.say(conversation, turn["say"], now)
    offered = [button["payload"] for message in reply["messages"] for button in message["buttons"]]
    (payload,) = {payload for payload in offered if f'"{turn["press"]}"' in payload}
    return waymark.press(conversation, payload, now)


def _asks(wanted: str | None, reply: Mapping[str, Any], replies: Replies, where: str) -> None:
    assert [message["asks"] for message in reply["messages"] if message.get("asks")] == ([wanted] if wanted else []), where


def _list(wanted: list[str], reply: Mapping[str, Any], replies: Replies, where: str) -> None:
    assert [service["id"] for service in _services(reply) if not service.get("condition")] == wanted, where


def _shows(wanted: list[str], reply: Mapping[str, Any], replies: Replies, where: str) -> None:
    assert set(wanted) <= {service["id"] for service in _services(reply)}, where


def _hides(unwanted: list[str], reply: Mapping[str, Any], replies: Replies, where: str) -> None:
    assert not set(unwanted) & {service["id"] for service in _services(reply)}, where


def _conditional(wanted: list[str], reply: Mapping[str, Any], replies: Replies, where: str) -> None:
    assert {service["id"] for service in _services(reply) if service.get("condition")} == set(wanted), where


def _urgent(wanted: bool, reply: Mapping[str, Any], replies: Replies, where: str) -> None:
    assert any(message["urgent"] for message in reply["messages"]) == wanted, where


def _says(wanted: list[str], reply: Mapping[str, Any], replies: Replies, where: str) -> None:
    said = [message["text"] for message in reply["messages"]]
    words = [{variation["text"].strip() for variation in replies.responses[name]} for name in wanted]
    assert len(said) == len(words), f"{where}: {said}"
    for text, variations in zip(said, words, strict=True):
        assert text in variations, where


def _holds(wanted: list[str], reply: Mapping[str, Any], replies: Replies, where: str) -> None:
    assert [reference for reference in wanted if WORDS.text(reference) not in _all_words(reply)] == [], where


def _lacks(unwanted: list[str], reply: Mapping[str, Any], replies: Replies, where: str) -> None:
    assert [reference for reference in unwanted if WORDS.text(reference) in _all_words(reply)] == [], where


def _document(wanted: str, reply: Mapping[str, Any], replies: Replies, where: str) -> None:
    assert [message["document"] for message in reply["messages"] if message.get("document")] == [wanted], where


def _all_words(reply: Mapping[str, Any]) -> str:
    titles = [button["title"] for message in reply["messages"] for button in message["buttons"]]
    return "\n".join([*(message["text"] for message in reply["messages"]), *titles])


def _services(reply: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [service for message in reply["messages"] for service in message["services"]]


CHECKS = {
    "asks": _asks,
    "list": _list,
    "shows": _shows,
    "hides": _hides,
    "conditional": _conditional,
    "urgent": _urgent,
    "says": _says,
    "holds": _holds,
    "lacks": _lacks,
    "document": _document,
}
