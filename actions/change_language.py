"""Go on in the language that the person asks for; where none was named, offer ours, each by its own name."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import slots
from actions.knowledge import languages
from bot.languages import spoken
from bot.payloads import language_choice


class ChangeLanguage(Action):
    """Write the slot `language`, which stands above what the messages are in."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_change_language"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Return the event that writes the slot."""
        ours = [language.id for language in spoken(languages())]
        wanted = slots.turn(tracker).wanted_language
        if wanted in ours:
            # The sentence that says so is in the new language already, as the next ones are.
            dispatcher.utter_message(response="utter_language_changed", language_to_come=wanted)
            return [SlotSet("language", wanted)]
        dispatcher.utter_message(response="utter_change_language", choices=[language_choice(code) for code in ours])
        return []
