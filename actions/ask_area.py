"""Ask where the person at risk is; with buttons where one name means two places."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import slots
from actions.knowledge import directory
from bot.payloads import payload


class AskArea(Action):
    """Ask for the area."""

    def name(self) -> str:
        """The name by which Rasa's form finds it."""
        return "action_ask_area"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Utter the question."""
        candidates = sorted(slots.situation(tracker).area_candidates)
        if not candidates:
            dispatcher.utter_message(response="utter_ask_area")
            return []
        names = {code: directory().areas[code].name for code in candidates}
        buttons = [{"title": name, "payload": payload({"area": code})} for code, name in names.items()]
        dispatcher.utter_message(response="utter_ask_which_area", buttons=buttons)
        return []
