"""What was noted: shown, put into a summary for the phone, and onto the call card. Waymark sends none of it anywhere."""

from collections.abc import Iterable, Iterator
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import slots
from actions.knowledge import directory, handbook
from actions.walk import signs
from bot.call_card import lines_for
from bot.languages import FALLBACK
from bot.payloads import payload
from bot.phrases import SUMMARY
from bot.situation import Situation


class ShowNotes(Action):
    """Show what was noted, with a way to take back each sign and each no; never to who may not be the one who wrote."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_show_notes"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Utter the notes."""
        situation = slots.situation(tracker)
        noted = [[f"@phrases/summary/{part}", *known] for part in SUMMARY if (known := list(_noted(part, situation)))]
        if slots.turn(tracker).is_guarded:
            dispatcher.utter_message(response="utter_not_repeated")
        elif not noted:
            dispatcher.utter_message(response="utter_nothing_noted")
        else:
            dispatcher.utter_message(response="utter_notes", notes=noted, choices=_corrections(situation))
        return []


class ShowPack(Action):
    """Write a short summary in the order in which helpline, children's services and the NRM ask, with gaps to fill in."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_show_pack"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Utter the summary."""
        if slots.turn(tracker).is_guarded:
            dispatcher.utter_message(response="utter_not_repeated")
            return []
        dispatcher.utter_message(response="utter_pack")
        dispatcher.utter_message(response="utter_document", words=list(_summary(slots.situation(tracker))), document="pack")
        return []


class ShowCallCard(Action):
    """Show sentences to read aloud or to show, so that a person is heard in English."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_show_call_card"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Utter the card."""
        turn, situation = slots.turn(tracker), slots.situation(tracker)
        if turn.is_guarded:
            dispatcher.utter_message(response="utter_not_repeated")
            return []
        area = directory().areas.get(situation.area)
        has_place = area is not None and area.kind == "council"
        filled = {
            "place": f"@areas/{situation.area}/name" if has_place else "",
            "language": f"@languages/{turn.language}/english_name",
        }
        lines = list(lines_for(situation, turn.language, has_place))
        short = [line for line in lines if line in handbook().call_card.short]
        card = list(_sentences(lines, turn.language))
        dispatcher.utter_message(response="utter_call_card")
        dispatcher.utter_message(response="utter_document", words=card, document="call_card", **filled)
        if short and short != lines:
            in_english = list(_sentences(short, FALLBACK))
            dispatcher.utter_message(response="utter_call_card_short", words=in_english, **filled)
        return []


def _sentences(lines: Iterable[str], language: str) -> Iterator[str]:
    """Yield each sentence in English, for whoever is shown it, and below it in the person's language, so that they know it."""
    for line in lines:
        yield f"@@call_card/{line}"
        if language != FALLBACK:
            yield f"@call_card/{line}"


def _summary(situation: Situation) -> Iterator[list[str]]:
    """Yield the summary part by part: its name, then what is known of it, or a gap; but nothing has to be past or denied."""
    for part in SUMMARY:
        known = list(_noted(part, situation))
        if known or part not in ("past", "denied"):
            yield [f"@phrases/summary/{part}", *(known or ["@phrases/summary/to_fill_in"])]


def _noted(part: str, situation: Situation) -> Iterator[str]:
    """Yield the references to what is known of one part of a summary."""
    if part == "who" and situation.person != "unknown":
        yield f"@phrases/person/{situation.person}"
    elif part == "age":
        yield from (f"@phrases/ages/{band}" for band in sorted(situation.age_band))
    elif part == "where":
        yield from (f"@areas/{code}/name" for code in situation.places if code in directory().areas)
    elif part == "what":
        yield from signs(tuple(sorted(situation.indicators - situation.past)), situation)
        yield from (f"@phrases/concerns/{concern}" for concern in sorted(situation.concerns))
    elif part == "past":
        yield from signs(tuple(sorted(situation.past)), situation)
    elif part == "denied":
        yield from signs(tuple(sorted(situation.denied)), situation)
    elif part == "kind":
        yield from (f"@phrases/kinds/{kind}" for kind in sorted(situation.exploitation))
    elif part == "risk" and situation.danger != "unknown":
        yield f"@phrases/dangers/{situation.danger}"


def _corrections(situation: Situation) -> list[dict[str, str]]:
    noted = _taken_back(situation.indicators, situation, "wrong", "not_indicators")
    denied = _taken_back(situation.denied, situation, "take_back", "not_denied")
    return [*noted, *denied]


def _taken_back(ids: frozenset[str], situation: Situation, choice: str, entity: str) -> Iterator[dict[str, str]]:
    for key in sorted(ids):
        (sentence,) = signs((key,), situation)
        title = f"@phrases/choices/{choice}"
        yield {"title": title, "sign": sentence, "payload": payload({entity: key}, "show_ledger")}
