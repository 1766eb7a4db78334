"""The measuring itself: shares with their intervals, and what a scenario expects."""

import pytest

from waymark.evaluation import Intents, Labels, Measurement, Rate, unmet

INTERVALS = [
    # right, all, low, high: Wilson's, as tables of it have them
    (0, 10, 0.0, 0.278),
    (5, 10, 0.237, 0.763),
    (97, 100, 0.915, 0.990),
    (200, 200, 0.981, 1.0),
]


@pytest.mark.parametrize(("right", "number", "low", "high"), INTERVALS)
def test_a_share_has_its_interval(right: int, number: int, low: float, high: float):
    """A share is shown with its 95% interval, which is honest for few cases and for shares near one."""
    assert Rate(right, number).interval() == pytest.approx((low, high), abs=0.001)


def reply(*services: tuple[str, str | None], urgent: bool = False) -> dict[str, object]:
    """A reply with these services: id and condition."""
    shown = [{"id": service, "condition": condition} for service, condition in services]
    return {"language": "en", "messages": [{"services": shown, "urgent": urgent}]}


REPLIES = [
    reply(("emergency-999", "if"), ("modern-slavery-helpline", None)),
    reply(("emergency-999", "if"), ("stockport-children", None), ("ictg", None)),
]
EXPECTATIONS = [
    ({"all": ["ictg", "modern-slavery-helpline"]}, []),
    ({"all": ["police-101"]}, ["not shown: police-101"]),
    ({"none": ["ictg"]}, ["shown: ictg"]),
    ({"first": "stockport-children"}, []),
    ({"first": "ictg"}, ["first: stockport-children"]),
    ({"urgent": True}, ["urgent: False"]),
    ({"language": "cy"}, ["language: en"]),
    ({"max_turns": 1}, ["turns: 2"]),
]


@pytest.mark.parametrize(("expect", "wrong"), EXPECTATIONS)
def test_every_expectation_can_fail(expect: dict[str, object], wrong: list[str]):
    """Each key of a scenario's `expect` is held against the replies; conditional services are never first."""
    assert list(unmet({"all": [], **expect}, REPLIES)) == wrong


def test_labels_are_measured_together():
    """F1 is twice the hits over everything wanted and everything found; without a case there is none."""
    labels = Labels()
    assert labels.micro().value is None
    labels.add({"labour", "debt_bondage"}, {"labour", "sexual"})
    labels.add(set(), set())
    assert labels.micro().value == pytest.approx(0.5)
    assert labels.micro(["labour", "sexual"]).value == pytest.approx(2 / 3)
    assert str(labels) == "0.500"


def test_rare_intents_weigh_as_much_as_frequent_ones():
    """Macro-F1 is the mean over the intents that messages have; one that only was found by mistake is none of them."""
    intents = Intents()
    for wanted, found in [("greet", "greet"), ("greet", "greet"), ("stop", "thank")]:
        intents.add({wanted}, {found})
    assert intents.macro() == pytest.approx(0.5)


def reading(**changed: object) -> dict[str, object]:
    """A reading of a message in English in which nothing was found, with what differs."""
    found = {"language": "en", "intent": "describe_situation", "danger": False, **changed}
    situation = {
        "person": "unknown",
        "area": "unknown",
        **{key: found.pop(key) for key in ("person", "area", "age_band") if key in found},
    }
    return {**found, "situation": situation}


MESSAGES = [
    # what the message is, what was read, which rate it counts in, whether it is right
    ({"danger": True}, {"danger": True}, "recall", True),
    ({"danger": True}, {}, "recall", False),
    ({"danger": True, "must_catch": True}, {}, "must_catch", False),
    ({"danger": False}, {"danger": True}, "false_alarms", True),  # an alarm, that is
    ({"danger": False}, {}, "false_alarms", False),
    ({"text": "help me"}, {"language": "cy"}, "short", False),
    ({"text": "please help me"}, {}, "middling", True),
    ({"text": "\u4ed6\u6709\u5200"}, {"language": "zh"}, "short", False),
    ({"text": "\u4ed6\u6709\u5200\u8bf7\u5e2e\u6211"}, {"language": "en"}, "middling", True),  # two Chinese letters are a word
    ({"text": "he has a knife and he is at the door"}, {}, "long", True),
    ({"person": "me"}, {"person": "me"}, "person", True),
    ({"age_band": "child"}, {"age_band": ["unsure"]}, "age", True),
    ({"age_band": "adult"}, {}, "age", False),
    ({"area": "leeds"}, {"area": "leeds"}, "area", True),
    ({"kind": "out_of_scope"}, {"intent": "other_help"}, "out_of_scope", True),
    ({"kind": "out_of_scope"}, {"intent": "ask_hours"}, "out_of_scope", False),
]


@pytest.mark.parametrize(("message", "read", "rate", "is_right"), MESSAGES)
def test_a_message_counts_in_the_rate_that_it_has_a_label_for(
    message: dict[str, object], read: dict[str, object], rate: str, is_right: bool
):
    """Each label of a message is held against its reading, in the language's scores and in all."""
    measurement = Measurement()
    measurement.add_message({"text": "one two three", "language": "en", "danger": False, **message}, reading(**read), 1.0)
    counted = [getattr(measurement.languages[group], rate) for group in ("en", "all")]
    assert counted == [Rate(int(is_right), 1)] * 2


def test_what_goes_wrong_is_told():
    """A miss says everything that is wrong with it, and a case without mistakes is none."""
    measurement = Measurement()
    case = {"text": "he has a knife", "language": "en", "danger": True, "must_catch": True, "person": "me"}
    measurement.add_message(case, reading(language="cy"), 1.0)
    measurement.add_message(case, reading(danger=True, person="me"), 1.0)
    measurement.add_scenario({"language": "en"}, ["not shown: ictg"])
    wrong = [miss.wrong for miss in measurement.misses]
    assert wrong == [["danger missed", "must be caught", "language: cy", "person: unknown"], ["not shown: ictg"]]
    assert measurement.languages["en"].scenarios == Rate(0, 1)
