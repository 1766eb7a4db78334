"""How much one address may begin in a minute."""

import asyncio
from http import HTTPStatus

import httpx
import pytest

from tests.fakes import FakeRasa
from webhook.app import create_app

MOST = 2
BEGINNINGS = [("/api/conversations", {}), ("/api/check", {"text": "They sleep at the car wash."})]


def answers(rasa: FakeRasa, path: str, body: dict[str, str]) -> list[httpx.Response]:
    """Begin once more than is allowed."""

    async def begin() -> list[httpx.Response]:
        environment = {
            "WAYMARK_ASSISTANT_URL": rasa.url,
            "WAYMARK_ASSISTANT_TOKEN": "t",
            "WAYMARK_STARTS_A_MINUTE": str(MOST),
        }
        app = create_app(environment)
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://gateway")
        async with app.router.lifespan_context(app), client:
            return [await client.post(path, json=body) for _ in range(MOST + 1)]

    return asyncio.run(begin())


@pytest.mark.parametrize(("path", "body"), BEGINNINGS, ids=["a conversation", "a check"])
def test_an_address_that_begins_without_end_is_refused(path: str, body: dict[str, str], rasa: FakeRasa):
    """With when to come back, and the numbers."""
    *within, beyond = answers(rasa, path, body)
    assert all(answer.is_success for answer in within)
    assert beyond.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert beyond.headers["retry-after"] == "60"
    services = [service["id"] for message in beyond.json()["messages"] for service in message["services"]]
    assert services == ["emergency-999", "modern-slavery-helpline"]
