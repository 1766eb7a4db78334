"""Stand-ins for Rasa at its own door: real servers on loopback that are away, slow, empty-handed, broken or wrong.

What they answer has the form of the real channel's answers, which `tests/webhook/test_api.py` sees through the gateway.
"""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from waymark.supervisor import LOOPBACK, free_port

Answer = Callable[[dict[str, Any]], Awaitable[Response]]
READING = {"entities": [], "intent": "describe_situation", "language": "en"}
USUAL = [{"text": "fine", "language": "en", "buttons": [], "custom": {"asks": "age_band"}}]


async def usual(message: dict[str, Any]) -> Response:
    """Answer as Rasa does on a good day."""
    return JSONResponse(USUAL)


async def empty(message: dict[str, Any]) -> Response:
    """Answer nothing, as Rasa does when an action has failed."""
    return JSONResponse([])


async def slow(message: dict[str, Any]) -> Response:
    """Answer far too late."""
    await asyncio.sleep(60)
    return JSONResponse(USUAL)


async def broken(message: dict[str, Any]) -> Response:
    """Fail."""
    return PlainTextResponse("a stack trace", 500)


async def garbled(message: dict[str, Any]) -> Response:
    """Answer something that is no JSON."""
    return PlainTextResponse("<html>")


class FakeRasa:
    """A server that takes the gateway's messages, remembers them and answers as it is told to."""

    def __init__(self) -> None:
        self.answer: Answer = usual
        self.heard: list[dict[str, Any]] = []
        self.port = free_port()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{LOOPBACK}:{self.port}"

    async def take(self, request: Request) -> Response:
        """Take a message."""
        message = await request.json()
        self.heard.append(message)
        if request.url.path.endswith("/read") and self.answer is usual:
            return JSONResponse(READING)
        return await self.answer(message)


@contextmanager
def fake_rasa() -> Iterator[FakeRasa]:
    """Run a fake Rasa for as long as the context lasts."""
    fake = FakeRasa()
    paths = ("message", "read", "forget", "forget-idle")
    routes = [Route(f"/webhooks/gateway/{path}", fake.take, methods=["POST"]) for path in paths]
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
