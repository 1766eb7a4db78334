"""How answers reach people in Slack, where they go when they cannot, and what becomes of Slack's refusals."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from tests.webhook.channels.slack_side import (
    ANN,
    BOT_USER,
    CHANNEL,
    DIRECT,
    IN_THE_HOME,
    TEAM,
    FakeSlack,
    Side,
    a_channel,
    direct_message,
    event,
    fake_slack,
    home_opened,
    meet,
    pressed,
    shortcut,
)
from tests.webhook.channels.test_slack_answers import MONDAY_NOON, RENDERER, a_check, offered
from waymark.supervisor import LOOPBACK, free_port
from webhook.channels.slack.checks import shared
from webhook.conversations import nobody
from webhook.post.channel import Page, TryLater, Undeliverable

PAGE: Page = {"text": "ring 999", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "ring 999"}}]}
IN_DIRECT = {"way": "message", "channel": DIRECT, "thread": None}
WHISPER = {"way": "ephemeral", "channel": CHANNEL, "user": ANN, "thread": "1763791000.000700"}


@pytest.fixture(scope="module")
def running() -> Iterator[FakeSlack]:
    """A server that stands in for Slack."""
    with fake_slack() as fake:
        yield fake


@pytest.fixture
def slack(running: FakeSlack) -> FakeSlack:
    """Slack as it is on a good day."""
    running.calls.clear()
    running.answers.clear()
    return running


def at(slack: FakeSlack, scenario: Callable[[Side], Awaitable[Any]]) -> Any:
    """Have a scenario happen with this Slack."""
    return meet(scenario, a_channel(slack.api))


def send(slack: FakeSlack, address: dict[str, Any], page: Page = PAGE) -> None:
    """Send a page."""

    async def scenario(side: Side) -> None:
        await side.channel.send(address, page)

    at(slack, scenario)


def private(slack: FakeSlack, **more: Any) -> dict[str, Any]:
    """The address of a private answer."""
    return {"way": "response", "address": slack.response_url, "user": ANN, **more}


def test_a_direct_message_is_answered_there(slack: FakeSlack):
    """The answer has blocks and the same as text, and shows no previews of pages."""
    send(slack, IN_DIRECT)
    (body,) = slack.asked("chat.postMessage")
    assert body == {**PAGE, "channel": DIRECT, "unfurl_links": False, "unfurl_media": False}


def test_an_answer_stays_in_its_thread(slack: FakeSlack):
    """What was written in a thread is answered in it."""
    send(slack, {**IN_DIRECT, "thread": "1763791000.000700"})
    assert slack.asked("chat.postMessage")[0]["thread_ts"] == "1763791000.000700"


def test_a_mention_is_answered_to_its_writer_alone(slack: FakeSlack):
    """In the channel and its thread, for one pair of eyes."""
    send(slack, WHISPER)
    (body,) = slack.asked("chat.postEphemeral")
    assert (body["channel"], body["user"], body["thread_ts"]) == (CHANNEL, ANN, "1763791000.000700")
    assert slack.asked("chat.postMessage") == []


def test_a_command_is_answered_to_its_writer_alone(slack: FakeSlack):
    """At the address that came with it, and nothing that was there before is replaced."""
    send(slack, private(slack))
    assert slack.asked("respond") == [{**PAGE, "response_type": "ephemeral", "replace_original": False}]


def test_a_press_in_the_home_is_answered_in_a_direct_message(slack: FakeSlack):
    """The Home is no place for answers; the direct messages are opened for them."""
    send(slack, {"way": "direct", "user": ANN})
    assert slack.asked("conversations.open") == [{"users": ANN}]
    assert slack.asked("chat.postMessage")[0]["channel"] == DIRECT


GONE = {
    "after half an hour": ("respond", JSONResponse({"ok": False, "error": "expired_url"}, 404)),
    "after the fifth answer": ("respond", JSONResponse({"ok": False, "error": "used_url"}, 404)),
    "at an address that Slack forgot": ("respond", PlainTextResponse("no_service", 410)),
    "where the app is no member": ("chat.postEphemeral", JSONResponse({"ok": False, "error": "not_in_channel"})),
    "where the person is no member any more": (
        "chat.postEphemeral",
        JSONResponse({"ok": False, "error": "user_not_in_channel"}),
    ),
    "in a channel that is gone": ("chat.postEphemeral", JSONResponse({"ok": False, "error": "channel_not_found"})),
}


@pytest.mark.parametrize(("method", "refusal"), GONE.values(), ids=GONE)
def test_a_private_answer_that_is_refused_comes_as_a_direct_message(slack: FakeSlack, method: str, refusal: Response):
    """Nobody stays without an answer because a channel does not take it; and it never becomes public."""
    slack.answers[method].append(refusal)
    send(slack, private(slack) if method == "respond" else WHISPER)
    (body,) = slack.asked("chat.postMessage")
    assert (body["channel"], body["text"]) == (DIRECT, "ring 999")


LATER = {
    "429": (JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "30"}), 30.0),
    "429 that does not say when": (JSONResponse({"ok": False, "error": "ratelimited"}, 429), None),
    "429 that says when in another way": (Response(status_code=429, headers={"Retry-After": "Mon, 23 Nov 2026"}), None),
    "500": (PlainTextResponse("a stack trace", 500), None),
    "502": (Response("<html>", 502, media_type="text/html"), None),
    "503 that says when": (JSONResponse({}, 503, {"Retry-After": "7"}), 7.0),
    "a failure inside Slack": (JSONResponse({"ok": False, "error": "internal_error"}), None),
    "a failure that ends the work": (JSONResponse({"ok": False, "error": "fatal_error"}), None),
    "a workspace that is being moved": (JSONResponse({"ok": False, "error": "team_added_to_org"}), None),
    "JSON that is none": (Response("{", media_type="application/json"), None),
}
WAYS: dict[str, tuple[str, Callable[[FakeSlack], dict[str, Any]]]] = {
    "message": ("chat.postMessage", lambda slack: IN_DIRECT),
    "ephemeral": ("chat.postEphemeral", lambda slack: WHISPER),
    "direct": ("conversations.open", lambda slack: {"way": "direct", "user": ANN}),
}


@pytest.mark.parametrize(("method", "address"), WAYS.values(), ids=WAYS)
@pytest.mark.parametrize(("answer", "seconds"), LATER.values(), ids=LATER)
def test_what_slack_cannot_take_now_is_for_later(
    slack: FakeSlack, method: str, address: Callable[[FakeSlack], dict[str, Any]], answer: Response, seconds: float | None
):
    """429 and 5xx: not now, after as long as Slack says; and it was tried once only, because another one tries again."""
    slack.answers[method].append(answer)
    with pytest.raises(TryLater) as caught:
        send(slack, address(slack))
    assert caught.value.seconds == seconds
    assert len(slack.asked(method)) == 1


LATER_AT_AN_ADDRESS = {
    "429": (Response("rate limited", 429, {"Retry-After": "30"}), 30.0),
    "500": (Response("a stack trace", 500), None),
    "503": (Response("<html>", 503), None),
}


@pytest.mark.parametrize(("answer", "seconds"), LATER_AT_AN_ADDRESS.values(), ids=LATER_AT_AN_ADDRESS)
def test_a_private_answer_too_is_for_later(slack: FakeSlack, answer: Response, seconds: float | None):
    """What Slack cannot take now at the address of a command does not become a direct message for that."""
    slack.answers["respond"].append(answer)
    with pytest.raises(TryLater) as caught:
        send(slack, private(slack))
    assert caught.value.seconds == seconds
    assert slack.asked("chat.postMessage") == []


@pytest.mark.parametrize("address", [IN_DIRECT, WHISPER, {"way": "response", "address": "http://127.0.0.1:1/", "user": ANN}])
def test_while_slack_is_away_everything_is_for_later(address: dict[str, Any]):
    """A connection that fails is a reason to try again."""

    async def scenario(side: Side) -> None:
        await side.channel.send(address, PAGE)

    with pytest.raises(TryLater):
        meet(scenario, a_channel("http://127.0.0.1:1/api/"))


def test_a_connection_that_breaks_off_is_tried_once():
    """Whether Slack took a message before the connection broke nobody knows; who tries again is the one who delivers."""
    connections = []

    async def break_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(await reader.readuntil(b"\r\n"))
        writer.close()

    async def scenario(side: Side) -> None:
        async with await asyncio.start_server(break_off, LOOPBACK, port):
            with pytest.raises(TryLater):
                await side.channel.send(IN_DIRECT, PAGE)

    port = free_port()
    meet(scenario, a_channel(f"http://{LOOPBACK}:{port}/api/"))
    assert connections == [b"POST /api/chat.postMessage HTTP/1.1\r\n"]


NEVER = (
    "channel_not_found",
    "not_in_channel",
    "is_archived",
    "account_inactive",
    "invalid_auth",
    "token_revoked",
    "missing_scope",
    "cannot_dm_bot",
    "messages_tab_disabled",
    "a_code_that_is_new",
)


@pytest.mark.parametrize("code", NEVER)
@pytest.mark.parametrize("way", ["message", "ephemeral", "direct"])
def test_what_slack_will_never_take_is_undeliverable(slack: FakeSlack, code: str, way: str):
    """To send it again would be of no use; for a private answer the direct message was tried too."""
    method, address = WAYS[way]
    slack.refuses(method, code)
    slack.refuses("chat.postMessage", *[code] * (way == "ephemeral"))
    with pytest.raises(Undeliverable, match=code):
        send(slack, address(slack))


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_blocks_too_long"])
@pytest.mark.parametrize("way", ["message", "ephemeral"])
def test_blocks_that_slack_does_not_take_are_sent_as_text(slack: FakeSlack, code: str, way: str):
    """Should a limit of Slack's be another than we know, the words and the numbers still come."""
    method, address = WAYS[way]
    slack.refuses(method, code)
    send(slack, address(slack))
    refused, taken = slack.asked(method)
    assert ("blocks" in refused, "blocks" in taken, taken["text"]) == (True, False, "ring 999")


def test_blocks_that_are_refused_at_an_address_are_sent_as_text(slack: FakeSlack):
    """The address of a command refuses in its own way."""
    slack.answers["respond"].append(PlainTextResponse("invalid_blocks", 400))
    send(slack, private(slack))
    assert slack.asked("respond")[1] == {"text": "ring 999", "response_type": "ephemeral", "replace_original": False}


def test_no_error_quotes_what_was_sent_or_answered(slack: FakeSlack):
    """An error holds Slack's code and nothing else, and the library's own error, which quotes Slack's answer, is cut off."""
    slack.answers["chat.postMessage"].append(JSONResponse({"ok": False, "error": "invalid_arguments", "detail": "ring 999"}))
    with pytest.raises(Undeliverable) as caught:
        send(slack, IN_DIRECT)
    assert str(caught.value) == "Slack: 200 invalid_arguments"
    assert (caught.value.__cause__, caught.value.__suppress_context__) == (None, True)


# ---------------------------------------------------------------------- the Home, and what is posted in a channel


def test_the_home_is_shown_when_it_is_opened(slack: FakeSlack):
    """Opening the app is acknowledged first, and then its Home is published, as it is now."""

    async def scenario(side: Side) -> int:
        response = await side.sends(event(home_opened()))
        await side.is_done()
        return response.status_code

    assert at(slack, scenario) == 200
    (body,) = slack.asked("views.publish")
    assert body["user_id"] == ANN
    assert body["view"]["type"] == "home"


@pytest.mark.parametrize("code", ["ratelimited", "not_enabled", "hash_conflict"])
def test_a_home_that_slack_does_not_take_is_no_failure_of_ours(slack: FakeSlack, code: str, caplog: pytest.LogCaptureFixture):
    """It is shown the next time; the log has the code."""
    slack.refuses("views.publish", code)

    async def scenario(side: Side) -> int:
        response = await side.sends(event(home_opened()))
        await side.is_done()
        return response.status_code

    assert at(slack, scenario) == 200
    assert "could not be done" in caplog.text


def check_page() -> Page:
    """The last page of a check."""
    channel = a_channel()
    check = a_check()
    return channel.pages({"messages": check["messages"], "check": check}, nobody(audience="staff"))[-1]


def offers(body: dict[str, Any]) -> bool:
    """Whether a message has the button that asks whether to post it."""
    return any(
        element["action_id"] == "share"
        for block in body["blocks"]
        for element in block.get("elements", [])
        if "action_id" in element
    )


def test_posting_is_offered_where_there_is_a_channel(slack: FakeSlack):
    """A private check of a message in a channel has the button; that of a direct message has none."""
    send(slack, private(slack, is_channel=True), check_page())
    send(slack, private(slack, is_channel=False), check_page())
    assert [offers(body) for body in slack.asked("respond")] == [True, False]


def test_a_check_that_comes_as_a_direct_message_is_not_for_posting(slack: FakeSlack):
    """Where the private answer was refused there is no channel to post in any more."""
    slack.answers["respond"].append(JSONResponse({"ok": False, "error": "used_url"}, 404))
    send(slack, private(slack, is_channel=True), check_page())
    assert not offers(slack.asked("chat.postMessage")[0])


def press(slack: FakeSlack, action: str, value: str, times: int = 1) -> None:
    """Press a button of a check."""

    async def scenario(side: Side) -> None:
        for _ in range(times):
            assert (await side.sends(pressed(value, action, response_url=slack.response_url))).status_code == 200
        await side.is_done()
        assert side.taken.arrived == []

    at(slack, scenario)


def test_one_press_posts_nothing(slack: FakeSlack):
    """The first press is answered privately with a question."""
    press(slack, "share", offered(a_check()))
    (body,) = slack.asked("respond")
    assert body["response_type"] == "ephemeral"
    assert [element["action_id"] for element in body["blocks"][-1]["elements"]] == ["post"]


def test_the_second_press_posts_in_the_channel(slack: FakeSlack):
    """Only then everybody can read it, without a word of the text; and the question goes away."""
    press(slack, "post", offered(a_check()))
    *posted, deleted = slack.asked("respond")
    assert posted
    assert all((body["response_type"], body["replace_original"]) == ("in_channel", False) for body in posted)
    assert posted[0]["text"].startswith(f"<@{ANN}>")
    assert "passport in his car" not in json.dumps(posted)
    assert deleted == {"delete_original": True}


def test_a_second_press_that_comes_twice_posts_once(slack: FakeSlack):
    """The same press again, as after a lost acknowledgement, posts nothing more."""
    press(slack, "post", offered(a_check()), times=3)
    assert sum("delete_original" in body for body in slack.asked("respond")) == 1


def test_what_was_posted_is_never_called_failed(slack: FakeSlack):
    """If the question cannot be taken away any more, the check has been posted all the same, and nobody posts it again."""
    value = offered(a_check())
    pages = len(shared(value, ANN, RENDERER, MONDAY_NOON))
    slack.answers["respond"].extend([*[PlainTextResponse("ok")] * pages, PlainTextResponse("gone", 404)])
    press(slack, "post", value)
    *posted, deleted = slack.asked("respond")
    assert [body["response_type"] for body in posted] == ["in_channel"] * pages
    assert deleted == {"delete_original": True}


def test_what_slack_will_not_post_is_told(slack: FakeSlack):
    """Whoever pressed twice in vain is told so, and only they."""
    slack.answers["respond"].append(JSONResponse({"ok": False, "error": "expired_url"}, 404))
    press(slack, "post", offered(a_check()))
    assert [body["response_type"] for body in slack.asked("respond")] == ["in_channel", "ephemeral"]


BROKEN = {"no JSON": "{", "of another time": "{}", "no object": "[]"}


@pytest.mark.parametrize("value", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("action", ["share", "post"])
def test_a_press_that_cannot_be_done_is_answered(slack: FakeSlack, action: str, value: str):
    """A button of an older Waymark, or one that Slack will not post for, is answered privately; nothing is posted."""
    press(slack, action, value)
    (body,) = slack.asked("respond")
    assert body["response_type"] == "ephemeral"


def test_a_message_without_words_is_not_called_free_of_signs(slack: FakeSlack):
    """The shortcut on a picture says that pictures are not read."""

    async def scenario(side: Side) -> int:
        await side.sends(shortcut("", response_url=slack.response_url))
        await side.is_done()
        return len(side.taken.arrived)

    assert at(slack, scenario) == 0
    (body,) = slack.asked("respond")
    assert (body["response_type"], "999" in body["text"]) == ("ephemeral", True)


# ---------------------------------------------------------------------- start and end


def test_our_own_messages_are_passed_over_by_name_too(slack: FakeSlack):
    """The token says at the start who we are, so that we never answer ourselves."""

    async def scenario(side: Side) -> tuple[int, int]:
        response = await side.sends(event(direct_message(user=BOT_USER)))
        return response.status_code, len(side.taken.arrived)

    assert at(slack, scenario) == (200, 0)


AT_THE_START = {
    "a token that is not accepted": (JSONResponse({"ok": False, "error": "invalid_auth"}), "invalid_auth"),
    "Slack is away": (Response(status_code=503), "503"),
    "a token of another workspace": (JSONResponse({"ok": True, "team_id": "T0ELSEWHERE"}), "WAYMARK_SLACK_TEAMS"),
}


@pytest.mark.parametrize(("answer", "said"), AT_THE_START.values(), ids=AT_THE_START)
def test_a_token_that_is_of_no_use_is_told_at_the_start(
    slack: FakeSlack, answer: Response, said: str, caplog: pytest.LogCaptureFixture
):
    """The gateway starts nevertheless, takes what comes, and the log says what is wrong, without the token."""
    slack.answers["auth.test"].append(answer)

    async def scenario(side: Side) -> tuple[int, int]:
        response = await side.sends(event(direct_message()))
        return response.status_code, len(side.taken.arrived)

    assert at(slack, scenario) == (200, 1)
    assert said in caplog.text
    assert "xoxb" not in caplog.text


def test_a_press_in_the_home_starts_practice(slack: FakeSlack):
    """What the Home's button sends is the payload of the practice room, to be answered in a direct message."""

    async def scenario(side: Side) -> Any:
        await side.sends(event(home_opened()))
        await side.is_done()
        blocks = slack.asked("views.publish")[0]["view"]["blocks"]
        button = next(element for block in blocks if block["type"] == "actions" for element in block["elements"])
        await side.sends(pressed(button["value"], button["action_id"], **IN_THE_HOME))
        return side.taken.arrived[0]

    arrived = at(slack, scenario)
    assert (arrived.payload, arrived.writer, arrived.address) == (
        "/practice{}",
        f"{TEAM}:{ANN}",
        {"way": "direct", "user": ANN},
    )


def test_from_a_command_to_its_answer(slack: FakeSlack):
    """What was taken, rendered and stored as JSON, comes to its writer."""

    async def scenario(side: Side) -> None:
        await side.sends(shortcut(response_url=slack.response_url))
        (arrived,) = side.taken.arrived
        check = a_check()
        for page in side.channel.pages({"messages": check["messages"], "check": check}, nobody(audience="staff")):
            await side.channel.send(json.loads(json.dumps(arrived.address)), json.loads(json.dumps(page)))

    at(slack, scenario)
    bodies = slack.asked("respond")
    assert bodies
    assert all(body["response_type"] == "ephemeral" for body in bodies)
    assert "tel:999" in json.dumps(bodies)
