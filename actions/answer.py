"""Answer what is no part of the triage: with the topic that was asked for, or the response named after the intent."""

from collections.abc import Iterator
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions import slots
from actions.knowledge import directory, handbook
from bot.entities import from_entities
from bot.payloads import payload
from bot.reading import Reading
from bot.routing import Recommendation, route
from bot.situation import Situation
from bot.topics import Topic, find_topic

NOBODY_ANSWERED = "nobody_answered"
FEWEST_FACTS_OF_A_CASE = 2


class Answer(Action):
    """Utter the answer; while danger stands, 999 comes before it."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Utter the answer."""
        turn, situation = slots.turn(tracker), slots.situation(tracker)
        if situation.danger == "yes":
            dispatcher.utter_message(response="utter_still_in_danger")
        topic = find_topic(turn.intent, turn.topic, handbook().topics)
        if topic is None:
            dispatcher.utter_message(response=f"utter_{turn.intent}")
            return []
        # "She is 15 and cleans in Leeds, what happens if I tell?": the answer is not all that is needed. The list follows, or a
        # question with its own numbers.
        is_free = situation.danger != "yes" and not tracker.active_loop_name
        begins = is_free and _tells_a_case(from_entities(turn.reading))
        services = [] if begins else _services(topic, situation, turn)
        # A question of ours that is waiting has buttons of its own.
        choices = [] if begins or tracker.active_loop_name else _next(topic)
        dispatcher.utter_message(response="utter_topic", words=_words(topic, situation), services=services, choices=choices)
        for reference in _local(topic, situation):
            dispatcher.utter_message(response="utter_topic", words=reference)
        return [FollowupAction("triage_form")] if begins else []


def _tells_a_case(reading: Reading) -> bool:
    """Say whether a question comes with a story: with more than one of what happens, how old somebody is, and where."""
    what = reading.exploitation or reading.indicators or reading.concerns
    return sum(map(bool, (what, reading.age_band, reading.areas))) >= FEWEST_FACTS_OF_A_CASE


def _words(topic: Topic, situation: Situation) -> str:
    return f"@topics/{topic.id}/{'child_text' if situation.child_writes and topic.child_text else 'text'}"


def _services(topic: Topic, situation: Situation, turn: slots.Turn) -> list[dict[str, str]]:
    return [*_shown(topic, situation), *(_open_ones(situation, turn) if turn.intent == NOBODY_ANSWERED else ())]


def _shown(topic: Topic, situation: Situation) -> list[dict[str, str]]:
    """Return the services of a topic; to a child Childline comes first, without an "if", in the place of the helpline."""
    shown = [Recommendation(service.id, service.condition).as_payload() for service in topic.services]
    if not situation.child_writes:
        return shown
    others = [service for service in shown if service["id"] not in ("childline", "modern-slavery-helpline")]
    return [Recommendation("childline").as_payload(), *others]


def _open_ones(situation: Situation, turn: slots.Turn) -> list[dict[str, str]]:
    """Return who of the person's own list is known to be open now, to be rung next."""
    listed = route(situation, turn.now, directory())
    awake = [entry for entry in listed if directory().open_now(entry.service, situation.audience, turn.now)]
    return [entry.as_payload() for entry in awake if entry.condition is None]


def _local(topic: Topic, situation: Situation) -> Iterator[str]:
    """Yield what the area's own data add, where there are any."""
    area = directory().areas.get(situation.area)
    if topic.local and area and getattr(area.next_steps, topic.local):
        yield f"@areas/{area.id}/next_steps/{topic.local}/text"


def _next(topic: Topic) -> list[dict[str, str]]:
    following = [handbook().topics[key] for key in topic.next]
    return [{"title": f"@topics/{it.id}/title", "payload": payload({"topic": it.id}, it.answers)} for it in following]
