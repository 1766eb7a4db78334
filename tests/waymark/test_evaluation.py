"""The measuring itself: shares with their intervals, and what a scenario expects."""

import pytest

from waymark.evaluation import F1, Rate, unmet

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
    score = F1()
    assert str(score) == "-"
    score.add({"labour", "debt_bondage"}, {"labour", "sexual"})
    score.add(set(), set())
    assert str(score) == "0.500"
