"""Go on in the language that the person asks for; where none was named, offer ours, each by its own name."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import slots
from actions.knowledge import languages
from bot.payloads import payload


class ChangeLanguage(Action):
    """Write the slot `language`, which stands above what the messages are in."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_change_language"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Return the event that writes the slot."""
        ours = [language for language in languages().values() if language.has_words]
        wanted = slots.turn(tracker).wanted_language
        if wanted in {language.id for language in ours}:
            # The sentence that says so is in the new language already, as the next ones are.
            dispatcher.utter_message(response="utter_language_changed", language_to_come=wanted)
            return [SlotSet("language", wanted)]
        choices = [
            {"title": f"@languages/{language.id}/name", "payload": payload({"language": language.id}, "change_language")}
            for language in ours
        ]
        dispatcher.utter_message(response="utter_change_language", choices=choices)
        return []
