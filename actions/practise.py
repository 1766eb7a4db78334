"""The practice room: a story, the choice somebody makes, and what is said to it."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import slots
from actions.knowledge import handbook
from bot.payloads import payload
from bot.practice import Scenario, next_scenario


class Practise(Action):
    """Say what the choice was worth, then tell the next story; at the end say how many were right."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_practise"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Utter feedback and story."""
        practised, choice = slots.practised(tracker), slots.turn(tracker).choice
        scenarios = handbook().scenarios
        if choice is not None:
            scenario, _, number = choice.rpartition("/")
            chosen = scenarios[scenario].choices[int(number)]
            practised = {**practised, scenario: chosen.best}
            response = "utter_practice_right" if chosen.best else "utter_practice_other"
            dispatcher.utter_message(response=response, feedback=f"@scenarios/{scenario}/choices/{number}/feedback")
        _tell(dispatcher, next_scenario(practised, slots.situation(tracker).audience, scenarios), practised)
        return [SlotSet("practised", [f"{key}={is_best}" for key, is_best in practised.items()])]


def _tell(dispatcher: CollectingDispatcher, scenario: Scenario | None, practised: dict[str, bool]) -> None:
    right, all_of_them = sum(practised.values()), len(practised)
    if practised:
        dispatcher.utter_message(response="utter_practice_score", right=str(right), all=str(all_of_them))
    if scenario is None:
        dispatcher.utter_message(response="utter_practice_end")
        return
    choices = [
        {
            "title": f"@scenarios/{scenario.id}/choices/{number}/text",
            "payload": payload({"choice": f"{scenario.id}/{number}"}, "practice"),
        }
        for number in range(len(scenario.choices))
    ]
    leave = {"title": "@phrases/choices/done", "payload": payload({}, "resume")}
    story, question = f"@scenarios/{scenario.id}/story", f"@scenarios/{scenario.id}/question"
    dispatcher.utter_message(response="utter_practice_story", story=story, question=question, choices=[*choices, leave])
