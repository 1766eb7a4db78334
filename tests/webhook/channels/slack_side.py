"""Slack's side of the tests: what it sends, signed by its own library, and a Web API on loopback that remembers what it got."""

import asyncio
import json
import threading
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
import uvicorn
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from waymark.supervisor import LOOPBACK, free_port
from webhook.channels.slack import connect
from webhook.channels.slack.channel import SlackChannel
from webhook.gateway import Gateway, build_gateway
from webhook.post.channel import Arrived
from webhook.post.guard import guarded
from webhook.settings import read_settings

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TEAM, OTHER_TEAM = "T0WAYMARK", "T0ELSEWHERE"
ANN, BOT, BOT_USER = "U0ANN", "B0WAYMARK", "U0WAYMARK"
DIRECT, CHANNEL = "D0ANN", "C0STAFFROOM"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
USUAL = {
    "auth.test": {"ok": True, "team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT},
    "conversations.open": {"ok": True, "channel": {"id": DIRECT}},
}


def gateway() -> Gateway:
    """A gateway as the channels are given it."""
    return build_gateway(read_settings({"WAYMARK_ASSISTANT_TOKEN": "t"}))


# ---------------------------------------------------------------------- what Slack sends


def event(content: dict[str, Any], event_id: str = "Ev0001", **outside: Any) -> dict[str, Any]:
    """An event as the Events API wraps it."""
    return {
        "token": "unused",
        "team_id": TEAM,
        "api_app_id": "A0WAYMARK",
        "event": content,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": 1763791200,
        "authorizations": [{"enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
        "is_ext_shared_channel": False,
        **outside,
    }


def direct_message(text: str = "he took her passport", **other: Any) -> dict[str, Any]:
    """What happens when somebody writes to the app."""
    content = {"type": "message", "channel": DIRECT, "channel_type": "im", "user": ANN, "team": TEAM, "text": text}
    return {**content, "ts": "1763791200.000100", "event_ts": "1763791200.000100", "client_msg_id": "0f1b", **other}


def mention(text: str = f"<@{BOT_USER}> he took her passport", **other: Any) -> dict[str, Any]:
    """What happens when somebody names the app in a channel."""
    content = {"type": "app_mention", "channel": CHANNEL, "user": ANN, "team": TEAM, "text": text}
    return {**content, "ts": "1763791200.000100", "event_ts": "1763791200.000100", **other}


def home_opened(tab: str = "home", **other: Any) -> dict[str, Any]:
    """What happens when somebody opens the app."""
    return {"type": "app_home_opened", "user": ANN, "channel": DIRECT, "tab": tab, "event_ts": "1763791200.000100", **other}


def command(text: str = "16, cannabis house, Stockport", **other: Any) -> dict[str, str]:
    """What a slash command sends."""
    sent = {"token": "unused", "team_id": TEAM, "team_domain": "council", "channel_id": CHANNEL, "channel_name": "staffroom"}
    by = {"user_id": ANN, "user_name": "ann", "command": "/waymark", "text": text, "api_app_id": "A0WAYMARK"}
    return {**sent, **by, "response_url": "https://hooks.slack.com/commands/1", "trigger_id": "1.2.c0ffee", **other}


def shortcut(text: str | None = "She is never alone.", **other: Any) -> dict[str, Any]:
    """What the message shortcut sends."""
    return {
        "type": "message_action",
        "token": "unused",
        "action_ts": "1763791201.000200",
        "team": {"id": TEAM, "domain": "council"},
        "user": {"id": ANN, "username": "ann", "team_id": TEAM, "name": "ann"},
        "channel": {"id": CHANNEL, "name": "staffroom"},
        "is_enterprise_install": False,
        "enterprise": None,
        "callback_id": "check",
        "trigger_id": "1.2.5h0rt",
        "response_url": "https://hooks.slack.com/app/1",
        "message_ts": "1763791100.000100",
        "message": {"type": "message", "user": "U0BOB", "ts": "1763791100.000100", "text": text, "team": TEAM},
        **other,
    }


def pressed(value: str = '/inform{"danger": "no"}', action_id: str = "answer:0", **other: Any) -> dict[str, Any]:
    """What a button of an answer to Ann sends; it stands in a private answer in a channel."""
    button = {"type": "button", "text": {"type": "plain_text", "text": "No", "emoji": False}}
    return {
        "type": "block_actions",
        "user": {"id": ANN, "username": "ann", "name": "ann", "team_id": TEAM},
        "api_app_id": "A0WAYMARK",
        "token": "unused",
        "container": {"type": "message", "message_ts": "1763791202.000100", "channel_id": CHANNEL, "is_ephemeral": True},
        "trigger_id": "1.2.b0770n",
        "team": {"id": TEAM, "domain": "council"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": CHANNEL, "name": "staffroom"},
        "state": {"values": {}},
        "response_url": "https://hooks.slack.com/actions/1",
        "actions": [{**button, "action_id": action_id, "block_id": "b1", "value": value, "action_ts": "1763791203.000300"}],
        **other,
    }


IN_A_DIRECT_MESSAGE = {"channel": {"id": DIRECT, "name": "directmessage"}}
_HOME = {"type": "home", "id": "V1"}
IN_THE_HOME = {"container": {"type": "view", "view_id": "V1"}, "view": _HOME, "channel": None, "response_url": None}


def form(body: dict[str, Any]) -> tuple[str, str]:
    """A press or a shortcut as it travels: JSON in a form. Returns content type and body."""
    return FORM, urlencode({"payload": json.dumps(body)})


def as_sent(body: dict[str, Any]) -> tuple[str, str]:
    """Any of the above as it travels."""
    if "command" in body:
        return FORM, urlencode(body)
    return (JSON, json.dumps(body)) if "event_id" in body or "challenge" in body else form(body)


def signed(body: str | bytes, sent_at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    """The headers by which Slack shows that a request is its own."""
    timestamp = str(int(time.time() if sent_at is None else sent_at))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": str(signature)}


@dataclass(slots=True)
class Taken:
    """A stand-in for the queue: it keeps what it is given, and nothing twice. `fails`: it is away."""

    arrived: list[Arrived] = field(default_factory=list)
    fails: bool = False

    async def __call__(self, arrived: Arrived) -> bool:
        """Take something."""
        if self.fails:
            raise ConnectionError("the queue is away")
        is_new = arrived.key not in [known.key for known in self.arrived]
        if is_new:
            self.arrived.append(arrived)
        return is_new


@dataclass(slots=True)
class Side:
    """Slack, as the channel meets it."""

    http: httpx.AsyncClient
    taken: Taken
    channel: SlackChannel

    async def sends(self, body: dict[str, Any], **headers: str) -> httpx.Response:
        """Send something as Slack does."""
        content_type, content = as_sent(body)
        return await self.sends_bytes(content.encode(), **{"content-type": content_type, **signed(content), **headers})

    async def sends_bytes(self, content: bytes, **headers: str) -> httpx.Response:
        """Send anything."""
        return await self.http.post("/events", content=content, headers=headers)

    async def is_done(self) -> None:
        """Wait for what the channel does after it has acknowledged."""
        await asyncio.gather(*self.channel._working)


Scenario = Callable[[Side], Awaitable[Any]]
_GATEWAY: list[Gateway] = []


def a_channel(api: str = "http://127.0.0.1:1/api/") -> SlackChannel:
    """A channel; without an API, nobody answers it."""
    if not _GATEWAY:
        _GATEWAY.append(gateway())
    environment = {
        "WAYMARK_SLACK_SIGNING_SECRET": SECRET,
        "WAYMARK_SLACK_BOT_TOKEN": "xoxb-for-a-test",
        "WAYMARK_SLACK_TEAMS": TEAM,
        "WAYMARK_SLACK_API": api,
    }
    channel = connect(environment, _GATEWAY[0])
    assert channel is not None
    return channel


def meet(scenario: Scenario, channel: SlackChannel | None = None) -> Any:
    """Have Slack and the channel meet, from the start of the channel to its end."""
    channel = channel or a_channel()

    async def hold() -> Any:
        taken = Taken()
        transport = httpx.ASGITransport(app=guarded(channel.application(taken)))
        await channel.start()
        try:
            async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as http:
                return await scenario(Side(http, taken, channel))
        finally:
            await channel.stop()

    return asyncio.run(hold())


# ---------------------------------------------------------------------- where Slack is reached


@dataclass(frozen=True, slots=True)
class Call:
    """Something that was asked of Slack."""

    method: str
    body: dict[str, Any]


class FakeSlack:
    """Slack's Web API and its addresses for answers. `answers` are given first, by method, then the usual ones."""

    def __init__(self) -> None:
        self.port = free_port()
        self.calls: list[Call] = []
        self.answers: defaultdict[str, deque[Response]] = defaultdict(deque)

    @property
    def api(self) -> str:
        """Where its Web API is."""
        return f"http://{LOOPBACK}:{self.port}/api/"

    @property
    def response_url(self) -> str:
        """Where a private answer is sent."""
        return f"http://{LOOPBACK}:{self.port}/respond"

    def asked(self, method: str) -> list[dict[str, Any]]:
        """What was asked of a method, in order."""
        return [call.body for call in self.calls if call.method == method]

    def refuses(self, method: str, *codes: str) -> None:
        """Have a method refuse, once for each code, as Slack refuses."""
        self.answers[method].extend(JSONResponse({"ok": False, "error": code}) for code in codes)

    async def answer(self, request: Request) -> Response:
        """Answer like Slack."""
        method = request.path_params.get("method", "respond")
        is_json = request.headers.get("content-type", "").startswith(JSON)
        body = (
            await request.json() if is_json else dict(parse_qsl((await request.body()).decode())) | dict(request.query_params)
        )
        self.calls.append(Call(method, body))
        if self.answers[method]:
            return self.answers[method].popleft()
        return Response("ok") if method == "respond" else JSONResponse(USUAL.get(method, {"ok": True}))


@contextmanager
def fake_slack() -> Iterator[FakeSlack]:
    """Run a fake Slack for as long as the context lasts."""
    fake = FakeSlack()
    routes = [Route("/api/{method}", fake.answer, methods=["POST"]), Route("/respond", fake.answer, methods=["POST"])]
    config = uvicorn.Config(
        Starlette(routes=routes), LOOPBACK, fake.port, log_level="critical", ws="none", timeout_graceful_shutdown=0
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield fake
    server.should_exit = True
    thread.join()
