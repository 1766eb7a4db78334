"""The world of text messages: the door that providers knock at with a real queue behind it, and their APIs on loopback.

The people are invented: Ofcom keeps 07700 900000 to 900999 for tests and drama.
"""

import asyncio
import dataclasses
import functools
import json
import logging
import threading
import time
import traceback
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import uvicorn
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from waymark.supervisor import LOOPBACK, free_port
from webhook.gateway import Gateway, build_gateway
from webhook.post.channel import Channel, TryLater, Undeliverable
from webhook.post.guard import MOST_BYTES, guarded
from webhook.post.postman import Postman
from webhook.settings import read_settings
from webhook.stores.embedded import EmbeddedStore

BASE = "https://chat.example.org"
PERSON, OURS = "+447700900123", "+447700900999"
TEXT = "zibbelquast has my passport"
SECONDS_TO_ANSWER = 20.0
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
# What no phone has, and providers hand on all the same: short codes, names of firms, numbers of other networks, nothing at all.
NO_PHONES = ("60777", "85075", "GOVUK", "0800FLOWERS", "whatsapp:+447700900123", "+44", "", "4470090012345678901", "1" * 5000)


@functools.cache
def gateway() -> Gateway:
    """A gateway as the channels are given it."""
    return build_gateway(read_settings({"WAYMARK_ASSISTANT_TOKEN": "t", "WAYMARK_PUBLIC_URL": BASE}))


@dataclass(frozen=True)
class Sent:
    """One request of a provider."""

    path: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class Door:
    """A channel's application behind the guard, and the queue that takes what arrives. Without a queue, it cannot be kept."""

    def __init__(self, module: str, channel: Channel, has_queue: bool = True) -> None:
        self._store = EmbeddedStore(None)
        self._has_queue = has_queue
        self._gateway = dataclasses.replace(gateway(), store=self._store)
        application = guarded(channel.application(Postman(self._gateway, {module: channel}).take_for(module)))
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app=application), base_url="http://gateway")
        self._runner = asyncio.Runner()

    def __enter__(self) -> "Door":
        if self._has_queue:
            self._runner.run(self._store.start())
        return self

    def __exit__(self, *error: object) -> None:
        self._runner.run(self._store.close())
        self._runner.close()

    def status(self, sent: Sent) -> int:
        """What a request is answered with."""
        headers = {name: value.encode("latin-1") for name, value in sent.headers.items()}
        posted = self._client.post(sent.path, content=sent.body, headers=httpx.Headers(headers))
        return self._runner.run(asyncio.wait_for(posted, SECONDS_TO_ANSWER)).status_code

    def taken(self) -> list[dict[str, Any]]:
        """What stands in the queue; it is empty afterwards."""
        return self._runner.run(self._emptied())

    def writers(self) -> set[str]:
        """The numbers of all whose messages stand in the queue; it is empty afterwards."""
        return {letter["writer"] for letter in self.taken() if letter["wish"] == "message"}

    async def _emptied(self) -> list[dict[str, Any]]:
        letters = []
        while await self._store.waiting():
            conversation = await self._store.claim()
            while entry := await self._store.first(conversation):
                letters.append(self._gateway.seal.opened(entry.content))
                await self._store.finish(entry)
            await self._store.release(conversation)
        return letters


# ---------------------------------------------------------------------- what goes out

Answer = Callable[[Request], Awaitable[Response]]


def saying(status: int, content: object = None, **headers: str) -> Answer:
    """An API that says one thing."""

    async def answer(request: Request) -> Response:
        if isinstance(content, str):
            return PlainTextResponse(content, status, {name.replace("_", "-"): value for name, value in headers.items()})
        return JSONResponse(content, status, {name.replace("_", "-"): value for name, value in headers.items()})

    return answer


async def silent(request: Request) -> Response:
    """An API that never answers."""
    await asyncio.Event().wait()
    raise AssertionError


@dataclass
class Api:
    """A provider's API: it remembers what it heard, and answers as it is told to."""

    url: str
    answer: Answer = silent
    heard: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        """Take one request."""
        self.heard.append((request.url.path, dict(request.headers), await request.body()))
        return await self.answer(request)


@contextmanager
def provider() -> Iterator[Api]:
    """Run a provider's API for as long as the context lasts."""
    port = free_port()
    api = Api(f"http://{LOOPBACK}:{port}")
    routes = [Route("/{path:path}", api.take, methods=["POST"])]
    config = uvicorn.Config(
        Starlette(routes=routes), LOOPBACK, port, log_level="critical", access_log=False, ws="none", timeout_graceful_shutdown=0
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield api
    server.should_exit = True
    thread.join()


def send(channel: Channel, text: str = TEXT) -> str | None:
    """Send one text to the person."""

    async def sent() -> str | None:
        await channel.start()
        try:
            return await channel.send({"number": PERSON}, {"text": text})
        finally:
            await channel.stop()

    return asyncio.run(sent())


def failure(channel: Channel) -> tuple[type[Exception], float | bool | None]:
    """How sending fails: the kind, and the seconds to wait or whether it is final. It tells nothing of the person."""
    with pytest.raises((TryLater, Undeliverable)) as raised:
        send(channel)
    assert told_of(["".join(traceback.format_exception(raised.value)), repr(raised.value)]) == []
    error = raised.value
    return type(error), error.seconds if isinstance(error, TryLater) else error.is_final


# ---------------------------------------------------------------------- what must not be told


def listen(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Listen to every logger there is while a test runs; none may tell a word or a number."""
    caplog.set_level(logging.DEBUG)
    for name in ("twilio.async_http_client", "twilio.request_validator", "notifications_python_client.base", "httpx"):
        caplog.set_level(logging.DEBUG, name)
    yield
    lines = [
        f"{record.name} {record.getMessage()} {record.exc_text or record.exc_info}" for record in caplog.get_records("call")
    ]
    assert told_of(lines) == []


def told_of(lines: list[str]) -> list[str]:
    """The lines that tell what somebody wrote, or their number."""
    return [line for line in lines if "zibbelquast" in line or "7700900123" in line]


# ---------------------------------------------------------------------- what nobody expects

_NAMES = st.sampled_from(
    [
        "MessageSid",
        "From",
        "To",
        "Body",
        "AccountSid",
        "NumMedia",
        "MessageStatus",
        "ErrorCode",
        "id",
        "source_number",
        "message",
        "date_received",
        "status",
        "message_uuid",
        "from",
        "text",
        "channel",
        "timestamp",
        "message_type",
        "iat",
        "exp",
        "nbf",
        "aud",
        "payload_hash",
        "application_id",
    ]
)
_ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=60)  # lone surrogates too, for JSON can write them
_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    _ANY_TEXT,
    st.sampled_from([PERSON, "447700900123", "sms", "delivered"]),
)
RECORDS = st.dictionaries(
    st.one_of(_NAMES, _ANY_TEXT),
    st.one_of(_VALUES, st.lists(_VALUES, max_size=3), st.dictionaries(_NAMES, _VALUES, max_size=3)),
    max_size=12,
)
JSON_BODIES = st.one_of(RECORDS, _VALUES, st.lists(_VALUES)).map(lambda value: json.dumps(value).encode())
FORM_FIELDS = st.dictionaries(_NAMES, st.text(max_size=60), max_size=12)
BODIES = st.one_of(st.binary(max_size=2000), JSON_BODIES, st.just(b"[" * 100_000), st.just(b"a" * (MOST_BYTES + 1)))
_HEADER_VALUES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=80)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["content-type", "authorization", "x-twilio-signature", "x-twilio-webhooks-signature-settings", "content-encoding"]
    ),
    st.one_of(_HEADER_VALUES, st.sampled_from([JSON, FORM, "multipart/form-data; boundary=b", "Bearer a.b.c", "Bearer ", "x"])),
)
PATHS = st.sampled_from(["/messages", "/receipts", "/", "/messages/", "/nothing"])
