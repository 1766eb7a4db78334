"""Answer what is no part of the triage: each intent has a response of its name."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import slots


class Answer(Action):
    """Utter the response named after the intent; while danger stands, 999 comes before it."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Utter the answer."""
        if slots.situation(tracker).danger == "yes":
            dispatcher.utter_message(response="utter_still_in_danger")
        dispatcher.utter_message(response=f"utter_{slots.turn(tracker).intent}")
        return []
