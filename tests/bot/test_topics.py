"""Which topic answers a question."""

import datetime as dt
from typing import Any

import pytest

from bot.errors import ContentError
from bot.sources import Source
from bot.topics import Shown, Topic, find_topic, load_topics

SOURCE = Source(claim="it", source="https://example.org", source_date=None, seen=dt.date(2026, 11, 21), grade="B")


def topic(name: str, **said: Any) -> Topic:
    """A topic with what matters here."""
    usual = {
        "title": name,
        "answers": "ask_cost",
        "order": 1,
        "audience": "everyone",
        "text": name,
        "next": (),
        "sources": (SOURCE,),
    }
    return Topic(**{"id": name, **usual, "services": (Shown(id="childline"),), "next_review": dt.date(2027, 5, 21), **said})


TOPICS = {it.id: it for it in (topic("cost"), topic("bill", order=2), topic("boss", answers="ask_privacy"))}


@pytest.mark.parametrize(
    ("intent", "asked", "found"),
    [
        ("ask_cost", "bill", "bill"),  # the one that was asked for
        ("ask_cost", None, "cost"),  # the overview, where no single one can be told
        ("ask_cost", "boss", "cost"),  # a topic of another question is no answer to this one
        ("ask_privacy", "unknown", "boss"),
        ("greet", None, None),
    ],
)
def test_the_topic_asked_for_or_the_overview(intent, asked, found):
    """Each question is answered with its own topic, or with the first of its kind."""
    answer = find_topic(intent, asked, TOPICS)
    assert (answer.id if answer else None) == found


def test_a_topic_without_a_source_is_refused(tmp_path):
    """What nobody has a source for is not said."""
    keys = ("title: t", "answers: ask_cost", "order: 1", "audience: everyone", "text: t", "services: [{id: a}]", "next: []")
    (tmp_path / "cost.yml").write_text("\n".join([*keys, "sources: []", "next_review: 2027-01-01"]))
    with pytest.raises(ContentError) as caught:
        load_topics(tmp_path)
    assert [problem.key for problem in caught.value.problems] == ["sources"]
