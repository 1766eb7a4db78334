"""What is made of a measurement: goals that are met or missed, languages that stay behind, and what typing worse costs."""

import pytest

from bot.content import PROJECT_FOLDER
from bot.indicators import load_indicators
from bot.languages import load_languages
from waymark.evaluation import Measurement
from waymark.figures import GOALS, Figure, Paired, measurement_figures, variant_figures

LANGUAGES = load_languages()
INDICATORS = load_indicators(PROJECT_FOLDER / "data" / "indicators")


def measurement(*messages: tuple[str, bool, bool], **labels: object) -> Measurement:
    """A measurement of messages: the language, whether it is danger, whether it was read as danger."""
    measured = Measurement()
    for number, (language, is_danger, is_read) in enumerate(messages):
        case = {"id": str(number), "language": language, "text": "one two three", "danger": is_danger, "kind": "now", **labels}
        situation = {"person": "unknown", "area": "unknown", "indicators": ["papers-held", "hotel-visits"]}
        reading = {"language": language, "intent": "danger", "danger": is_read, "situation": situation}
        measured.add_message(case, reading, milliseconds=float(number))
    return measured


def figures(*messages: tuple[str, bool, bool], **labels: object) -> dict[str, Figure]:
    """What was measured on these messages."""
    return measurement_figures(measurement(*messages, **labels), LANGUAGES, INDICATORS)


def dangers(language: str, number: int, missed: int) -> list[tuple[str, bool, bool]]:
    """So many dangers of a language, of which so many are missed."""
    return [(language, True, place >= missed) for place in range(number)]


MET = [
    # what one number of a figure is, in which language, whether it meets the goal
    ("recall", "value", 0.98, "ro", True),
    ("recall", "value", 0.979, "ro", False),
    ("recall", "low", 0.929, "ro", False),
    ("must_catch", "value", 0.999, "ro", False),
    ("false_alarms", "value", 0.05, "ro", True),
    ("false_alarms", "value", 0.051, "ro", False),
    ("intents", "value", 0.87, "ro", True),
    ("intents", "value", 0.87, "en", False),
    ("milliseconds", "p95", 61.0, "ro", False),
    ("scenarios", "value", None, "ro", None),
]


@pytest.mark.parametrize(("figure", "of", "value", "language", "is_met"), MET)
def test_a_goal_is_met_or_missed(figure: str, of: str, value: float | None, language: str, is_met: bool | None):
    """A figure at its goal meets it; one that was not measured neither meets nor misses it."""
    goal = next(goal for goal in GOALS if (goal.figure, goal.of) == (figure, of))
    assert goal.is_met({figure: {of: value}}, language) is is_met


def test_a_missed_goal_is_marked_beside_its_number():
    """The share and the lower bound of its interval have goals of their own."""
    (romanian,) = figures(*dangers("ro", number=50, missed=0))["languages"]
    assert romanian["met"]["recall"] == {"value": True, "low": False}


def test_what_stays_behind_english_is_reported_as_such():
    """More than three points behind English in danger recall, and a language is named."""
    found = figures(*dangers("en", 100, 0), *dangers("ro", 100, 3), *dangers("pl", 100, 4))
    assert found["behind_english"] == ["Polish"]


def test_without_english_nothing_is_behind_it():
    """Where no danger in English was measured, no language is compared."""
    found = figures(*dangers("ro", 100, 50))
    assert found["behind_english"] == []
    assert [row["behind_english"] for row in found["languages"]] == [None]


def test_the_weakest_language_stands_first():
    """What has to be mended is seen first; a language without a danger stands last."""
    found = figures(("cy", False, False), *dangers("en", 10, 0), *dangers("so", 10, 5), *dangers("ro", 10, 2))
    assert [row["code"] for row in found["languages"]] == ["so", "ro", "en", "cy"]


def test_every_missed_danger_is_listed_by_its_kind():
    """A danger that was read stands in no list, nor does what is none."""
    found = figures(("ro", True, False), ("ro", True, True), ("ro", False, False), style="plain")
    shown = {"id": "0", "language": "ro", "style": "plain", "must_catch": None, "text": "one two three"}
    assert found["missed_dangers"] == {"now": [shown]}


def test_readings_without_the_assistant_are_counted():
    """What the word lists read alone is no measurement of the model, and the report must say so."""
    measured = measurement(("ro", True, True))
    case = {"id": "1", "language": "ro", "text": "one two three", "danger": True}
    measured.add_message(case, {**measured.outcomes[0].reading, "intent": None}, 1.0)
    assert measurement_figures(measured, LANGUAGES, INDICATORS)["read_by_words_alone"] == 1


def test_signs_are_grouped_by_the_kinds_they_point_to():
    """A sign that points to no kind in particular stands for any."""
    groups = figures(("ro", True, True), indicators=["papers-held"])["sign_groups"]
    assert groups["any"] == {"value": 1.0, "hits": 1, "misses": 0, "extras": 0}
    assert groups["sexual"] == {"value": 0.0, "hits": 0, "misses": 0, "extras": 1}


def test_times_are_the_median_and_what_most_messages_take():
    """Of messages that took 0 to 99 milliseconds."""
    assert figures(*dangers("ro", 100, 0))["all"]["milliseconds"] == {"value": 49.5, "p95": 94.0, "all": 100}


CHANGES = [
    # lost, won, all, change, low, high: by hand from the formula of Agresti and Min
    (5, 1, 100, -0.04, -0.0895, 0.0111),
    (0, 0, 100, 0.0, -0.0192, 0.0192),  # that nothing changed in few messages does not mean that nothing ever does
    (1, 5, 100, 0.04, -0.0111, 0.0895),
]


@pytest.mark.parametrize(("lost", "won", "number", "change", "low", "high"), CHANGES)
def test_a_change_has_its_interval(lost: int, won: int, number: int, change: float, low: float, high: float):
    """Both readings are of the same messages, so that only those that differ tell something."""
    paired = Paired()
    for place in range(number):
        paired.add(is_before=place < lost or place >= lost + won, is_after=place >= lost)
    found = paired.figure()
    assert found["change"] == pytest.approx(change)
    assert (found["low"], found["high"]) == pytest.approx((low, high), abs=0.0001)


COSTS = [("noise", 3, True), ("noise", 4, False), ("capitals", 4, None)]


@pytest.mark.parametrize(("variant", "missed", "is_met"), COSTS)
def test_noise_may_cost_three_points_of_danger_recall(variant: str, missed: int, is_met: bool | None):
    """A variant is compared with the same messages as written; noise alone has a goal."""
    plain, again = measurement(*dangers("ro", 100, 0)), measurement(*dangers("ro", 100, missed))
    found = variant_figures(variant, plain, again)
    assert found["recall"]["change"] == pytest.approx(-missed / 100)
    assert found["languages"]["ro"]["all"] == 100
    assert found["is_met"] is is_met


def test_a_variant_that_changed_nothing_costs_nothing():
    """Where no message was read again, no goal is met or missed."""
    found = variant_figures("noise", measurement(*dangers("ro", 10, 0)), Measurement())
    assert (found["recall"]["all"], found["is_met"]) == (0, None)


def test_false_alarms_of_a_variant_are_those_of_messages_without_danger():
    """An alarm that only the variant raises is a rise of false alarms, and no danger."""
    plain, again = measurement(("ro", False, False)), measurement(("ro", False, True))
    found = variant_figures("noise", plain, again)
    assert (found["false_alarms"]["change"], found["recall"]["all"]) == (1.0, 0)
