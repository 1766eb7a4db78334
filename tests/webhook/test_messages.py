"""What may stand on a reply, whoever asked and whoever is reading."""

import datetime as dt
from typing import Any

import pytest

from bot.languages import load_languages
from bot.live import live_directory, live_replies, live_words
from webhook.conversations import Conversation
from webhook.messages import Renderer

NOW = dt.datetime(2026, 11, 25, 11, tzinfo=dt.UTC)
RENDERER = Renderer(live_directory(), live_replies(), live_words(), load_languages())


def shown(replies: list[dict[str, Any]], **known: Any) -> list[str]:
    """The ids of the services that stand on replies to a conversation of which this is known."""
    conversation = Conversation("id", "en", "web", None, known.pop("audience", None))
    for name, value in known.items():
        setattr(conversation, name, value)
    messages = RENDERER.render(replies, conversation, NOW)
    return [service["id"] for message in messages for service in message["services"]]


QUESTION = {"text": "?", "custom": {"asks": "danger"}}
ANSWER = {"text": "so", "services": [{"id": "acas"}, {"id": "modern-slavery-helpline"}, {"id": "salvation-army"}]}


def test_a_question_shows_only_what_may_stand_before_the_list():
    """HTTP contract: with a question stand the helpline, Childline and 999 "if", whatever an answer beside it would show."""
    assert shown([ANSWER, QUESTION]) == ["modern-slavery-helpline"]
    assert shown([ANSWER]) == ["acas", "modern-slavery-helpline", "salvation-army"]


@pytest.mark.parametrize(("audience", "services"), [(None, []), ("public", []), ("staff", ["nrm-online"])])
def test_the_referral_system_is_for_staff(audience: str | None, services: list[str]):
    """The public is never shown what only first responders may fill in."""
    assert shown([{"text": "so", "services": [{"id": "nrm-online"}]}], audience=audience) == services


def test_a_child_is_given_childline_in_the_place_of_the_helpline():
    """What stands with every reply is for whoever writes; a list that the routing made stays as it is."""
    usual = {"text": "so", "custom": {"services": [{"id": "modern-slavery-helpline"}]}}
    assert shown([usual], child_writes=True) == ["childline"]
    assert shown([ANSWER], child_writes=True) == ["acas", "modern-slavery-helpline", "salvation-army"]
