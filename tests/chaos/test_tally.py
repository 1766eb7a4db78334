"""What is counted as lost, doubled and out of order, before anything is broken."""

import pytest

from tests.chaos.people import SAFE
from tests.chaos.tally import Message, broken_promises, rows, silences, strange

HEARD = [("rasa's name", "one"), ("rasa's name", "two")]


def said(*told: list[str], channel: str = "web", turns: tuple[int, ...] = (1, 2), seconds: float = 1.0) -> list[Message]:
    """Two messages of one conversation, and what each was answered."""
    return [
        Message("a fault", channel, "a", place, id_, id_, answers, seconds, turn)
        for place, (id_, answers, turn) in enumerate(zip(("one", "two"), told, turns, strict=True))
    ]


GOOD = ["one"], ["two"]
CASES = {
    "a good day": (said(*GOOD), HEARD, []),
    "the safe reply": (said(["one"], [SAFE]), HEARD[:1], []),
    "the safe reply, and Rasa has read it later": (said(["one"], [SAFE]), HEARD, []),
    "no answer": (said(["one"], []), HEARD, ["a fault: 1 lost"]),
    "answered, and not kept": (said(*GOOD), HEARD[:1], ["a fault: 1 lost"]),
    "read twice": (said(*GOOD), [*HEARD, HEARD[1]], ["a fault: 1 doubled"]),
    "answered twice by text": (said(["one", "one"], ["two"], channel="sms"), HEARD, ["a fault: 1 doubled"]),
    "two gateways answer on the web": (said(["one", SAFE], ["two"]), HEARD, []),
    "read in another order": (said(*GOOD), HEARD[::-1], ["a fault: 1 out of order"]),
    "answered in another order": (said(*GOOD, turns=(2, 1)), HEARD, ["a fault: 1 out of order"]),
}


@pytest.mark.parametrize("case", CASES)
def test_broken_promises_are_seen(case: str):
    """Each kind is told from what is as it should be."""
    messages, heard, broken = CASES[case]
    assert broken_promises(rows(messages, heard)) == broken


@pytest.mark.parametrize(("channel", "seconds", "is_told"), [("web", 1.9, False), ("web", 2.1, True), ("sms", 60.0, False)])
def test_silence_is_seen(channel: str, seconds: float, is_told: bool):
    """Two seconds on the web; by text message people do not sit and wait."""
    assert bool(silences(rows(said(*GOOD, channel=channel, seconds=seconds), HEARD))) == is_told


@pytest.mark.parametrize(("told", "is_strange"), [("two", False), (SAFE, False), ("one", True), ("HTTP 500", True)])
def test_an_answer_to_something_else_is_seen(told: str, is_strange: bool):
    """An answer is the message's own, or the safe reply."""
    assert bool(strange(said(["one"], [told]))) == is_strange
