"""What to ask next: only what can still change the list, one question at a time, in the policy's order."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.advice import advice
from bot.directory import Directory
from bot.routing import route
from bot.situation import QUESTIONS, UNKNOWN_AREA, Situation
from bot.understanding import Asking

DONT_KNOWS_THAT_END_THE_ASKING = 2

_ANSWERS: Mapping[str, tuple[Any, ...]] = {
    "danger": ("yes", "no"),
    "person": ("me", "someone_else"),
    "age_band": (frozenset({"child"}), frozenset({"just_18"}), frozenset({"adult"})),
    "first_responder": ("yes", "no"),
    "consent": ("yes", "no"),
}


def next_question(situation: Situation, asking: Asking, now: dt.datetime, directory: Directory) -> str | None:
    """Return the slot to ask for, or None when nothing that could be asked would change the list."""
    if situation.danger == "yes" or asking.dont_knows >= DONT_KNOWS_THAT_END_THE_ASKING:
        return None
    for slot in QUESTIONS:
        if slot in asking.done or _is_known(slot, situation) or _is_spared(slot, situation, asking):
            continue
        if _matters(slot, situation, now, directory):
            return slot
    return None


def _is_spared(slot: str, situation: Situation, asking: Asking) -> bool:
    # A member of staff who reports calmly wants the plan at once; 999 stands on it as a condition.
    return slot == "danger" and situation.audience == "staff" and not asking.danger_is_unclear


def _is_known(slot: str, situation: Situation) -> bool:
    if slot == "area":
        return situation.area != UNKNOWN_AREA
    if slot == "age_band":
        return bool(situation.age_band)
    return bool(getattr(situation, slot) != "unknown")


def _matters(slot: str, situation: Situation, now: dt.datetime, directory: Directory) -> bool:
    """Say whether two answers to the question would lead to different lists, or to different words with it."""
    answers = _area_answers(situation, directory) if slot == "area" else _ANSWERS[slot]
    changes: list[dict[str, Any]] = [{slot: answer} for answer in answers]
    plans = {_plan(replace(situation, **change), now, directory) for change in changes}
    return len(plans) > 1


def _area_answers(situation: Situation, directory: Directory) -> tuple[str, ...]:
    return tuple(sorted(situation.area_candidates or directory.areas))


def _plan(situation: Situation, now: dt.datetime, directory: Directory) -> tuple[object, ...]:
    return route(situation, now, directory), advice(situation, directory)
