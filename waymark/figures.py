"""What was measured, as plain records: figures, the goals beside them, and what typing worse costs. For `waymark report`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from statistics import median
from typing import Any

from babel import Locale

from bot.indicators import Indicator
from bot.languages import FALLBACK, Language
from waymark.benches.figures import percentile
from waymark.evaluation import F1, Z_95, Intents, Labels, Measurement, Outcome, Rate, Scores

ALL = "all"
ANY_KIND = "any"
MOST_BEHIND_ENGLISH = 0.03  # of danger recall
MOST_COST = {"noise": 0.03}  # of danger recall, by variant
RATES = (
    "recall",
    "must_catch",
    "false_alarms",
    "short",
    "middling",
    "long",
    "person",
    "age",
    "area",
    "out_of_scope",
    "scenarios",
)


Figure = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What one number of a figure should be, at least or at most; in English it may have to be more."""

    figure: str
    of: str = "value"
    least: float | None = None
    most: float | None = None
    least_in_english: float | None = None

    def is_met(self, figures: Mapping[str, Figure], language: str) -> bool | None:
        """Say whether the figures of a language are as they should be; None where nothing was measured."""
        value = figures[self.figure][self.of]
        if value is None:
            return None
        if self.most is not None:
            return bool(value <= self.most)
        least = self.least_in_english if language == FALLBACK and self.least_in_english else self.least
        return bool(value >= (least or 0.0))


GOALS = (
    Goal(figure="recall", least=0.98),
    Goal(figure="recall", of="low", least=0.93),
    Goal(figure="must_catch", least=1.0),
    Goal(figure="false_alarms", most=0.05),
    Goal(figure="short", least=0.90),
    Goal(figure="middling", least=0.97),
    Goal(figure="long", least=0.97),
    Goal(figure="person", least=0.95),
    Goal(figure="age", least=0.95),
    Goal(figure="area", least=0.95),
    Goal(figure="kinds", least=0.85),
    Goal(figure="signs", least=0.70),
    Goal(figure="intents", least=0.85, least_in_english=0.90),
    Goal(figure="out_of_scope", least=0.80),
    Goal(figure="scenarios", least=0.95),
    Goal(figure="milliseconds", most=25.0),
    Goal(figure="milliseconds", of="p95", most=60.0),
)


@dataclass(slots=True)
class Paired:
    """The same messages read twice, and how many were read in some way (as danger, say) before, after, or both times."""

    before: int = 0
    after: int = 0
    lost: int = 0
    won: int = 0
    all: int = 0

    def add(self, is_before: bool, is_after: bool) -> None:
        """Count a message."""
        self.before += is_before
        self.after += is_after
        self.lost += is_before and not is_after
        self.won += is_after and not is_before
        self.all += 1

    def figure(self) -> Figure:
        """Return both shares, and the change between them with its 95% interval (Agresti and Min, 2005)."""
        if not self.all:
            return {"all": 0, "before": None, "after": None, "change": None, "low": None, "high": None}
        lost, won, n = self.lost + 0.5, self.won + 0.5, self.all + 2
        centre = (won - lost) / n
        spread = Z_95 * sqrt(lost + won - (won - lost) ** 2 / n) / n
        return {
            "all": self.all,
            "before": self.before / self.all,
            "after": self.after / self.all,
            "change": (self.won - self.lost) / self.all,
            "low": centre - spread,
            "high": centre + spread,
        }


@dataclass(slots=True)
class Changes:
    """What typing messages in a variant changes."""

    recall: Paired = field(default_factory=Paired)
    false_alarms: Paired = field(default_factory=Paired)
    language: Paired = field(default_factory=Paired)

    def add(self, before: Outcome, after: Outcome) -> None:
        """Count a message that was read twice."""
        of_danger = self.recall if after.case["danger"] else self.false_alarms
        of_danger.add(before.reading["danger"], after.reading["danger"])
        language = after.case["language"]
        self.language.add(before.reading["language"] == language, after.reading["language"] == language)


def measurement_figures(
    plain: Measurement, languages: Mapping[str, Language], indicators: Mapping[str, Indicator]
) -> dict[str, Any]:
    """Return everything that was measured on the messages as they were written, the weakest language first."""
    codes = sorted((code for code in plain.languages if code != ALL), key=lambda code: _place(plain.languages[code]))
    english = plain.languages[FALLBACK].recall.value if FALLBACK in plain.languages else None
    rows = [_language_row(code, plain.languages[code], english, languages) for code in codes]
    of_all = _figures(plain.languages[ALL])
    messages = [outcome for outcome in plain.outcomes if outcome.reading]
    return {
        "messages": len(messages),
        "dangers": sum(outcome.case["danger"] for outcome in messages),
        # While the assistant is away the gateway's word lists read alone, and nothing here is what it should be.
        "read_by_words_alone": sum(outcome.reading["intent"] is None for outcome in messages),
        "all": {**of_all, "met": _met(of_all, ALL)},
        "languages": rows,
        "goals": [_goal_row(goal, of_all, rows) for goal in GOALS],
        "behind_english": [row["english_name"] for row in rows if (row["behind_english"] or 0.0) > MOST_BEHIND_ENGLISH],
        "exploitation": {kind: _f1(count) for kind, count in sorted(plain.languages[ALL].kinds.labels.items())},
        "sign_groups": _sign_groups(plain.languages[ALL].signs, indicators),
        "kinds": [{"name": name, **_class_figures(scores)} for name, scores in sorted(plain.kinds.items())],
        "styles": [{"name": name, **_class_figures(scores)} for name, scores in sorted(plain.styles.items())],
        "missed_dangers": _missed_dangers(messages),
    }


def _place(scores: Scores) -> tuple[bool, float]:
    """Return where a language stands: by its recall of danger, and those without a danger last."""
    recall = scores.recall.value
    return recall is None, recall or 0.0


def _language_row(code: str, scores: Scores, english: float | None, languages: Mapping[str, Language]) -> dict[str, Any]:
    figures = _figures(scores)
    recall = scores.recall.value
    return {
        "code": code,
        "english_name": languages[code].english_name if code in languages else name_of(code),
        # Rounded, so that three points are three.
        "behind_english": None if recall is None or english is None else round(english - recall, 6),
        **figures,
        "met": _met(figures, code),
    }


def _figures(scores: Scores) -> dict[str, Figure]:
    return {
        **{name: _rate(getattr(scores, name)) for name in RATES},
        "kinds": _f1(scores.kinds.micro()),
        "signs": _f1(scores.signs.micro()),
        "intents": _macro(scores.intents),
        "milliseconds": _milliseconds(scores.milliseconds),
    }


def _class_figures(scores: Scores) -> dict[str, Figure]:
    return {name: _rate(getattr(scores, name)) for name in ("recall", "false_alarms")}


def _rate(rate: Rate) -> Figure:
    low, high = rate.interval() if rate.all else (None, None)
    return {"right": rate.right, "all": rate.all, "value": rate.value, "low": low, "high": high}


def _f1(count: F1) -> Figure:
    return {"value": count.value, "hits": count.hits, "misses": count.misses, "extras": count.extras}


def _macro(intents: Intents) -> Figure:
    return {"value": intents.macro(), "labels": len(intents.labels)}


def _milliseconds(times: Sequence[float]) -> Figure:
    """Return the median, and what 95 of 100 messages take at most."""
    if not times:
        return {"value": None, "p95": None, "all": 0}
    return {"value": median(times), "p95": percentile(times, 95), "all": len(times)}


def _met(figures: Mapping[str, Figure], language: str) -> dict[str, dict[str, bool]]:
    """Say of each number that has a goal and was measured whether it meets it."""
    met: dict[str, dict[str, bool]] = defaultdict(dict)
    for goal in GOALS:
        is_met = goal.is_met(figures, language)
        if is_met is not None:
            met[goal.figure][goal.of] = is_met
    return met


def _goal_row(goal: Goal, of_all: Mapping[str, Figure], rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    verdicts = [(row["english_name"], goal.is_met(row, row["code"])) for row in rows]
    return {
        "figure": goal.figure,
        "of": goal.of,
        "least": goal.least,
        "most": goal.most,
        "least_in_english": goal.least_in_english,
        "value": of_all[goal.figure][goal.of],
        "is_met": goal.is_met(of_all, ALL),
        "met_in": [name for name, is_met in verdicts if is_met],
        "missed_in": [name for name, is_met in verdicts if is_met is False],
    }


def _sign_groups(signs: Labels, indicators: Mapping[str, Indicator]) -> dict[str, Figure]:
    """Return the F1 of signs by the kind of exploitation they point to; a sign may point to several."""
    groups: dict[str, list[str]] = defaultdict(list)
    for key, indicator in indicators.items():
        for kind in indicator.kinds or {ANY_KIND}:
            groups[kind].append(key)
    return {kind: _f1(signs.micro(keys)) for kind, keys in sorted(groups.items())}


def _missed_dangers(messages: Iterable[Outcome]) -> dict[str, list[dict[str, Any]]]:
    """Return the dangers that were not read as such, by their kind."""
    missed: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for outcome in messages:
        case = outcome.case
        if case["danger"] and not outcome.reading["danger"]:
            shown = ("id", "language", "style", "must_catch", "text")
            missed[case.get("kind", "-")].append({key: case.get(key) for key in shown})
    return dict(sorted(missed.items()))


def variant_figures(variant: str, plain: Measurement, again: Measurement) -> dict[str, Any]:
    """Return what a variant changes, on all its messages and in each language, compared with the same messages as written."""
    before = {outcome.case["id"]: outcome for outcome in plain.outcomes}
    changes: dict[str, Changes] = defaultdict(Changes)
    for outcome in again.outcomes:
        for group in (ALL, outcome.case["language"]):
            changes[group].add(before[outcome.case["id"]], outcome)
    recall, most = changes[ALL].recall.figure(), MOST_COST.get(variant)
    is_measured = recall["change"] is not None
    return {
        "variant": variant,
        "messages": len(again.outcomes),
        "recall": recall,
        "false_alarms": changes[ALL].false_alarms.figure(),
        "language": changes[ALL].language.figure(),
        "most_cost": most,
        "is_met": -recall["change"] <= most if is_measured and most is not None else None,
        "languages": {code: change.recall.figure() for code, change in sorted(changes.items()) if code != ALL},
    }


def name_of(code: str) -> str:
    """Return the English name of a language that Waymark may have no folder for."""
    return str(Locale.parse(code).get_display_name(FALLBACK))
