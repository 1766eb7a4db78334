"""The triage form: which slot it asks for next, and when it steps aside for something else that was said."""

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.events import ActionExecutionRejected, EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import slots
from actions.intents import is_for_the_form
from actions.knowledge import directory
from bot.triage import next_question


class ValidateTriageForm(FormValidationAction):
    """Let the form ask only what can still change the list, one question a turn."""

    def name(self) -> str:
        """The name by which Rasa's form finds it."""
        return "validate_triage_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Return the slot to ask for; or refuse the turn, so that a rule answers what is no answer to the form."""
        if not is_for_the_form(slots.turn(tracker).intent) and not slots.was_answered(tracker):
            return [ActionExecutionRejected("triage_form")]
        events: list[EventType] = await super().run(dispatcher, tracker, domain)
        return events

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[str]:
        """Return the one slot to ask for next, or none when the list is settled."""
        now = slots.turn(tracker).now
        question = next_question(slots.situation(tracker), slots.asking(tracker), now, directory())
        return [question] if question else []
