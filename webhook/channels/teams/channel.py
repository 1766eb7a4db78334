"""Teams as a channel: the SDK checks and sends, the modules beside this one read and write."""

import datetime as dt
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus
from typing import Any, Literal

import jwt
from fastapi import Depends, FastAPI
from pydantic import ValidationError
from starlette.types import ASGIApp

from bot.languages import FALLBACK
from bot.replies import filled
from bot.words import Say
from webhook.channels.teams.activities import CHECKS, PRESSED, Activity, pressed, read
from webhook.channels.teams.cards import reply_pages
from webhook.channels.teams.credentials import ClientSecret, no_secret
from webhook.channels.teams.delivery import Delivery
from webhook.channels.teams.door import Door, only_from_here
from webhook.channels.teams.extension import checked
from webhook.channels.teams.keys import give_keys_to
from webhook.channels.teams.sdk import (
    PUBLIC,
    ActivityEvent,
    ClientOptions,
    CloudEnvironment,
    FastAPIAdapter,
    InvokeResponse,
    hush,
    new_app,
)
from webhook.channels.teams.settings import ENDPOINT, TeamsSettings
from webhook.conversations import Conversation
from webhook.gateway import Gateway
from webhook.places_of_errors import told
from webhook.post.channel import Name, Page, Reply, Take

SECONDS_FOR_A_MESSAGE = 10.0

_log = logging.getLogger(__name__)

TokenSource = Callable[[str | list[str], str | None], Awaitable[str]]


class TeamsChannel:
    """The channel. `cloud` and `token` are other than Microsoft's in tests."""

    name: Name = "teams"
    audience: Literal["public", "staff"] = "staff"
    carries: frozenset[str] | None = None
    offers: frozenset[str] = frozenset()

    def __init__(
        self, settings: TeamsSettings, gateway: Gateway, cloud: CloudEnvironment = PUBLIC, token: TokenSource | None = None
    ) -> None:
        hush()
        self.idle_minutes = gateway.settings.idle_minutes
        self._settings = settings
        self._gateway = gateway
        self._door = Door(cloud.token_issuer)
        self._web = self._fastapi()
        self._app = new_app(
            http_server_adapter=FastAPIAdapter(app=self._web),
            messaging_endpoint=ENDPOINT,
            client_id=settings.client_id,
            tenant_id=settings.tenant_id,
            token=token or _token_source(settings, cloud),
            cloud=cloud,
            client=ClientOptions(timeout=SECONDS_FOR_A_MESSAGE),
            dangerously_allow_unauthenticated_requests=settings.is_unauthenticated,
        )
        self._delivery = Delivery(self._app, self._say_in)
        self._take: Take | None = None

    def application(self, take: Take) -> ASGIApp:
        """Return what is mounted at `/channels/teams`. It answers from `start` on."""
        self._take = take
        return self._web

    async def start(self) -> None:
        """Let requests in, and fetch the keys that they are checked with."""
        await self._app.initialize()
        self._app.server.on_request = self._answer
        if self._settings.is_unauthenticated:
            _log.warning("TEAMS WITHOUT TOKENS: whoever reaches this machine may write as anybody. Never use this in service.")
            return
        self._door.keys = give_keys_to(self._app)
        try:
            await self._door.keys.warm()
        except jwt.PyJWTError as error:
            _log.error("Microsoft's keys cannot be had yet: %s. They are tried again with each message.", type(error).__name__)

    async def stop(self) -> None:
        """Close connections."""
        await self._app.stop()
        for client in (self._app.http_client, self._app.api.http):
            await client.http.aclose()

    def pages(self, reply: Reply, conversation: Conversation) -> tuple[Page, ...]:
        """Return a reply as cards."""
        return reply_pages(reply["messages"], self._say_in)

    async def send(self, address: dict[str, Any], page: Page) -> None:
        """Send one page.

        Raises:
            TryLater: not now.
            Undeliverable: never.
        """
        await self._delivery.send(address, page)

    def _fastapi(self) -> FastAPI:
        check = only_from_here if self._settings.is_unauthenticated else self._door.checked
        return FastAPI(docs_url=None, redoc_url=None, openapi_url=None, dependencies=[Depends(check)])

    def _say_in(self, language: str | None) -> Say:
        return partial(self._gateway.renderer.words.get().text, language=language or FALLBACK)

    async def _answer(self, event: ActivityEvent) -> InvokeResponse[Any]:
        """Answer a request that the SDK has checked."""
        try:
            return await self._answered(Activity.model_validate(event.body.model_dump(exclude_none=True)))
        except ValidationError:
            return InvokeResponse[Any](status=HTTPStatus.BAD_REQUEST)
        except Exception as error:  # the SDK would answer for us, and nobody would know
            _log.error("An activity could not be taken: %s", told(error))
            return InvokeResponse[Any](status=HTTPStatus.SERVICE_UNAVAILABLE)

    async def _answered(self, activity: Activity) -> InvokeResponse[Any]:
        if activity.tenants != {self._settings.tenant_id}:
            return InvokeResponse[Any](status=HTTPStatus.FORBIDDEN)
        if activity.type == "invoke" and activity.name in CHECKS:
            return InvokeResponse[Any](status=HTTPStatus.OK, body=await checked(activity.value, self._gateway))
        arrived = read(activity, dt.datetime.now(dt.UTC))
        if arrived is not None and self._take is not None:
            await self._take(arrived)
        body = self._chosen(activity) if activity.name == PRESSED else None
        return InvokeResponse[Any](status=HTTPStatus.OK, body=body)

    def _chosen(self, activity: Activity) -> dict[str, Any]:
        """Say which button was pressed; the answer itself comes as a message."""
        title = {"title": str(pressed(activity).get("title", ""))}
        text = filled(self._say_in(activity.language)("workplace/teams/chosen"), title)
        return {"statusCode": HTTPStatus.OK, "type": "application/vnd.microsoft.activity.message", "value": text}


def _token_source(settings: TeamsSettings, cloud: CloudEnvironment) -> TokenSource:
    if settings.is_unauthenticated:
        return no_secret
    return ClientSecret(settings.client_id, settings.client_secret, f"{cloud.login_endpoint}/{settings.tenant_id}")
