"""A client of the HTTP contract, for the terminal and for evaluations."""

import contextlib
import os
from collections.abc import Iterator
from typing import Any

import httpx

from waymark.supervisor import LOOPBACK, free_port, serving

SECONDS = 30.0


class Client:
    """Holds conversations with a running Waymark."""

    def __init__(self, address: str) -> None:
        self._http = httpx.Client(base_url=address, timeout=SECONDS)

    def start(self, now: str | None = None, **wanted: str | None) -> dict[str, Any]:
        """Begin a conversation and return the greeting."""
        body = {key: value for key, value in wanted.items() if value}
        return self._post("/api/conversations", body, now)

    def say(self, conversation_id: str, text: str, now: str | None = None) -> dict[str, Any]:
        """Send a message and return the reply."""
        return self._post(f"/api/conversations/{conversation_id}/messages", {"text": text}, now)

    def press(self, conversation_id: str, payload: str, now: str | None = None) -> dict[str, Any]:
        """Press a button and return the reply."""
        return self._post(f"/api/conversations/{conversation_id}/messages", {"payload": payload}, now)

    def read(self, text: str) -> dict[str, Any]:
        """Return the reading of one message (test mode)."""
        return self._post("/api/read", {"text": text}, None)

    def end(self, conversation_id: str) -> None:
        """Have a conversation forgotten."""
        self._http.delete(f"/api/conversations/{conversation_id}")

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _post(self, path: str, body: dict[str, Any], now: str | None) -> dict[str, Any]:
        answer = self._http.post(path, json=body, headers={"X-Waymark-Now": now} if now else {})
        reply: dict[str, Any] = answer.json()
        return reply


@contextlib.contextmanager
def client(address: str | None) -> Iterator[Client]:
    """Return a client of a running Waymark; without an address, one is started in test mode meanwhile."""
    if address is not None:
        with contextlib.closing(Client(address)) as waymark:
            yield waymark
        return
    environment = {**os.environ, "WAYMARK_TEST_MODE": "1"}
    with serving(LOOPBACK, free_port(), environment, print) as running, contextlib.closing(Client(running.address)) as waymark:
        yield waymark
