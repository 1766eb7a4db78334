"""Forget everything said so far, at once."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import AllSlotsReset, EventType, Restarted
from rasa_sdk.executor import CollectingDispatcher

from actions import slots


class Forget(Action):
    """Empty every slot and start afresh; used to forget on request and to start again."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_forget"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Utter the confirmation and reset the conversation."""
        dispatcher.utter_message(response=f"utter_{slots.turn(tracker).intent}")
        return [AllSlotsReset(), Restarted()]
