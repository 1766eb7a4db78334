"""Show the list of services: who to ring, in order, with what must be said beside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import slots
from actions.knowledge import directory
from bot.advice import advice
from bot.payloads import payload
from bot.routing import Recommendation, route
from bot.situation import Situation
from bot.tally import values_of

# What is offered below a list.
AFTER_THE_LIST = (
    {"title": "@phrases/buttons/call_card", "payload": payload({}, "call_card")},
    {"title": "@phrases/buttons/pack", "payload": payload({}, "pack")},
    {"title": "@topics/next-helpline/title", "payload": payload({"topic": "next-helpline"}, "ask_next_steps")},
)
# What stands on the danger message itself; the others come below it, for when the person is safe.
AT_ONCE_IN_DANGER = frozenset({"emergency-999", "samaritans"})


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the answer: the name of its response, the services on it, and what is offered below."""

    response: str
    services: tuple[Recommendation, ...] = ()
    choices: tuple[dict[str, str], ...] = ()


class ShowServices(Action):
    """Utter the list that the situation leads to."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_show_services"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Utter each message of the answer."""
        turn, situation = slots.turn(tracker), slots.situation(tracker)
        listed = route(situation, turn.now, directory())
        for message in _messages(situation, listed, is_new_danger=turn.intent == "danger"):
            services = [entry.as_payload() for entry in message.services]
            dispatcher.utter_message(
                response=message.response, services=services, choices=list(message.choices), tally=values_of(situation)
            )
        return []


def _messages(situation: Situation, listed: tuple[Recommendation, ...], is_new_danger: bool) -> Iterator[Message]:
    if situation.danger == "yes":
        yield from _in_danger(situation, listed, is_new_danger)
    elif "self_harm" in situation.concerns:
        yield Message("utter_self_harm", listed)
    else:
        yield Message("utter_services", listed)
    yield from (Message(f"utter_advice_{sentence}") for sentence in advice(situation, directory()))
    # In danger nothing is offered but to say that it is over.
    yield Message("utter_not_a_report", choices=() if situation.danger == "yes" else AFTER_THE_LIST)


def _in_danger(situation: Situation, listed: tuple[Recommendation, ...], is_new: bool) -> Iterator[Message]:
    first = tuple(entry for entry in listed if entry.service in AT_ONCE_IN_DANGER)
    is_abroad = directory().nation(situation.area) == "outside_uk"
    yield Message("utter_danger_abroad" if is_abroad else "utter_danger" if is_new else "utter_still_in_danger", first)
    if is_new:
        yield Message("utter_cannot_speak_to_999")
    yield Message("utter_when_safe", tuple(entry for entry in listed if entry not in first))
