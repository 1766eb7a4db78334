"""The two servers, each as whoever runs it starts it, and how they are spoken to."""

import contextlib
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Protocol

import httpx

from waymark.benches.processes import BenchFailed, started
from waymark.benches.projects import OUT, environment_in, ours, rasa
from waymark.supervisor import LOOPBACK, free_port

SECONDS_FOR_A_MESSAGE = 60.0
SECONDS_TO_START = 600.0
SECONDS_BETWEEN_TRIES = 0.1
A_QUESTION = "who are you?"
UNLIMITED = {"WAYMARK_MESSAGES_A_MINUTE": "1000000", "WAYMARK_STARTS_A_MINUTE": "1000000"}  # all come from one address
METRICS_TOKEN = secrets.token_urlsafe(32)


class Server(Protocol):
    """A server that answers messages."""

    name: str

    def command(self, port: int) -> Sequence[str]:
        """Return what starts it."""

    def environment(self, port: int) -> Mapping[str, str]:
        """Return what it is told."""

    async def begin(self, http: httpx.AsyncClient) -> str:
        """Begin a conversation."""

    async def say(self, http: httpx.AsyncClient, conversation: str, text: str) -> bool:
        """Send a message; say whether it was answered."""

    def is_safe(self, http: httpx.Client) -> bool:
        """Say whether a person is told where to turn now, understood or not."""

    def is_ready(self, http: httpx.Client) -> bool:
        """Say whether a message is understood now."""

    def answered_alone(self, http: httpx.Client) -> int | None:
        """Return how many messages had the safe reply because they could not be read in time; None: there is no such reply."""


@dataclass(slots=True)
class Waymark:
    """`waymark serve`, in a copy."""

    folder: Path
    name: str = "Waymark"

    def command(self, port: int) -> Sequence[str]:
        """Return what starts it."""
        return ours("serve")

    def environment(self, port: int) -> Mapping[str, str]:
        """Return what it is told."""
        own = {"HOST": LOOPBACK, "PORT": str(port), "WAYMARK_METRICS_TOKEN": METRICS_TOKEN}
        return {**environment_in(self.folder), **UNLIMITED, **own, "WAYMARK_STATE": str(self.folder / "state")}

    async def begin(self, http: httpx.AsyncClient) -> str:
        """Begin a conversation."""
        conversation: str = (await http.post("/api/conversations", json={"language": "en"})).json()["conversation_id"]
        return conversation

    async def say(self, http: httpx.AsyncClient, conversation: str, text: str) -> bool:
        """Send a message; say whether it was answered."""
        reply = await http.post(f"/api/conversations/{conversation}/messages", json={"text": text})
        return reply.status_code == httpx.codes.OK and bool(reply.json()["messages"])

    def is_safe(self, http: httpx.Client) -> bool:
        """Say whether a person is told where to turn now, understood or not."""
        begun = http.post("/api/conversations", json={}).raise_for_status().json()
        return http.post(f"/api/conversations/{begun['conversation_id']}/messages", json={"text": A_QUESTION}).is_success

    def is_ready(self, http: httpx.Client) -> bool:
        """Say whether a message is understood now."""
        return http.get("/health/ready").status_code == httpx.codes.OK

    def answered_alone(self, http: httpx.Client) -> int | None:
        """Return how many messages had the safe reply because they could not be read in time."""
        lines = http.get("/metrics", headers={"authorization": f"Bearer {METRICS_TOKEN}"}).text.splitlines()
        return int(sum(float(line.split()[-1]) for line in lines if line.startswith("waymark_alone_total")))


@dataclass(slots=True)
class Stock:
    """`rasa run`, in the project of `rasa init`, with Rasa's own REST channel."""

    folder: Path
    name: str = "stock Rasa"

    def command(self, port: int) -> Sequence[str]:
        """Return what starts it."""
        return rasa("run", "-i", LOOPBACK, "-p", str(port), "--model", "models/model.tar.gz")

    def environment(self, port: int) -> Mapping[str, str]:
        """Return what it is told."""
        return environment_in(self.folder)

    async def begin(self, http: httpx.AsyncClient) -> str:
        """Begin a conversation: whoever writes names one."""
        return secrets.token_urlsafe(16)

    async def say(self, http: httpx.AsyncClient, conversation: str, text: str) -> bool:
        """Send a message; say whether it was answered. A default fallback of the stock project answers with nothing."""
        reply = await http.post("/webhooks/rest/webhook", json={"sender": conversation, "message": text})
        return reply.status_code == httpx.codes.OK

    def is_safe(self, http: httpx.Client) -> bool:
        """Say whether a person is told where to turn now: only what understands answers."""
        return self.is_ready(http)

    def is_ready(self, http: httpx.Client) -> bool:
        """Say whether a message is understood now."""
        reply = http.post("/webhooks/rest/webhook", json={"sender": "first", "message": A_QUESTION})
        return reply.status_code == httpx.codes.OK and bool(reply.json())

    def answered_alone(self, http: httpx.Client) -> int | None:
        """There is no such reply."""
        return None


@dataclass(frozen=True, slots=True)
class Running:
    """A running server, and the seconds from its start to a safe reply and to one that was understood."""

    address: str
    pid: int
    safe_seconds: float
    ready_seconds: float


@contextlib.contextmanager
def running(server: Server, folder: Path) -> Iterator[Running]:
    """Start a server and have it run for as long as the context lasts.

    Raises:
        BenchFailed: it does not answer.
    """
    port = free_port()
    address = f"http://{LOOPBACK}:{port}"
    log = OUT / "serve.log"
    began = time.monotonic()
    with started(server.command(port), folder, server.environment(port), log) as process:
        with httpx.Client(base_url=address, timeout=SECONDS_FOR_A_MESSAGE) as http:
            safe = _seconds_until(server.is_safe, http, process, began, log)
            ready = _seconds_until(server.is_ready, http, process, began, log)
        yield Running(address, process.pid, safe, ready)


class _Asks(Protocol):
    def __call__(self, http: httpx.Client) -> bool: ...


def _seconds_until(is_so: _Asks, http: httpx.Client, process: Popen[bytes], began: float, log: Path) -> float:
    while (seconds := time.monotonic() - began) < SECONDS_TO_START and process.poll() is None:
        with contextlib.suppress(httpx.HTTPError):
            if is_so(http):
                return time.monotonic() - began
        time.sleep(SECONDS_BETWEEN_TRIES)
    raise BenchFailed(f"a server did not answer within {seconds:.0f} seconds; what it said: {log}")
