"""Killing Rasa while somebody is writing."""

import os
import signal
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from tests.conftest import TEST_ENVIRONMENT
from waymark.client import Client
from waymark.supervisor import LOOPBACK, CannotStart, Supervisor, free_port, serving


@pytest.fixture
def own() -> Iterator[Supervisor]:
    """A Waymark of its own, that may be broken."""
    with serving(LOOPBACK, free_port(), {**os.environ, **TEST_ENVIRONMENT}, print) as supervisor:
        yield supervisor


def test_killing_rasa_while_chatting(own: Supervisor):
    """The safe reply comes while Rasa is dead; when it is back the conversation goes on with everything that was said."""
    with closing(Client(own.address)) as waymark:
        conversation = waymark.start()["conversation_id"]
        asked = waymark.say(
            conversation, "a girl of about 15 lives with a family in Bramhall and cleans all day, I think he hits her"
        )
        assert asked["messages"][-1]["asks"] == "danger"

        own.kill("assistant")
        assert httpx.get(f"{own.address}/health/ready").status_code == 503
        safe = waymark.say(conversation, "no, not right now")
        assert [service["id"] for service in safe["messages"][0]["services"]] == ["emergency-999", "modern-slavery-helpline"]

        own.wait_until_ready()
        reply = waymark.say(conversation, "are you still there? she is 15")
        shown = [service["id"] for message in reply["messages"] for service in message["services"]]
        assert shown == ["stockport-children", "ictg", "police-101"]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"WAYMARK_SECRETS": "short"}, "WAYMARK_SECRETS is too short"),
        ({"WAYMARK_SLACK_BOT_TOKEN": "xoxb-1"}, "WAYMARK_SLACK_SIGNING_SECRET is not set"),
    ],
)
def test_a_setting_that_is_wrong_is_named_at_once(wrong: dict[str, str], named: str):
    """Who forgets a setting reads its name where Waymark was started, and nothing is started again and again."""
    said: list[str] = []
    with pytest.raises(CannotStart, match=named), serving(LOOPBACK, free_port(), {**os.environ, **wrong}, said.append):
        pass
    assert said == []


def test_stopping_ends_every_process(own: Supervisor):
    """After a stop nothing of ours is left running."""
    running = [program.process for program in own.programs.values()]
    own.stop()
    for process in running:
        with pytest.raises(ProcessLookupError):
            os.kill(process.pid, signal.SIG_DFL)
