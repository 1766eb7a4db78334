"""Slack's requests, from the door to the queue: verified by Slack's own library, read, taken, and only then acknowledged."""

import logging
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from webhook.channels.slack.delivery import SILENT
from webhook.channels.slack.reading import Opened, Sharing, Wordless, read
from webhook.places_of_errors import told
from webhook.post.channel import Arrived, Take

_SENT_AT = "x-slack-request-timestamp"
# Of each exactly one: the library takes the last of several, and trips over whatever is written otherwise.
_MUST_HOLD = {_SENT_AT: re.compile(r"[0-9]{1,12}"), "x-slack-signature": re.compile(r"v0=[0-9a-f]{64}")}
_DO_NOT_TRY_AGAIN = {"x-slack-no-retry": "1"}

_log = logging.getLogger(__name__)

Aside = Callable[[Opened | Wordless | Sharing], None]


class Door:
    """One address for everything that Slack sends: events, commands, shortcuts, presses."""

    def __init__(self, teams: frozenset[str], take: Take, aside: Aside) -> None:
        self._teams = teams
        self._take = take
        self._aside = aside

    def application(self, signing_secret: str, client: AsyncWebClient, me: Callable[[], AuthorizeResult]) -> ASGIApp:
        """Return the application. Whatever path Slack is given under it, the same is done.

        Args:
            me: returns who we are, so that the library passes over our own messages.
        """

        async def authorize() -> AuthorizeResult:
            return me()

        bolt = AsyncApp(
            name="waymark", logger=SILENT, signing_secret=signing_secret, client=client, authorize=authorize, token=None
        )
        bolt.middleware(self._received)
        bolt.error(_not_read)
        handler = AsyncSlackRequestHandler(bolt)

        async def answer(request: Request) -> Response:
            return await _answered(handler, request)

        return Router([Route("/{path:path}", answer, methods=["POST"])])

    async def _received(self, req: AsyncBoltRequest, body: dict[str, Any]) -> BoltResponse:
        """Take what a verified request brings. Only what was stored is acknowledged, so that Slack sends the rest again."""
        try:
            return await self._acknowledged(req, body)
        except Exception as error:  # whatever it is, nothing may be lost by it
            _log.error("Something from Slack could not be taken, and is not acknowledged: %s", told(error))
            return BoltResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)

    async def _acknowledged(self, req: AsyncBoltRequest, body: dict[str, Any]) -> BoltResponse:
        found = read(body, float(req.headers[_SENT_AT][0]))
        if found is None:
            _notice(body)
            return BoltResponse(status=HTTPStatus.OK)
        teams, wish = found
        if not teams or not teams <= self._teams:
            _log.warning("Something came from a Slack workspace that is not in WAYMARK_SLACK_TEAMS, and was refused.")
            return BoltResponse(status=HTTPStatus.FORBIDDEN, headers=dict(_DO_NOT_TRY_AGAIN))
        if isinstance(wish, Arrived):
            await self._take(wish)
        else:
            self._aside(wish)
        return BoltResponse(status=HTTPStatus.OK)


def _notice(body: dict[str, Any]) -> None:
    """Log that somebody's press or command was not understood; of events, many are none of ours."""
    if body.get("type") != "event_callback":
        _log.warning("Slack sent a press, a shortcut or a command in a form that is not known. It was not answered.")


async def _answered(handler: AsyncSlackRequestHandler, request: Request) -> Response:
    if not all(_holds(request.headers, name, form) for name, form in _MUST_HOLD.items()):
        return Response(status_code=HTTPStatus.UNAUTHORIZED)
    try:
        return await handler.handle(request)
    except Exception:  # the library reads a body before it looks at the signature, and trips over most that Slack never sends
        return Response(status_code=HTTPStatus.BAD_REQUEST)


def _holds(headers: Headers, name: str, form: re.Pattern[str]) -> bool:
    values = headers.getlist(name)
    return len(values) == 1 and form.fullmatch(values[0]) is not None


async def _not_read(error: Exception) -> BoltResponse:
    """Answer what the library has tripped over. Our own errors do not come here."""
    _log.warning("Slack's library could not read a request: %s", told(error))
    return BoltResponse(status=HTTPStatus.BAD_REQUEST)
