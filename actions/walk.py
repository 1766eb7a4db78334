"""The walk through the signs: ask where, ask one sign after another, and say what was noticed."""

from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import ActionExecutionRejected, EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import slots
from actions.intents import is_for_the_form
from actions.knowledge import handbook
from bot.payloads import payload
from bot.situation import EXPLOITATIONS, Situation
from bot.walk import has_few_signs, kinds_noticed

NO_KIND = frozenset({"unclear"})


class ValidateWalkForm(FormValidationAction):
    """Let the form ask where, then one sign after another until enough was asked."""

    def name(self) -> str:
        """The name by which Rasa's form finds it."""
        return "validate_walk_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Return the slot to ask for; or refuse the turn, so that a rule answers what is no answer to the form."""
        intent = slots.turn(tracker).intent
        if not is_for_the_form(intent) and intent != "check_signs" and not slots.was_answered(tracker):
            return [ActionExecutionRejected("walk_form")]
        events: list[EventType] = await super().run(dispatcher, tracker, domain)
        return events

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[str]:
        """Return the place, then the sign to ask for; none when the walk is over."""
        walk = slots.walk(tracker)
        if slots.walk_is_over(tracker):
            return []
        if walk is None:
            return ["walk"]
        return ["indicator"] if slots.next_indicator(tracker) else []


class AskWalk(Action):
    """Ask where something was noticed, or what kind of thing it is."""

    def name(self) -> str:
        """The name by which Rasa's form finds it."""
        return "action_ask_walk"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Utter the question, with a button a setting and one a kind."""
        settings = [{"title": f"@settings/{key}/name", "payload": payload({"settings": key})} for key in handbook().settings]
        kinds = [
            {"title": f"@phrases/kinds/{kind}", "payload": payload({"exploitation": kind})}
            for kind in sorted(EXPLOITATIONS - NO_KIND)
        ]
        other = {"title": "@phrases/choices/any", "payload": payload({"answer": "dont_know"}, "dont_know")}
        dispatcher.utter_message(response="utter_ask_walk", choices=[*settings, *kinds, other])
        return []


class AskIndicator(Action):
    """Ask about one sign."""

    def name(self) -> str:
        """The name by which Rasa's form finds it."""
        return "action_ask_indicator"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Utter the question; at the first one of a kind with few sourced signs, say so before."""
        walk, situation, asked = slots.walk(tracker), slots.situation(tracker), slots.next_indicator(tracker)
        if walk and not walk.answers and walk.subject in EXPLOITATIONS and has_few_signs(walk.subject, handbook().indicators):
            dispatcher.utter_message(response="utter_few_signs")
        question = f"@indicators/{asked}/{'question_me' if situation.person == 'me' else 'question'}"
        answers = [
            _choice(answer, intent) for answer, intent in (("yes", "affirm"), ("no", "deny"), ("dont_know", "dont_know"))
        ]
        back = [_choice("back", "inform")] if walk and walk.answers else []
        choices = [*answers, *back, _choice("enough", "inform")]
        dispatcher.utter_message(response="utter_ask_indicator", question=question, choices=choices)
        return []


class ShowSigns(Action):
    """Say what was noticed, in words that never diagnose; the triage follows."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_show_signs"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Utter what was noticed and end the walk."""
        walk, situation = slots.walk(tracker), slots.situation(tracker)
        if walk and walk.noticed:
            kinds = sorted(kinds_noticed(walk, handbook().indicators))
            response = "utter_signs_noticed" if kinds else "utter_signs_noticed_of_any_kind"
            dispatcher.utter_message(response=response, signs=signs(walk.noticed, situation), kinds=_kinds(kinds))
        else:
            dispatcher.utter_message(response="utter_signs_none")
        return slots.set_walk(None, is_over=False)


def signs(ids: tuple[str, ...], situation: Situation) -> list[str]:
    """Return the references to the sentences that name the signs."""
    form = "sign_me" if situation.person == "me" else "sign"
    return [f"@indicators/{key}/{form}" for key in ids]


def _kinds(kinds: list[str]) -> list[str]:
    return [f"@phrases/kinds/{kind}" for kind in kinds]


def _choice(answer: str, intent: str) -> dict[str, str]:
    return {"title": f"@phrases/choices/{answer}", "payload": payload({"answer": answer}, intent)}
