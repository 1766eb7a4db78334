"""Rasa asks this action after every message: what was read is taken into the slots."""

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import slots
from actions.intents import interrupts
from bot.entities import from_entities
from bot.reading import Reading
from bot.situation import UNKNOWN_AREA, Situation
from bot.understanding import Asking, note_answer, take_in


class ReadMessage(Action):
    """Take the readings of the latest message, and of those Rasa missed, into the slots."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_read_message"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Return the events that write the slots; none if this message was taken in already."""
        turn = slots.turn(tracker)
        if slots.is_read(tracker, turn.message_id):
            return []
        situation, asking = _from_page(slots.situation(tracker), turn), slots.asking(tracker)
        for entities in turn.heard:
            situation, asking = _after(situation, asking, from_entities(entities), asks=None, answers=True)
        reading, answers = from_entities(turn.reading), not interrupts(turn.intent)
        situation, asking = _after(situation, asking, reading, turn.asks, answers)
        return slots.set_slots(situation, asking, turn.message_id)


def _from_page(situation: Situation, turn: slots.Turn) -> Situation:
    """Fill in what the host page said: the area it serves, and whether it serves staff."""
    if turn.area and situation.area == UNKNOWN_AREA and not situation.area_candidates:
        situation = replace(situation, area=turn.area)
    return replace(situation, audience="staff") if turn.audience == "staff" else situation


def _after(situation: Situation, asking: Asking, reading: Reading, asks: str | None, answers: bool) -> tuple[Situation, Asking]:
    after = take_in(situation, reading, asks)
    return after, note_answer(asking, situation, after, reading, asks if answers else None)
