"""What those who watch over Waymark see: counts and times, never a word, a number or a name of anybody."""

import hmac
import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from webhook.stores.store import Store, StoreFailed

SECONDS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
Outcome = Literal["sent", "later", "undeliverable"]


class Metrics:
    """Counts and times of one gateway, in Prometheus's form."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._messages = self._counter("waymark_messages", "Messages answered", "channel", "language")
        self._alone = self._counter("waymark_alone", "Messages answered without Rasa or the store", "channel")
        self._danger = self._counter("waymark_danger", "Messages read as danger, by what read it first", "lane")
        self._services = self._counter("waymark_services", "Services shown", "service")
        self._pages = self._counter("waymark_pages", "Pages to deliver, by what became of them", "channel", "outcome")
        self._receipts = self._counter("waymark_receipts", "Receipts of providers", "channel", "state")
        self._seconds = Histogram(
            "waymark_reply_seconds", "From a message to its reply", ("channel",), buckets=SECONDS, registry=self.registry
        )
        self.waiting = Gauge("waymark_waiting", "Messages that wait in the queue", registry=self.registry)
        self.ready = Gauge("waymark_ready", "1 if a message can be understood now", registry=self.registry)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(name, meaning, labels, registry=self.registry)

    def replied(self, channel: str, reply: Mapping[str, Any], seconds: float) -> None:
        """Count a reply."""
        self._messages.labels(channel, reply["language"]).inc()
        self._seconds.labels(channel).observe(seconds)
        for message in reply["messages"]:
            for service in message["services"]:
                self._services.labels(service["id"]).inc()

    def answered_alone(self, channel: str) -> None:
        """Count a reply that had to do without Rasa or the store."""
        self._alone.labels(channel).inc()

    def danger(self, lane: Literal["words", "model"]) -> None:
        """Count a message that was read as danger."""
        self._danger.labels(lane).inc()

    def delivered(self, channel: str, outcome: Outcome) -> None:
        """Count a page that was sent, or not."""
        self._pages.labels(channel, outcome).inc()

    def receipt(self, channel: str, state: str) -> None:
        """Count what a provider says became of a page."""
        self._receipts.labels(channel, state).inc()


router = APIRouter(include_in_schema=False)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Return the counts to who shows the token; to others there is nothing here."""
    gateway = request.app.state.gateway
    token = gateway.settings.metrics_token
    shown = request.headers.get("authorization", "")
    if not token or not hmac.compare_digest(shown.encode(), f"Bearer {token}".encode()):
        return Response(status_code=HTTPStatus.NOT_FOUND)
    gateway.metrics.ready.set(await gateway.assistant.is_ready())
    gateway.metrics.waiting.set(await _waiting(gateway.store))
    return Response(generate_latest(gateway.metrics.registry), media_type=CONTENT_TYPE_LATEST)


async def _waiting(store: Store) -> float:
    """Return how many messages wait; not a number while the store is away, for then all else is wanted most."""
    try:
        return await store.waiting()
    except StoreFailed:
        return math.nan
