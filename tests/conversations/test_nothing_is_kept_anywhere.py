"""What a person writes, in whatever channel, is found nowhere afterwards: in no file, no key, no log and no count."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from tests.engines import Engine, redis, redis_server  # noqa: F401
from tests.webhook.channels.whole_product import Product, whole_product
from waymark.supervisor import LOGS, Supervisor

CONVERSATIONS = 250 if os.environ.get("CHAOS") == "1" else 5  # in each channel
TOKEN = "a token for the counts"
MARKER = "zibbelquast"
SAID = (
    "my neighbour {name} in hazel grove keeps a girl of 15 in the shed, ring me on 07700 900123",
    "{name} has a knife and is coming for her now",
)
CHANNELS = ("web", "sms", "slack", "teams")


@pytest.fixture
def stores(running: Supervisor, redis: Engine, tmp_path: Path) -> dict[str, dict[str, str]]:  # noqa: F811
    """The settings of each kind of store."""
    return {"a file": {}, "redis": {"WAYMARK_STORE_URL": redis.url}}


@pytest.fixture(params=["a file", "redis"])
def product(
    request: pytest.FixtureRequest,
    stores: dict[str, dict[str, str]],
    running: Supervisor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Product]:
    """A gateway with Slack and Teams, on each kind of store."""
    with whole_product(running, tmp_path, monkeypatch, WAYMARK_METRICS_TOKEN=TOKEN, **stores[request.param]) as made:
        yield made


def speaking(product: Product, channel: str) -> Callable[[str], object]:
    """Somebody new who writes in a channel."""
    if channel in ("slack", "teams"):
        someone = product.newcomer()
        send = product.in_slack if channel == "slack" else product.in_teams
        return lambda text: send(someone, text)
    started = product.start(None, channel=channel)["conversation_id"]
    return lambda text: product.say(started, text, None)


@pytest.mark.timeout(3600)  # in its long form two thousand messages, one after another
def test_no_word_is_found_after_conversations_in_every_channel(
    product: Product,
    running: Supervisor,
    redis: Engine,  # noqa: F811
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
):
    """Also not while the conversations are still open."""
    for channel in CHANNELS:
        for number in range(CONVERSATIONS):
            write = speaking(product, channel)
            for text in SAID:
                assert write(text.format(name=f"{MARKER}{number}"))
    counts = product.runner.run(product.http.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"}))
    assert counts.status_code == 200
    kept = [*LOGS.glob("*.log"), *running.runtime_folder.rglob("*"), *tmp_path.rglob("*")]
    held = {str(file): file.read_bytes() for file in kept if file.is_file()}
    held |= {"counts": counts.content, "log of the gateway": caplog.text.encode(), **in_redis(redis)}
    assert any(held.values())
    assert [place for place, content in held.items() if MARKER in content.decode("utf-8", "replace").lower()] == []


def in_redis(engine: Engine) -> dict[str, bytes]:
    """Every key, and what it holds."""
    with Redis.from_url(engine.url) as client:
        client.config_set("rdbcompression", "no")
        return {f"redis: {key!r}": key + (client.dump(key) or b"") for key in client.keys("*")}
