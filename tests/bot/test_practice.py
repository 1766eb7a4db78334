"""The practice room: the order of its stories, and what a story must be."""

import datetime as dt
from typing import Any

import pytest
from pydantic import ValidationError

from bot.practice import Choice, Scenario, next_scenario
from bot.sources import Source

SOURCE = Source(claim="it", source="https://example.org", source_date=None, seen=dt.date(2026, 11, 21), grade="B")
CHOICES = (
    Choice(text="a", best=True, feedback="f"),
    Choice(text="b", best=False, feedback="f"),
    Choice(text="c", best=False, feedback="f"),
)


def scenario(name: str, audience: str = "everyone", choices: Any = CHOICES) -> Scenario:
    """A story with what matters here."""
    words = dict.fromkeys(("title", "story", "question", "told"), name)
    facts = {"signs": (), "expect": {}, "answers": {}, "sources": (SOURCE,), "next_review": dt.date(2027, 5, 21)}
    return Scenario(id=name, audience=audience, choices=choices, **words, **facts)


STORIES = {it.id: it for it in (scenario("b"), scenario("a"), scenario("s", "staff"))}


def test_stories_come_one_after_another():
    """Each story comes once; staff get their own before the others, the public never gets those of staff."""
    assert next_scenario((), "public", STORIES).id == "a"
    assert next_scenario({"a"}, "public", STORIES).id == "b"
    assert next_scenario({"a", "b"}, "public", STORIES) is None
    assert next_scenario((), "staff", STORIES).id == "s"
    assert next_scenario({"s"}, "staff", STORIES).id == "a"


@pytest.mark.parametrize("best", [(), (0, 1)])
def test_exactly_one_choice_is_best(best):
    """A story with no best choice, or with two, is refused."""
    choices = tuple(Choice(text=f"{number}", best=number in best, feedback="f") for number in range(3))
    with pytest.raises(ValidationError, match="exactly one"):
        scenario("x", choices=choices)
