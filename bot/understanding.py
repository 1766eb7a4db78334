"""Take what one message said into what is already known: the situation grows, is corrected, and remembers what was asked.

Pure functions of records. The same are used by Rasa's actions and, while Rasa is away, by the gateway.
"""

from dataclasses import dataclass, replace
from typing import Any

from bot.reading import Reading
from bot.situation import QUESTIONS, UNKNOWN_AREA, Situation

INTERRUPTIONS_THAT_END_A_QUESTION = 3


@dataclass(frozen=True, slots=True)
class Asking:
    """How the asking has gone.

    `done`: slots not to be asked (again). `missed`: slots asked whose answer was not understood. `dont_knows`: how often the
    person did not know or would not say. `interruptions`: how often in a row they asked or said something else instead.
    `danger_is_unclear`: harm was spoken of, but not when.
    """

    done: frozenset[str] = frozenset()
    missed: frozenset[str] = frozenset()
    dont_knows: int = 0
    interruptions: int = 0
    danger_is_unclear: bool = False


def take_in(situation: Situation, reading: Reading, asks: str | None) -> Situation:
    """Return the situation as it is after a message.

    Args:
        asks: the slot that our last reply asked for.
    """
    replaces = reading.is_correction
    indicators = (situation.indicators | reading.indicators) - reading.not_indicators
    return replace(
        situation,
        danger=_danger(situation, reading),
        person=_person(situation, reading, asks),
        age_band=_ages(situation, reading, replaces or asks == "age_band"),
        audience=reading.audience or situation.audience,
        first_responder=reading.first_responder or situation.first_responder,
        consent=reading.consent or situation.consent,
        exploitation=situation.exploitation | reading.exploitation,
        indicators=indicators,
        denied=(situation.denied - reading.indicators - reading.not_denied) | reading.not_indicators,
        past=_past(situation, reading) & indicators,
        concerns=situation.concerns | reading.concerns,
        **_area(situation, reading, replaces or asks == "area"),
    )


def note_answer(
    asking: Asking, before: Situation, after: Situation, reading: Reading, asks: str | None, interrupts: bool = False
) -> Asking:
    """Return how the asking stands after a message, given the situation before and after it.

    Args:
        interrupts: the message was no answer, but a question or a wish of the person's own.
    """
    asking = replace(asking, danger_is_unclear=asking.danger_is_unclear or reading.danger == "unclear")
    if reading.danger in ("no", "over"):
        asking = replace(asking, done=asking.done | {"danger"})
    if asks is None or asks not in QUESTIONS:
        return asking
    if interrupts and asking.interruptions + 1 < INTERRUPTIONS_THAT_END_A_QUESTION:
        return replace(asking, interruptions=asking.interruptions + 1)
    asking = replace(asking, interruptions=0)
    if interrupts:
        # Either they do not want to answer, or we take their answers for something else: nobody is asked for ever.
        return replace(asking, done=asking.done | {asks})
    if _was_answered(asks, before, after, reading):
        return asking
    if reading.answer in ("dont_know", "not_known", "skip"):
        return replace(asking, done=asking.done | {asks}, dont_knows=asking.dont_knows + 1)
    if asks == "area" and before.area_candidates:
        # Which of the places with that name was asked once, and no more: else all of them are shown.
        return replace(asking, done=asking.done | {asks})
    # Danger is asked about once, unless the person told something else instead: 999 stands on the list as a condition anyway.
    is_told_nothing_else = asks == "danger" and (before == after or reading.answer == "calm")
    if is_told_nothing_else or asks in asking.missed:
        return replace(asking, done=asking.done | {asks})
    return replace(asking, missed=asking.missed | {asks})


def _was_answered(asks: str, before: Situation, after: Situation, reading: Reading) -> bool:
    if asks == "area":
        return after.area != UNKNOWN_AREA or after.area_candidates != before.area_candidates
    if asks == "danger":
        return reading.danger in ("yes", "no", "over")
    return bool(getattr(after, asks) != getattr(Situation(), asks))


def _danger(situation: Situation, reading: Reading) -> Any:
    if reading.danger == "yes":
        return "yes"
    if situation.danger == "yes":
        # Only that it is over takes 999 from the top; and then it stays on the list as a condition.
        return "unknown" if reading.danger == "over" else "yes"
    return "no" if reading.danger in ("no", "over") else situation.danger


def _person(situation: Situation, reading: Reading, asks: str | None) -> Any:
    if situation.person == "unknown" or reading.is_correction or asks == "person":
        person = reading.person or situation.person
    else:
        person = situation.person
    if person == "unknown" and "staff" in (situation.audience, reading.audience):
        return "someone_else"
    return person


def _ages(situation: Situation, reading: Reading, replaces: bool) -> frozenset[str]:
    if replaces and reading.age_band:
        return reading.age_band
    return situation.age_band | reading.age_band


def _past(situation: Situation, reading: Reading) -> frozenset[str]:
    """The last that was told of a sign says whether it is past."""
    return situation.past | reading.indicators if reading.is_past else situation.past - reading.indicators


def _area(situation: Situation, reading: Reading, replaces: bool) -> dict[str, Any]:
    """A place is kept once it is known: a second one may be where the writer is, or where somebody came from."""
    is_settled = situation.area != UNKNOWN_AREA
    if not reading.areas or (is_settled and not replaces):
        return {}
    narrowed = (reading.areas & situation.area_candidates) or reading.areas
    if len(narrowed) == 1:
        return {"area": next(iter(narrowed)), "area_candidates": frozenset()}
    return {"area": UNKNOWN_AREA, "area_candidates": narrowed}
