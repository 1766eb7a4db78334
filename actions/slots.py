"""The only module that reads and writes Rasa's slots: the tracker becomes our records here, and our records become events."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from actions.knowledge import handbook
from bot import walk as walking
from bot.languages import FALLBACK
from bot.situation import UNKNOWN_AREA, Situation
from bot.understanding import Asking
from bot.walk import Walk

_UNSAID = ("unknown", UNKNOWN_AREA)


@dataclass(frozen=True, slots=True)
class Turn:
    """What comes with a message besides its text: set by the gateway, never by what a person types.

    `is_guarded`: somebody else may hold the phone now, so nothing that was said is repeated. `topic` and `choice` are the
    question asked and the practice button pressed.
    `wanted_language` is asked for in this message, `chosen_language` was before.
    `heard` are readings of messages that the gateway had to answer by itself while Rasa was away.
    """

    message_id: str
    now: dt.datetime
    asks: str | None
    area: str | None
    audience: str | None
    language: str
    is_guarded: bool
    intent: str
    topic: str | None
    wanted_language: str | None
    chosen_language: str | None
    choice: str | None
    reading: tuple[dict[str, Any], ...]
    heard: tuple[tuple[dict[str, Any], ...], ...]


def turn(tracker: Tracker) -> Turn:
    """Return what came with the latest message."""
    message = tracker.latest_message
    metadata: Mapping[str, Any] = message.get("metadata") or {}
    return Turn(
        message_id=str(message.get("message_id")),
        now=dt.datetime.fromisoformat(metadata["now"]) if "now" in metadata else dt.datetime.now(dt.UTC),
        asks=metadata.get("asks"),
        area=metadata.get("area"),
        audience=metadata.get("audience"),
        language=str(tracker.get_slot("language") or message.get("language") or metadata.get("language") or FALLBACK),
        is_guarded=bool(metadata.get("is_guarded")),
        topic=_entity(message, "topic"),
        wanted_language=_entity(message, "language"),
        chosen_language=metadata.get("chosen_language"),
        choice=_entity(message, "choice"),
        intent=str((message.get("intent") or {}).get("name")),
        reading=tuple(message.get("entities") or ()),
        heard=tuple(tuple(reading) for reading in metadata.get("heard", ())),
    )


def _entity(message: Mapping[str, Any], name: str) -> str | None:
    return next((entity["value"] for entity in message.get("entities") or () if entity["entity"] == name), None)


def situation(tracker: Tracker) -> Situation:
    """Return the situation that the slots hold."""
    given = {field.name: tracker.get_slot(field.name) for field in fields(Situation)}
    return Situation(**{name: _record_value(value) for name, value in given.items() if value is not None})


def asking(tracker: Tracker) -> Asking:
    """Return how the asking stands."""
    return Asking(
        done=frozenset(tracker.get_slot("asked") or ()),
        missed=frozenset(tracker.get_slot("missed") or ()),
        dont_knows=int(tracker.get_slot("dont_knows") or 0),
        interruptions=int(tracker.get_slot("interruptions") or 0),
        danger_is_unclear=bool(tracker.get_slot("danger_is_unclear")),
    )


def is_read(tracker: Tracker, message_id: str) -> bool:
    """Say whether a message was taken in already: a form makes Rasa extract slots twice in one turn."""
    return bool(tracker.get_slot("read_message") == message_id)


def was_answered(tracker: Tracker) -> bool:
    """Say whether an action of ours has run since the latest message, so that the form comes back to its question now."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return False
        if event["event"] == "action" and event["name"] not in ("triage_form", "walk_form", "action_listen"):
            return True
    return False


def walk(tracker: Tracker) -> Walk | None:
    """Return the walk through the signs that is under way, if any."""
    subject = tracker.get_slot("walk")
    answers = (entry.split("=") for entry in tracker.get_slot("walk_answers") or ())
    return Walk(subject, tuple((key, answer) for key, answer in answers)) if subject else None


def walk_is_over(tracker: Tracker) -> bool:
    """Say whether the person has had enough of the questions."""
    return bool(tracker.get_slot("walk_is_over"))


def next_indicator(tracker: Tracker) -> str | None:
    """Return the sign that the walk asks about now."""
    under_way = walk(tracker)
    if under_way is None:
        return None
    return walking.next_indicator(under_way, situation(tracker), handbook().indicators, handbook().settings)


def set_walk(walk: Walk | None, is_over: bool) -> list[EventType]:
    """Return the events that write how the walk stands."""
    answers = [f"{key}={answer}" for key, answer in walk.answers] if walk else None
    values = {"walk": walk.subject if walk else None, "walk_answers": answers, "walk_is_over": is_over or None}
    return [SlotSet(name, value) for name, value in values.items()]


def set_language(turn: Turn) -> list[EventType]:
    """Return the event that writes the language that was chosen, if any: it outlives what was said and forgotten."""
    return [SlotSet("language", turn.chosen_language)] if turn.chosen_language else []


def practised(tracker: Tracker) -> dict[str, bool]:
    """Return the practice stories that were done, and whether the best choice was made."""
    done = (entry.split("=") for entry in tracker.get_slot("practised") or ())
    return {scenario: is_best == "True" for scenario, is_best in done}


def set_slots(situation: Situation, asking: Asking, message_id: str) -> list[EventType]:
    """Return the events that write everything known after a message."""
    known = {field.name: _slot_value(getattr(situation, field.name)) for field in fields(Situation)}
    bookkeeping = {
        "asked": sorted(asking.done),
        "missed": sorted(asking.missed),
        "dont_knows": float(asking.dont_knows),
        "interruptions": float(asking.interruptions),
        "danger_is_unclear": asking.danger_is_unclear,
        "child_writes": situation.child_writes,
        "writes_about": situation.person if situation.person != "unknown" else None,
        "read_message": message_id,
    }
    return [SlotSet(name, value) for name, value in {**known, **bookkeeping}.items()]


def _record_value(value: Any) -> Any:
    return frozenset(value) if isinstance(value, list) else value


def _slot_value(value: Any) -> Any:
    """What is not known is an empty slot, so that Rasa's form asks for it."""
    if isinstance(value, frozenset):
        return sorted(value) or None
    return None if value in _UNSAID else value
