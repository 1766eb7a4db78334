"""Who may bring something from Slack, and in which form; what becomes of the rest."""

import asyncio
import json
import logging
import time
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.webhook.channels.slack_side import (
    FORM,
    JSON,
    OTHER_TEAM,
    SECRET,
    Side,
    Taken,
    a_channel,
    as_sent,
    command,
    direct_message,
    event,
    meet,
    mention,
    pressed,
    shortcut,
    signed,
)
from webhook.post.guard import MOST_BYTES

EVERYTHING = {
    "a direct message": event(direct_message()),
    "a mention": event(mention()),
    "a command": command(),
    "a shortcut": shortcut(),
    "a press": pressed(),
}


def sent(*requests: tuple[bytes, dict[str, str]]) -> tuple[list[httpx.Response], Taken]:
    """Send requests one after another; return the answers and what was taken."""

    async def scenario(slack: Side) -> tuple[list[httpx.Response], Taken]:
        return [await slack.sends_bytes(content, **headers) for content, headers in requests], slack.taken

    return meet(scenario)


@pytest.mark.parametrize("body", EVERYTHING.values(), ids=EVERYTHING)
def test_what_slack_signed_is_taken_and_acknowledged(body: dict[str, Any]):
    """A request that Slack's own library signed is stored once, and answered 200 within a second."""

    async def scenario(slack: Side) -> tuple[httpx.Response, float, int]:
        before = time.monotonic()
        response = await slack.sends(body)
        return response, time.monotonic() - before, len(slack.taken.arrived)

    response, seconds, taken = meet(scenario)
    assert (response.status_code, response.content, taken) == (200, b"", 1)
    assert seconds < 1


FORGED = {
    "unsigned": lambda body: {},
    "signed by another": lambda body: signed(body, secret="f" * 32),
    "signed for other words": lambda body: signed(body + " "),
    "too old": lambda body: signed(body, time.time() - 301),
    "from a time to come": lambda body: signed(body, time.time() + 400),
    "a signature that is none": lambda body: {**signed(body), "X-Slack-Signature": "v0=no"},
    "a signature in letters that are none": lambda body: {**signed(body), "X-Slack-Signature": "v0=" + "\u00e9" * 64},
    "no signature": lambda body: {"X-Slack-Request-Timestamp": signed(body)["X-Slack-Request-Timestamp"]},
    "no timestamp": lambda body: {"X-Slack-Signature": signed(body)["X-Slack-Signature"]},
    **{
        f"the timestamp {timestamp!r}": lambda body, timestamp=timestamp: {
            **signed(body),
            "X-Slack-Request-Timestamp": timestamp,
        }
        for timestamp in ("", "soon", "1e9", "-1", " 1", "1.5", "0x1", "9" * 13, "9" * 5000, "nan", "\u00b2\u00b2")
    },
}


@pytest.mark.parametrize("body", EVERYTHING.values(), ids=EVERYTHING)
@pytest.mark.parametrize("headers", FORGED.values(), ids=FORGED)
def test_what_slack_did_not_sign_is_refused(body: dict[str, Any], headers: Any):
    """Unsigned, wrongly signed, old, or with a timestamp that is none: 401, and nothing is taken."""
    content_type, content = as_sent(body)
    made = {name: value.encode("latin-1") for name, value in headers(content).items()}
    (response,), taken = sent((content.encode(), {"content-type": content_type, **made}))
    assert response.status_code == 401
    assert taken.arrived == []


@pytest.mark.parametrize("name", ["X-Slack-Request-Timestamp", "X-Slack-Signature"])
def test_a_header_that_comes_twice_is_refused(name: str):
    """Of two timestamps or signatures nobody knows which one was checked."""
    content_type, content = as_sent(event(direct_message()))
    headers = [("content-type", content_type), *signed(content).items(), (name, "soon")]

    async def scenario(slack: Side) -> int:
        return (await slack.http.post("/events", content=content, headers=headers)).status_code

    assert meet(scenario) == 401


GARBAGE = {
    "no JSON": (JSON, b"{no json"),
    "JSON that is a list": (JSON, b"[1, 2]"),
    "JSON that is a number": (JSON, b"7"),
    "JSON that is nothing": (JSON, b"null"),
    "deep JSON": (JSON, b"[" * 100_000),
    "a form with no JSON in it": (FORM, b"payload=%7Bno+json"),
    "a form with deep JSON in it": (FORM, b"payload=" + b"%5B" * 50_000),
    "a form with a list in it": (FORM, b"payload=%5B1%5D"),
    "not UTF-8": (JSON, b'{"a": "\xff\xfe"}'),
    "a form that is not UTF-8": (FORM, b"text=\xff\xfe"),
    "an event that is a number": (JSON, b'{"type": "event_callback", "event": 5, "team_id": "T0WAYMARK"}'),
    "authorizations that are a number": (JSON, b'{"type": "event_callback", "authorizations": 5}'),
    "JSON called text": ("text/plain", b"{no json"),
}


@pytest.mark.parametrize(("content_type", "content"), GARBAGE.values(), ids=GARBAGE)
@pytest.mark.parametrize("is_signed", [True, False], ids=["signed", "unsigned"])
def test_garbage_is_never_our_failure(content_type: str, content: bytes, is_signed: bool):
    """What cannot be read is answered 4xx, signed or not: after a 5xx Slack would send it again."""
    body = content.decode("latin-1") if b"\xff" in content else content
    headers = signed(body) if is_signed else {}
    (response,), taken = sent((content, {"content-type": content_type, **headers}))
    assert response.status_code in (400, 401)
    assert taken.arrived == []


def test_a_huge_body_is_refused():
    """More than a quarter of a megabyte is not read to its end."""
    content = b'{"text": "' + b"x" * MOST_BYTES + b'"}'
    (response,), taken = sent((content, {"content-type": JSON, **signed(content)}))
    assert response.status_code == 413
    assert taken.arrived == []


@pytest.mark.parametrize("body", EVERYTHING.values(), ids=EVERYTHING)
def test_what_comes_again_is_taken_once(body: dict[str, Any]):
    """A repetition, whatever Slack says is the reason for it, is acknowledged and not taken again."""
    reasons = (
        "http_timeout",
        "http_error",
        "connection_failed",
        "ssl_error",
        "too_many_redirects",
        "unknown_error",
    )

    async def scenario(slack: Side) -> tuple[list[int], int]:
        responses = [await slack.sends(body)]
        for number, reason in enumerate(reasons, 1):
            headers = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason}
            responses.append(await slack.sends(body, **headers))
        return [response.status_code for response in responses], len(slack.taken.arrived)

    assert meet(scenario) == ([200] * 7, 1)


def test_a_repetition_is_taken_if_the_first_one_was_lost():
    """`x-slack-retry-num` alone is no reason to pass something over: the first try may never have come."""

    async def scenario(slack: Side) -> list[str]:
        await slack.sends(event(direct_message()), **{"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"})
        return [arrived.text for arrived in slack.taken.arrived]

    assert meet(scenario) == ["he took her passport"]


def test_the_same_bytes_again_are_taken_once():
    """A recorded request, sent again while its signature is still good, does nothing."""
    content_type, content = as_sent(event(direct_message()))
    recorded = (content.encode(), {"content-type": content_type, **signed(content)})
    responses, taken = sent(recorded, recorded, recorded)
    assert [response.status_code for response in responses] == [200] * 3
    assert len(taken.arrived) == 1


@pytest.mark.parametrize("body", EVERYTHING.values(), ids=EVERYTHING)
def test_what_could_not_be_stored_is_not_acknowledged(body: dict[str, Any], caplog: pytest.LogCaptureFixture):
    """While the queue is away Slack is told to come again, and nothing of what was written is logged."""

    async def scenario(slack: Side) -> int:
        slack.taken.fails = True
        return (await slack.sends(body)).status_code

    with caplog.at_level(logging.DEBUG):
        assert meet(scenario) == 503
    assert "passport" not in caplog.text
    assert "ConnectionError" in caplog.text


ELSEWHERE = {
    "an event of another workspace": event(direct_message(team=OTHER_TEAM), team_id=OTHER_TEAM, authorizations=[]),
    "a mention by somebody of another workspace, in a shared channel": event(mention(team=OTHER_TEAM)),
    "the same, said in another way": event(mention(user_team=OTHER_TEAM, source_team=OTHER_TEAM)),
    "a command of another workspace": command(team_id=OTHER_TEAM),
    "a shortcut of another workspace": shortcut(team={"id": OTHER_TEAM}),
    "a shortcut by somebody of another workspace": shortcut(user={"id": "U0EVE", "team_id": OTHER_TEAM}),
    "a press of another workspace": pressed(team={"id": OTHER_TEAM}),
    "a press of no workspace": pressed(team=None, user={"id": "U0EVE"}),
}


@pytest.mark.parametrize("body", ELSEWHERE.values(), ids=ELSEWHERE)
def test_other_workspaces_are_refused(body: dict[str, Any]):
    """Who is not in WAYMARK_SLACK_TEAMS is refused, and Slack need not try again."""

    async def scenario(slack: Side) -> tuple[int, str | None, int]:
        response = await slack.sends(body)
        return response.status_code, response.headers.get("x-slack-no-retry"), len(slack.taken.arrived)

    assert meet(scenario) == (403, "1", 0)


def test_slack_can_try_the_address():
    """The challenge of Slack's form for the address is given back."""

    async def scenario(slack: Side) -> Any:
        response = await slack.sends({"type": "url_verification", "challenge": "3eZbrw1aB", "token": "unused"})
        return response.status_code, response.json()

    assert meet(scenario) == (200, {"challenge": "3eZbrw1aB"})


def test_slack_can_check_the_certificate():
    """A signed `ssl_check` is acknowledged."""
    content = urlencode({"ssl_check": "1", "token": "unused"})
    (response,), taken = sent((content.encode(), {"content-type": FORM, **signed(content)}))
    assert (response.status_code, taken.arrived) == (200, [])


@pytest.mark.parametrize("path", ["/", "/events", "/events/"])
def test_one_address_serves_everything(path: str):
    """Whatever path under the channel Slack is given, the same is done there."""
    content_type, content = as_sent(command())

    async def scenario(slack: Side) -> int:
        return (
            await slack.http.post(path, content=content, headers={"content-type": content_type, **signed(content)})
        ).status_code

    assert meet(scenario) == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_nothing_can_be_fetched(method: str):
    """There is nothing to see at the address."""

    async def scenario(slack: Side) -> int:
        return (await slack.http.request(method, "/events")).status_code

    assert meet(scenario) == 405


def test_nothing_that_anybody_wrote_is_logged(caplog: pytest.LogCaptureFixture):
    """Neither we nor Slack's libraries log a text, a signature or an address, at any level."""
    forged = {"X-Slack-Signature": "v0=" + "0" * 64}

    async def scenario(slack: Side) -> None:
        for body in EVERYTHING.values():
            await slack.sends(body)
            await slack.sends(body, **forged)
        await slack.sends(event({"type": "reaction_added", "user": "U0ANN", "item": "he took her passport"}))
        await slack.sends(pressed(actions=[{"type": "datepicker", "text": "he took her passport"}]))
        await slack.sends(event({"type": "message", "text": "he took her passport"}), **{"content-type": "text/plain"})

    with caplog.at_level(logging.DEBUG):
        meet(scenario)
    for word in ("passport", "cannabis", "never alone", "hooks.slack.com", SECRET, "xoxb", "v0=", "U0ANN"):
        assert word not in caplog.text


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
KNOWN = st.sampled_from([*EVERYTHING.values()])


@st.composite
def damaged(draw: st.DrawFn) -> dict[str, Any]:
    """A request of Slack's in which some things, at any depth, are something else."""
    body: dict[str, Any] = json.loads(json.dumps(draw(KNOWN)))
    for _ in range(draw(st.integers(1, 3))):
        inside: Any = body
        keys = list(inside)
        key = draw(st.sampled_from(keys))
        while isinstance(inside[key], dict) and inside[key] and draw(st.booleans()):
            inside = inside[key]
            key = draw(st.sampled_from(list(inside)))
        inside[key] = draw(ANYTHING)
    return body


@given(body=damaged(), is_in_a_form=st.booleans())
@settings(max_examples=300, deadline=None)
def test_whatever_slack_signs_is_never_our_failure(body: dict[str, Any], is_in_a_form: bool):
    """A signed request of any shape is answered 2xx or 4xx, also if parts of it are not what they should be."""
    content = urlencode({"payload": json.dumps(body)}) if is_in_a_form else json.dumps(body)
    headers = {"content-type": FORM if is_in_a_form else JSON, **signed(content)}
    taken = Taken()

    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=APPLICATION(taken)), base_url="http://gateway") as http:
            return await http.post("/events", content=content, headers=headers)

    assert asyncio.run(send()).status_code < 500
    assert all(arrived.writer.startswith("T0WAYMARK:") for arrived in taken.arrived)


APPLICATION = a_channel().application
