"""Rasa's side of the gateway: a channel on loopback that only the gateway may call.

Rasa's own REST channel has no password, hides errors behind an empty answer and takes what a person types for a command if it
begins with a slash. This one does none of that. Nor does it go on from memory while the database is away, as Rasa would: the
turn would be lost. It says 503, the gateway gives the safe reply, and what was heard comes again with the next message.
"""

import asyncio
import hmac
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.core.lock_store import LockError
from rasa.core.tracker_store import FailSafeTrackerStore
from sanic import Blueprint, Sanic, response
from sanic.exceptions import Unauthorized
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.errors import WaymarkError
from bot.pipeline.action_answers import check_the_schema_once
from bot.pipeline.tracker_store import TrackersAway
from bot.reading import shared_knowledge

MESSAGES_AT_ONCE = 4  # one processor reads them one after another, and each waits for the database now and then
SECONDS_WORTH_WAITING = 1.0  # the gateway gives the safe reply half a second later

_log = logging.getLogger(__name__)


class TooLate(WaymarkError):
    """A message has waited for so long that its answer would come after the safe reply.

    To read it all the same would hold up those that can still be answered, and it could come behind what was said after it.
    """

    def __init__(self) -> None:
        super().__init__("too late")


class GatewayReplies(CollectingOutputChannel):
    """Collects whole messages, under the name of the person's channel, so that a reply's channel variations are found."""

    def __init__(self, channel: str) -> None:
        super().__init__()
        self._channel = channel

    def name(self) -> str:
        """The person's channel: web, sms, slack or teams."""
        return self._channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep the message as it is."""
        self.messages.append(message)


class GatewayInput(InputChannel):
    """Takes messages from the gateway, and its requests to forget."""

    @classmethod
    def name(cls) -> str:
        """The last part of the channel's address: /webhooks/gateway."""
        return "gateway"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "GatewayInput":
        """Called by Rasa with what `credentials.yml` holds."""
        return cls((credentials or {})["token"])

    def __init__(self, token: str) -> None:
        self._authorization = f"Bearer {token}"
        self._room = asyncio.Semaphore(MESSAGES_AT_ONCE)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes."""
        routes = Blueprint("gateway", __name__)

        @routes.middleware("request")
        async def check(request: Request) -> None:
            given = request.headers.get("authorization", "")
            if not hmac.compare_digest(given.encode(), self._authorization.encode()):
                raise Unauthorized("bearer token required")

        @routes.listener("after_server_start")
        async def prepare(app: Sanic, _: Any) -> None:
            _never_from_memory(app.ctx.agent)
            check_the_schema_once()

        @routes.exception(TrackersAway, LockError, TooLate)
        async def away(request: Request, failure: Exception) -> HTTPResponse:
            _log.error("A request was not served: %s", failure)
            return response.json({}, status=503)

        @routes.post("/message")
        async def message(request: Request) -> HTTPResponse:
            agent, body = request.app.ctx.agent, request.json
            replies = GatewayReplies(body["channel"])
            arrived = time.monotonic()
            async with self._room:
                # A gateway that died may have had this message answered already, and another asks again.
                async with agent.lock_store.lock(body["sender"]):
                    await agent.tracker_store.take_back(body["sender"], body["message_id"])
                if time.monotonic() - arrived > SECONDS_WORTH_WAITING:
                    raise TooLate
                await on_new_message(_user_message(body, replies))
            return response.json(replies.messages)

        @routes.post("/read")
        async def read(request: Request) -> HTTPResponse:
            parsed = await request.app.ctx.agent.processor.parse_message(_user_message(request.json, None))
            return response.json(
                {"entities": parsed["entities"], "intent": parsed["intent"]["name"], "language": parsed["language"]}
            )

        @routes.post("/forget")
        async def forget(request: Request) -> HTTPResponse:
            agent, sender = request.app.ctx.agent, request.json["sender"]
            # A message that is still being answered would be kept again after the deletion.
            async with agent.lock_store.lock(sender):
                await agent.tracker_store.delete(sender)
            return response.json({})

        @routes.post("/forget-idle")
        async def forget_idle(request: Request) -> HTTPResponse:
            await request.app.ctx.agent.tracker_store.delete_idle(request.json["seconds"], request.json["otherwise"])
            return response.json({})

        @routes.get("/ready")
        async def ready(request: Request) -> HTTPResponse:
            agent = request.app.ctx.agent
            is_ready = agent is not None and agent.is_ready() and shared_knowledge().is_ready
            is_ready = is_ready and await agent.tracker_store.is_ready() and await agent.lock_store.is_ready()
            return response.json({}, status=200 if is_ready else 503)

        return routes


def _never_from_memory(agent: Agent | None) -> None:
    """Take away what Rasa puts around our store, which answers from memory when the store fails."""
    if agent is not None and isinstance(agent.tracker_store, FailSafeTrackerStore):
        agent.tracker_store = agent.tracker_store._tracker_store
        if agent.processor is not None:
            agent.processor.tracker_store = agent.tracker_store


def _user_message(body: dict[str, Any], replies: GatewayReplies | None) -> UserMessage:
    """A `payload` is a button's, checked by the gateway; a `text` is never a command, however it begins."""
    text = body["payload"] if "payload" in body else body["text"].lstrip("/ \t\n\r\f\v")
    return UserMessage(
        text,
        replies,
        body["sender"],
        input_channel=body["channel"],
        message_id=body["message_id"],
        metadata=body["metadata"],
    )
