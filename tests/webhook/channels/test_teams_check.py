"""Check for indicators: the action on a message, answered in a window that only who asks sees, in time, and kept nowhere."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from tests.fakes import FakeRasa, fake_rasa
from tests.webhook.channels.teams_world import TENANT, Bot, activity, gateway, running_bot
from tests.webhook.channels.test_teams_cards import shown
from webhook.channels.teams.extension import SECONDS_OF_THE_ASSISTANT
from webhook.channels.teams.notes import notes
from webhook.checking import MOST_PASSAGES
from webhook.gateway import build_gateway
from webhook.settings import read_settings

SECONDS_THAT_TEAMS_WAITS = 5.0
SIGN = "passport_held"
GROUP = {"conversationType": "groupChat", "isGroup": True, "tenantId": TENANT, "id": "19:group@thread.v2"}


@pytest.fixture(scope="module")
def rasa() -> Iterator[FakeRasa]:
    """A server that stands in for Rasa."""
    with fake_rasa() as fake:
        yield fake


@pytest.fixture(scope="module")
def running(rasa: FakeRasa) -> Iterator[Bot]:
    """The channel of a gateway with that Rasa."""
    of = build_gateway(read_settings({"WAYMARK_ASSISTANT_TOKEN": "t", "WAYMARK_ASSISTANT_URL": rasa.url}))
    with running_bot(of) as started:
        yield started


@pytest.fixture
def bot(running: Bot, rasa: FakeRasa) -> Bot:
    """The same, afresh; Rasa finds a sign in every passage that speaks of a passport."""
    running.forget()
    rasa.answer, rasa.heard = finds_a_sign, []
    return running


async def finds_a_sign(message: dict[str, Any]) -> Response:
    """Read a passage as Rasa would."""
    entities = [{"entity": "indicators", "value": a_sign()}] if "passport" in message["text"] else []
    entities += [{"entity": name, "value": value} for name, value in message["metadata"].items()]
    return JSONResponse({"language": "en", "intent": None, "entities": entities})


async def away(message: dict[str, Any]) -> Response:
    """Fail."""
    return Response(status_code=500)


async def hesitant(message: dict[str, Any]) -> Response:
    """Take as long as may be, without being late."""
    await asyncio.sleep(0.4)
    return await finds_a_sign(message)


def a_sign() -> str:
    """The id of some sign."""
    return sorted(gateway().renderer.words.get().collections["indicators"])[0]


def message(content: Any, content_type: str = "html", **more: Any) -> dict[str, Any]:
    """The value of an invoke, as Microsoft's client sends it."""
    payload = {"id": "1", "importance": "normal", "body": {"contentType": content_type, "content": content}, **more}
    return {"commandId": "check", "commandContext": "message", "context": {"theme": "default"}, "messagePayload": payload}


def asked(bot: Bot, value: Any, name: str = "composeExtension/fetchTask", **changes: Any) -> dict[str, Any]:
    """The window that an action opens."""
    answer = bot.hear(activity(bot.world, type="invoke", name=name, value=value, text=None, **changes))
    assert answer.status_code == 200
    return answer.json()["task"]


def card(task: dict[str, Any]) -> dict[str, Any]:
    """The card in a window."""
    assert task["type"] == "continue"
    assert task["value"]["title"] == "Check for indicators"
    assert task["value"]["card"]["contentType"] == "application/vnd.microsoft.card.adaptive"
    return task["value"]["card"]["content"]


@pytest.mark.parametrize("name", ["composeExtension/fetchTask", "composeExtension/submitAction"])
@pytest.mark.parametrize("conversation", [None, GROUP], ids=["own chat", "group"])
def test_the_result_is_a_window_and_nothing_else(bot: Bot, name: str, conversation: dict[str, Any] | None):
    """Signs with the words that show them; nothing is put into the queue, and nothing sent anywhere."""
    place = {"conversation": conversation} if conversation else {}
    lines = shown(card(asked(bot, message("<p>He took her <b>passport</b>.</p><p>She is 15.</p>"), name, **place))).splitlines()
    sign = gateway().renderer.words.get().text(f"indicators/{a_sign()}/sign")
    assert lines[0] == gateway().renderer.words.get().text("workplace/both/checked")
    assert lines.index(f"• {sign}") + 1 == lines.index("“He took her passport. She is 15.”")
    assert (bot.taken, bot.world.sent, bot.world.made) == ([], [], [])


def test_danger_comes_first(bot: Bot):
    """999 in a red box, before anything else."""
    box = card(asked(bot, message("He is hitting her right now")))["body"][0]
    assert (box["style"], box["items"][0]["inlines"][0]["text"]) == ("attention", "If somebody is in danger now, ring 999.")


@pytest.mark.parametrize(
    "value",
    [
        message(""),
        message(None),
        message("<p> &nbsp;</p><attachment id='1'></attachment>"),
        message("<img src='x'>"),
        {},
        None,
        "x",
        {"messagePayload": None},
    ],
    ids=str,
)
def test_without_words_there_is_nothing_to_check(bot: Bot, value: Any):
    """Pictures and files are not read, and the person is told so, with 999."""
    said = gateway().renderer.words.get().text("workplace/teams/nothing_to_check")
    assert asked(bot, value) == {"type": "message", "value": said}
    assert "999" in said


def test_a_message_too_long_to_check_says_so(bot: Bot):
    """It is not read in part without a word; 999 stands there too."""
    task = asked(bot, message("He cannot leave the house that he was brought to in May. " * (MOST_PASSAGES + 1)))
    said = gateway().renderer.words.get().text("workplace/teams/too_long_to_check")
    assert task == {"type": "message", "value": said}
    assert "999" in said


@pytest.mark.parametrize("value", [{"messagePayload": "x"}, {"messagePayload": {"body": "x"}}, message(["x"])], ids=str)
def test_what_is_no_message_is_refused(bot: Bot, value: Any):
    """400."""
    answer = bot.hear(activity(bot.world, type="invoke", name="composeExtension/fetchTask", value=value, text=None))
    assert answer.status_code == 400


NOT_THOROUGH = gateway().renderer.words.get().text("workplace/teams/not_thorough")


def test_while_the_assistant_is_away_the_result_says_what_it_is_worth(bot: Bot, rasa: FakeRasa):
    """Word lists still find danger; what they may have missed is said."""
    assert NOT_THOROUGH not in shown(card(asked(bot, message("He took her passport."))))
    rasa.answer = away
    said = shown(card(asked(bot, message("He is hitting her right now"))))
    assert NOT_THOROUGH in said
    assert "999" in said


def test_the_longest_text_is_answered_in_time(bot: Bot, rasa: FakeRasa):
    """Teams waits 5 seconds: with a slow assistant the rest is read by word lists, to the end, and the result says so."""
    rasa.answer = hesitant
    longest = (
        "He took her passport and she is never let out of the house. " * (MOST_PASSAGES - 1) + "He is hitting her right now."
    )
    begun = time.monotonic()
    found = card(asked(bot, message(longest, "text")))
    assert time.monotonic() - begun < SECONDS_THAT_TEAMS_WAITS
    assert NOT_THOROUGH in shown(found)
    assert found["body"][0]["style"] == "attention"  # the last sentence was read
    assert len(rasa.heard) <= SECONDS_OF_THE_ASSISTANT / 0.4 + 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (message("plain <b>words</b>", "text"), "plain <b>words</b>"),
        (message("<div>one<br>two</div><ul><li>three</li></ul>"), "one\ntwo\nthree"),
        (message("<p>Tom &amp; Anna&nbsp;&lt;3</p>"), "Tom & Anna <3"),
        (message('<p><at id="0">Waymark</at> look</p>'), "Waymark look"),
        (message("<p>text</p>", subject="A subject"), "A subject\ntext"),
        (message("<p>not closed <b>at all"), "not closed at all"),
        (message("a < b and c > d"), "a < b and c > d"),
        (message(None, subject="only this"), "only this"),
    ],
    ids=str,
)
def test_the_words_of_a_message(value: dict[str, Any], text: str):
    """Without HTML, line by line."""
    assert notes(value) == text
