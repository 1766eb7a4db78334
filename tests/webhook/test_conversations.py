"""What the gateway remembers of a conversation, and when it stops repeating it."""

import datetime as dt

import pytest

from webhook.conversations import Conversation, begin

NOW = dt.datetime(2026, 11, 25, 11, tzinfo=dt.UTC)


def conversation(channel: str = "web") -> Conversation:
    """A conversation that has begun."""
    started = Conversation("id", "en", channel, None, None)
    started.notice(NOW)
    return started


@pytest.mark.parametrize(("minutes", "is_guarded"), [(1, False), (4, False), (5, True), (60, True)])
def test_after_five_minutes_nobody_knows_who_holds_the_phone(minutes: int, is_guarded: bool):
    """Policy, section 5: what was said is not repeated after five idle minutes, then or later."""
    started = conversation()
    started.notice(NOW + dt.timedelta(minutes=minutes))
    started.notice(NOW + dt.timedelta(minutes=minutes, seconds=1))
    assert started.is_guarded == is_guarded


def test_a_text_message_is_always_guarded():
    """A phone lies about; what was said by SMS is never repeated."""
    assert conversation("sms").is_guarded


def test_a_pause_guards_what_was_said():
    """Who paused because somebody came may not be the one who comes back."""
    started = conversation()
    started.decoy = True
    started.notice(NOW + dt.timedelta(seconds=5))
    assert started.is_guarded


def test_forgetting_lifts_every_guard():
    """What is gone need not be guarded."""
    started = conversation("web")
    started.decoy = started.is_guarded = started.child_writes = True
    started.forget()
    assert not (started.decoy)
    assert not (started.is_guarded)
    assert not (started.child_writes)


@pytest.mark.parametrize("channel", ["web", "sms", "slack", "teams"])
def test_rasa_knows_the_channel_and_not_the_id(channel: str):
    """How long Rasa keeps a conversation depends on its channel; with Rasa's name for it nobody can write in it."""
    begun = begin("en", channel, None, None, 30)
    assert begun.sender.startswith(f"{channel}:")
    assert begun.id not in begun.sender
    assert begun.sender != begin("en", channel, None, None, 30).sender
