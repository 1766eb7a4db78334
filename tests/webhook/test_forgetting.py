"""The gateway has Rasa forget what nobody touches any more."""

import asyncio

import pytest

from tests.fakes import fake_rasa
from webhook import app as gateway
from webhook.app import create_app

SECONDS_UNTIL_IT_HANGS = 30.0


def test_rasa_is_told_how_long_each_channel_may_be_idle(monkeypatch: pytest.MonkeyPatch):
    """By text message for twelve hours, elsewhere for as long as the settings say."""
    monkeypatch.setattr(gateway, "SECONDS_BETWEEN_FORGETTING", 0.01)

    async def run() -> None:
        environment = {
            "WAYMARK_ASSISTANT_URL": rasa.url,
            "WAYMARK_ASSISTANT_TOKEN": "token",
            "WAYMARK_IDLE_MINUTES": "20",
        }
        app = create_app(environment)
        async with app.router.lifespan_context(app), asyncio.timeout(SECONDS_UNTIL_IT_HANGS):
            while not rasa.heard:
                await asyncio.sleep(0.01)

    with fake_rasa() as rasa:
        asyncio.run(run())
    assert rasa.heard[0] == {"seconds": {"sms": 12 * 3600}, "otherwise": 20 * 60}
