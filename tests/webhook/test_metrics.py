"""Counts for those who watch, and nothing in them that anybody wrote."""

import asyncio

import httpx
import pytest

from tests import fakes
from tests.fakes import FakeRasa
from webhook.app import create_app
from webhook.stores.embedded import EmbeddedStore
from webhook.stores.store import StoreFailed

TOKEN = "a token"


def counted(rasa: FakeRasa, texts: list[str], token: str) -> httpx.Response:
    """Say something, and then ask for the counts."""

    async def hold() -> httpx.Response:
        environment = {"WAYMARK_ASSISTANT_URL": rasa.url, "WAYMARK_ASSISTANT_TOKEN": "t", "WAYMARK_METRICS_TOKEN": TOKEN}
        app = create_app(environment)
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://gateway")
        async with app.router.lifespan_context(app), client:
            started = (await client.post("/api/conversations", json={})).json()
            for text in texts:
                await client.post(f"/api/conversations/{started['conversation_id']}/messages", json={"text": text})
            return await client.get("/metrics", headers={"authorization": f"Bearer {token}"})

    return asyncio.run(hold())


def test_messages_danger_and_services_are_counted(rasa: FakeRasa):
    """How many, in which channel and language, how many of them danger, which services were shown."""
    counts = counted(rasa, ["zibbelquast hello", "zibbelquast has a knife"], TOKEN).text
    assert 'waymark_messages_total{channel="web",language="en"} 2.0' in counts
    assert 'waymark_danger_total{lane="words"} 1.0' in counts
    assert 'waymark_services_total{service="emergency-999"} 1.0' in counts
    assert 'waymark_reply_seconds_count{channel="web"} 2.0' in counts
    assert "zibbelquast" not in counts


def test_what_had_to_be_answered_without_rasa_is_seen(rasa: FakeRasa):
    """Whoever watches sees that people had the safe reply only."""
    rasa.answer = fakes.broken
    assert 'waymark_alone_total{channel="web"} 1.0' in counted(rasa, ["hello"], TOKEN).text


def test_the_counts_are_seen_while_the_store_is_away(rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch):
    """That is when somebody looks."""

    async def away(store: EmbeddedStore) -> int:
        raise StoreFailed("away")

    monkeypatch.setattr(EmbeddedStore, "waiting", away)
    answer = counted(rasa, ["hello"], TOKEN)
    assert answer.status_code == 200
    assert "waymark_waiting NaN" in answer.text


@pytest.mark.parametrize("token", ["", "another"])
def test_nobody_else_sees_the_counts(token: str, rasa: FakeRasa):
    """Without the token there is no such page."""
    assert counted(rasa, [], token).status_code == 404
