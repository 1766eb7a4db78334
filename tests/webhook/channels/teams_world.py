"""What Teams is to us, on loopback: a key server, a connector that messages are sent to, and signed requests that come in."""

import asyncio
import contextlib
import dataclasses
import itertools
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from waymark.supervisor import LOOPBACK, free_port
from webhook.channels.teams.channel import TeamsChannel
from webhook.channels.teams.sdk import PUBLIC
from webhook.channels.teams.settings import TeamsSettings
from webhook.gateway import Gateway, build_gateway
from webhook.post.channel import Arrived
from webhook.post.guard import guarded
from webhook.settings import read_settings

CLIENT = "0f5c0d3e-3b0a-4b7e-9b6e-2b1f6a5d4c3b"
TENANT = "7c1f8a52-6d3b-4d6e-8f25-0d9c2b7a1e44"
KID = "a key"
OWN_CHAT = "a:own-chat"
ISSUER = "https://api.botframework.com"
SETTINGS = TeamsSettings(CLIENT, "secret", TENANT)
PATH = "/api/messages"


@cache
def key_pair(name: str) -> rsa.RSAPrivateKey:
    """Return a key to sign with, the same for the same name."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def gateway() -> Gateway:
    """Return a gateway whose Rasa is away."""
    return build_gateway(read_settings({"WAYMARK_ASSISTANT_TOKEN": "t", "WAYMARK_ASSISTANT_URL": f"http://{LOOPBACK}:9"}))


@dataclass
class World:
    """The servers, and what they saw. `answers`, `making`: statuses and headers that the connector begins with."""

    port: int = field(default_factory=free_port)
    sent: list[dict[str, Any]] = field(default_factory=list)
    made: list[dict[str, Any]] = field(default_factory=list)
    bearers: list[str] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    making: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    key_requests: int = 0
    has_keys: bool = True

    @property
    def url(self) -> str:
        """Where it listens: the service address of its activities."""
        return f"http://{LOOPBACK}:{self.port}"

    async def keys(self, request: Request) -> Response:
        """Give the public keys, as Microsoft's key server does."""
        self.key_requests += 1
        if not self.has_keys:
            return Response(status_code=503)
        public = jwt.algorithms.RSAAlgorithm.to_jwk(key_pair("ours").public_key(), as_dict=True)
        return JSONResponse({"keys": [{**public, "kid": KID, "use": "sig"}]})

    async def take(self, request: Request) -> Response:
        """Take a message, as the connector does."""
        if self.answers:
            status, headers = self.answers.pop(0)
            return JSONResponse({"error": {"code": "E"}}, status, headers)
        self.bearers.append(request.headers["authorization"])
        self.sent.append({"to": request.path_params["conversation"], **await request.json()})
        return JSONResponse({"id": str(len(self.sent))}, 201)

    async def make(self, request: Request) -> Response:
        """Make a conversation with a person, as the connector does."""
        if self.making:
            status, headers = self.making.pop(0)
            return JSONResponse({"error": {"code": "E"}}, status, headers)
        self.made.append(await request.json())
        return JSONResponse({"id": OWN_CHAT}, 201)

    def token(self, **changes: Any) -> str:
        """Return a token as Microsoft signs it, but for the changes; a claim that is None is left out."""
        key, headers = changes.pop("key", key_pair("ours")), {"kid": changes.pop("kid", KID)}
        algorithm = changes.pop("algorithm", "RS256")
        now = int(time.time())
        claims = {"aud": CLIENT, "iss": ISSUER, "iat": now, "nbf": now, "exp": now + 3600, "serviceurl": self.url, **changes}
        return jwt.encode({name: value for name, value in claims.items() if value is not None}, key, algorithm, headers)


@contextlib.contextmanager
def running_world() -> Iterator[World]:
    """Run the servers for as long as the context lasts."""
    world = World()
    routes = [
        Route("/v1/.well-known/keys", world.keys),
        Route("/v3/conversations", world.make, methods=["POST"]),
        Route("/v3/conversations/{conversation}/activities", world.take, methods=["POST"]),
    ]
    server = uvicorn.Server(
        uvicorn.Config(
            Starlette(routes=routes), LOOPBACK, world.port, log_level="critical", ws="none", timeout_graceful_shutdown=0
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield world
    server.should_exit = True
    thread.join()


@dataclass
class Bot:
    """Our side: the channel, and everything that it took. What it took once, it does not take again."""

    channel: TeamsChannel
    world: World
    runner: asyncio.Runner
    taken: list[Arrived] = field(default_factory=list)

    def __post_init__(self) -> None:
        transport = httpx.ASGITransport(guarded(self.channel.application(self.take)))
        self._client = httpx.AsyncClient(transport=transport, base_url="http://gateway")

    async def take(self, arrived: Arrived) -> bool:
        """Stand in for the queue."""
        if any(known.key == arrived.key for known in self.taken):
            return False
        self.taken.append(arrived)
        return True

    def post(self, **request: Any) -> httpx.Response:
        """Have a request of any form come in."""
        return self.runner.run(self._client.post(PATH, **request))

    def hear(self, activity: dict[str, Any], token: str | None = None) -> httpx.Response:
        """Have an activity come in, signed; by another token if one is given."""
        shown = self.world.token() if token is None else token
        return self.post(json=activity, headers={"authorization": f"Bearer {shown}"})

    def send(self, address: dict[str, Any], *pages: dict[str, Any]) -> None:
        """Send pages, as the worker does."""
        for page in pages:
            self.runner.run(self.channel.send(address, page))

    def start(self) -> None:
        """Start it."""
        self.runner.run(self.channel.start())

    def stop(self) -> None:
        """Stop it."""
        self.runner.run(self.channel.stop())
        self.runner.run(self._client.aclose())

    def forget(self) -> None:
        """Begin a test afresh."""
        for seen in (self.taken, self.world.sent, self.world.made, self.world.bearers, self.world.answers, self.world.making):
            seen.clear()


async def a_token(scope: str | list[str], tenant: str | None) -> str:
    """Stand in for what Microsoft gives for the client secret."""
    return jwt.encode({"aud": "the connector"}, "k" * 32, "HS256")


@contextlib.contextmanager
def new_bot(world: World, of: Gateway | None = None, settings: TeamsSettings = SETTINGS) -> Iterator[Bot]:
    """Make the channel of a gateway for a world, to be started."""
    cloud = dataclasses.replace(PUBLIC, openid_metadata_url=f"{world.url}/v1/.well-known/openidconfiguration")
    with asyncio.Runner() as runner:
        bot = Bot(TeamsChannel(settings, of or gateway(), cloud, a_token), world, runner)
        yield bot
        bot.stop()


@contextlib.contextmanager
def running_bot(of: Gateway | None = None) -> Iterator[Bot]:
    """Run the channel of a gateway, and all that it needs."""
    with running_world() as world, new_bot(world, of) as bot:
        bot.start()
        yield bot


_ids = itertools.count(1)


def activity(world: World, **changes: Any) -> dict[str, Any]:
    """Return a message in somebody's own chat, but for the changes; a field that is None is left out."""
    usual: dict[str, Any] = {
        "type": "message",
        "id": f"17000000{next(_ids):05}",
        "timestamp": "2026-11-22T10:15:30.1234567Z",
        "localTimestamp": "2026-11-22T10:15:30.1234567+00:00",
        "serviceUrl": world.url,
        "channelId": "msteams",
        "from": {"id": "29:somebody", "name": "Somebody", "aadObjectId": "5b1f0c9e-0000-4000-8000-000000000001"},
        "conversation": {"conversationType": "personal", "tenantId": TENANT, "id": "a:chat"},
        "recipient": {"id": f"28:{CLIENT}", "name": "Waymark"},
        "locale": "en-GB",
        "text": "a girl of 15 in Stockport",
        "textFormat": "plain",
        "channelData": {"tenant": {"id": TENANT}},
        "entities": [{"locale": "en-GB", "country": "GB", "platform": "Web", "type": "clientInfo"}],
    }
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}
