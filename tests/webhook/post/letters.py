"""A channel for tests: JSON comes in, and what goes out is remembered. It can be told to be busy, or to refuse."""

import asyncio
import json
from typing import Any

from fastapi import FastAPI, Request, Response

from webhook.conversations import Conversation
from webhook.post.channel import Arrived, Page, Reply, Take


class Letters:
    """The channel; `sent` holds the address and page of everything that went out."""

    name = "teams"
    audience = "staff"
    idle_minutes = 30.0
    carries = None
    offers: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.sent: list[tuple[str, Page]] = []
        self.failures: list[Exception] = []
        self.is_closed = False

    def application(self, take: Take) -> FastAPI:
        """Take whatever comes."""
        app = FastAPI()

        @app.post("/messages")
        async def message(request: Request) -> Response:
            await take(Arrived(**json.loads(await request.body())))
            return Response(status_code=202)

        return app

    async def start(self) -> None:
        """Nothing to do."""

    async def stop(self) -> None:
        """Nothing to do."""

    def pages(self, reply: Reply, conversation: Conversation) -> tuple[Page, ...]:
        """One page for each message."""
        return tuple({"text": message["text"], "urgent": message["urgent"]} for message in reply["messages"])

    async def send(self, address: dict[str, Any], page: Page) -> str | None:
        """Remember a page, once the channel is open, or fail as told."""
        while self.is_closed:
            await asyncio.sleep(0.01)
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append((address["to"], page))
        return None


def arrived(number: int, writer: str, at: float | None = None, **more: Any) -> dict[str, Any]:
    """Something that somebody sent."""
    return {"key": f"key {number}", "writer": writer, "address": {"to": writer}, "at": number if at is None else at, **more}
