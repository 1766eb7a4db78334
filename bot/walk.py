"""The walk through the signs: which one to ask about next, and what was noticed in the end.

Pure functions of records. Early answers steer the later ones: a "yes" leads to the signs that often go with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from bot.indicators import Indicator, Setting
from bot.reading import Reading
from bot.situation import EXPLOITATIONS, Situation

FEWEST_QUESTIONS = 6
MOST_QUESTIONS = 10
SIGNS_THAT_NAME_A_KIND = 2  # so many noticed signs of one kind, and the kind is noted
SIGNS_THAT_OPEN_A_KIND = 4
FEWEST_SIGNS_OF_A_KIND = 4  # a kind with fewer sourced signs is walked through with the general ones
EVERYWHERE = "any"

WalkAnswer = Literal["yes", "no", "dont_know"]


@dataclass(frozen=True, slots=True)
class Walk:
    """A walk through the signs. `subject` is the id of a setting, a kind of exploitation, or `any`."""

    subject: str
    answers: tuple[tuple[str, WalkAnswer], ...] = ()

    @property
    def noticed(self) -> tuple[str, ...]:
        """The indicators answered with yes, in order."""
        return tuple(indicator for indicator, answer in self.answers if answer == "yes")

    @property
    def denied(self) -> frozenset[str]:
        """The indicators answered with no."""
        return frozenset(indicator for indicator, answer in self.answers if answer == "no")

    def answered(self, indicator: str, answer: WalkAnswer) -> "Walk":
        """Return the walk one answer further."""
        return replace(self, answers=(*self.answers, (indicator, answer)))

    def back(self) -> "Walk":
        """Return the walk as it was before the last answer."""
        return replace(self, answers=self.answers[:-1])


def next_indicator(
    walk: Walk, situation: Situation, indicators: Mapping[str, Indicator], settings: Mapping[str, Setting]
) -> str | None:
    """Return the indicator to ask about next, or None when enough was asked."""
    asked = len(walk.answers)
    if asked >= MOST_QUESTIONS:
        return None
    left = [indicator for indicator in indicators.values() if _is_worth_asking(indicator, walk, situation, indicators)]
    opening = [key for key in _opening(walk.subject, indicators, settings) if any(indicator.id == key for indicator in left)]
    if opening and not walk.noticed:
        return opening[0]
    led = {following for key in walk.noticed for following in indicators[key].leads_to}
    kinds = {kind for key in walk.noticed for kind in indicators[key].kinds}
    if asked >= FEWEST_QUESTIONS:
        left = [indicator for indicator in left if indicator.id in led or indicator.kinds & kinds]
    best = min(
        left, key=lambda it: (it.id not in led, it.id not in opening, not it.kinds & kinds, -it.weight, it.id), default=None
    )
    return best.id if best else None


def begin(reading: Reading) -> Walk:
    """Return a walk through what a message names: a setting, else a kind of exploitation, else the general signs."""
    named = [*sorted(reading.settings), *sorted(reading.exploitation)]
    return Walk(named[0] if named else EVERYWHERE)


def go_on(walk: Walk, asked: str, reading: Reading, indicators: Mapping[str, Indicator]) -> Walk:
    """Return the walk after a message; what is no clear answer counts as "not sure", so that nobody is ever held up."""
    if reading.answer == "back":
        return walk.back()
    if reading.answer in ("yes", "no"):
        return walk.answered(asked, "yes" if reading.answer == "yes" else "no")
    is_told = {asked, indicators[asked].broader} & reading.indicators
    return walk.answered(asked, "yes" if is_told else "dont_know")


def note(situation: Situation, before: Walk, after: Walk, indicators: Mapping[str, Indicator]) -> Situation:
    """Return the situation with what the walk has noticed and denied, and without what going back has taken back."""
    gone = frozenset(before.noticed) - frozenset(after.noticed)
    new = [indicators[key] for key in after.noticed if key not in before.noticed]
    noted = (situation.indicators | frozenset(indicator.id for indicator in new)) - gone
    still_denied = situation.denied - (before.denied - after.denied)
    ages = situation.age_band or frozenset(indicator.age_band for indicator in new if indicator.age_band)
    return replace(
        situation,
        age_band=ages,
        indicators=noted,
        past=situation.past & noted,
        # "No, he has my passport" is no clear no: what the same message tells of is not denied.
        denied=(still_denied | (after.denied - before.denied)) - noted,
        concerns=situation.concerns | frozenset(indicator.concern for indicator in new if indicator.concern),
        exploitation=situation.exploitation | kinds_noticed(after, indicators),
    )


def speaks_of_harm(before: Walk, after: Walk, indicators: Mapping[str, Indicator]) -> bool:
    """Say whether the last answer noticed a sign that may mean danger now: then we ask."""
    return any(indicators[key].danger_is_unclear for key in after.noticed if key not in before.noticed)


def kinds_noticed(walk: Walk, indicators: Mapping[str, Indicator]) -> frozenset[str]:
    """Return the kinds of exploitation of which several noticed signs speak, and the one that was walked through."""
    named = [kind for key in walk.noticed for kind in indicators[key].kinds]
    several = {kind for kind in named if named.count(kind) >= SIGNS_THAT_NAME_A_KIND}
    return frozenset(several | ({walk.subject} & EXPLOITATIONS if walk.noticed else set()))


def has_few_signs(kind: str, indicators: Mapping[str, Indicator]) -> bool:
    """Say whether so few signs of a kind have a source that the general ones are asked about."""
    return sum(kind in indicator.kinds for indicator in indicators.values()) < FEWEST_SIGNS_OF_A_KIND


def _is_worth_asking(indicator: Indicator, walk: Walk, situation: Situation, indicators: Mapping[str, Indicator]) -> bool:
    denied = situation.denied | walk.denied
    known = situation.indicators | denied | dict(walk.answers).keys()
    if indicator.id in known or not _belongs(indicator, walk.subject, indicators):
        return False
    if indicator.about == "child" and situation.age_band and not situation.age_band & {"child", "unsure"}:
        return False
    # What was denied in general is not asked in particular, and what was noticed in particular not in general.
    if indicator.broader in denied:
        return False
    return not any(indicators[key].broader == indicator.id for key in walk.noticed)


def _belongs(indicator: Indicator, subject: str, indicators: Mapping[str, Indicator]) -> bool:
    if subject in EXPLOITATIONS and not has_few_signs(subject, indicators):
        return not indicator.kinds or subject in indicator.kinds
    if subject in EXPLOITATIONS or subject == EVERYWHERE:
        return not indicator.kinds
    return not indicator.settings or subject in indicator.settings


def _opening(subject: str, indicators: Mapping[str, Indicator], settings: Mapping[str, Setting]) -> list[str]:
    """Return what is asked first: the setting's own choice, or the weightiest signs of the kind."""
    if subject in settings:
        return list(settings[subject].first)
    of_the_kind = (indicator for indicator in indicators.values() if subject in indicator.kinds)
    weightiest = sorted(of_the_kind, key=lambda indicator: (len(indicator.kinds), -indicator.weight, indicator.id))
    return [indicator.id for indicator in weightiest[:SIGNS_THAT_OPEN_A_KIND]]
