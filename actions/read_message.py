"""Rasa asks this action after every message: what was read is taken into the slots."""

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import slots
from actions.intents import interrupts
from actions.knowledge import handbook
from bot.entities import from_entities
from bot.reading import Reading
from bot.situation import UNKNOWN_AREA, Situation
from bot.understanding import Asking, note_answer, take_in
from bot.walk import Walk, begin, go_on, note, speaks_of_harm


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
        language = slots.set_language(turn)
        for entities in turn.heard:
            situation, asking = _after(situation, asking, from_entities(entities), asks=None, interrupts=False)
        reading, is_interruption = from_entities(turn.reading), interrupts(turn.intent)
        asked = slots.next_indicator(tracker)
        situation, asking = _after(situation, asking, reading, turn.asks, is_interruption)
        if turn.asks != "indicator" or is_interruption:
            return [*language, *slots.set_slots(situation, asking, turn.message_id)]
        return [*language, *_walked(slots.walk(tracker), asked, reading, situation, asking, turn.message_id)]


def _from_page(situation: Situation, turn: slots.Turn) -> Situation:
    """Fill in what the host page said: the area it serves, and whether it serves staff."""
    if turn.area and situation.area == UNKNOWN_AREA and not situation.area_candidates:
        situation = replace(situation, area=turn.area)
    return replace(situation, audience="staff") if turn.audience == "staff" else situation


def _walked(
    walk: Walk | None, asked: str | None, reading: Reading, situation: Situation, asking: Asking, message_id: str
) -> list[EventType]:
    """Take the answer to a question of the walk."""
    if reading.answer == "enough":
        return [*slots.set_slots(situation, asking, message_id), *slots.set_walk(walk, is_over=True)]
    if walk is None or asked is None:
        return [*slots.set_slots(situation, asking, message_id), *slots.set_walk(begin(reading), is_over=False)]
    indicators = handbook().indicators
    after = go_on(walk, asked, reading, indicators)
    situation = note(situation, walk, after, indicators)
    asking = replace(asking, danger_is_unclear=asking.danger_is_unclear or speaks_of_harm(walk, after, indicators))
    return [*slots.set_slots(situation, asking, message_id), *slots.set_walk(after, is_over=False)]


def _after(
    situation: Situation, asking: Asking, reading: Reading, asks: str | None, interrupts: bool
) -> tuple[Situation, Asking]:
    after = take_in(situation, reading, asks)
    return after, note_answer(asking, situation, after, reading, asks, interrupts)
