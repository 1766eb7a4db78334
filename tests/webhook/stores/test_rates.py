"""What is counted against floods: in memory, and in one Redis for all gateways."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from redis import Redis

from tests.engines import Engine
from webhook import rates
from webhook.rates import Rates
from webhook.stores.sealing import Seal, fingerprint

pytestmark = pytest.mark.anyio

MOST = 3
ADDRESS = "192.0.2.7"
SECRET = "a secret that only gateways know, for tests"
SECONDS_UNTIL_IT_HANGS = 60.0


@asynccontextmanager
async def gateways(count: int, url: str = "") -> AsyncIterator[list[Rates]]:
    """What so many gateways count with."""
    made = [Rates(MOST, MOST, MOST, hidden=Seal([SECRET], run="").hidden, store_url=url) for _ in range(count)]
    yield made
    for gateway in made:
        await gateway.close()


@pytest.fixture
def anyio_backend() -> str:
    """The event loop of the gateway."""
    return "asyncio"


async def passed(*gateways: Rates) -> int:
    """How many messages of one conversation pass, of ten that come to each gateway in turn."""
    return sum([await gateway.may_send("a") for _ in range(10) for gateway in gateways])


async def test_a_gateway_alone_counts():
    """What is over the limit does not pass; others have their own count."""
    async with gateways(1) as (gateway,):
        assert await passed(gateway) == MOST
        assert await gateway.may_send("b")
        assert await gateway.may_start("a")


async def test_gateways_count_together(redis: Engine, monkeypatch: pytest.MonkeyPatch):
    """Whichever gateway a message comes to, all of them have one limit."""
    monkeypatch.setattr(rates, "SECONDS_FOR_AN_OPERATION", SECONDS_UNTIL_IT_HANGS)
    async with gateways(2, redis.url) as both:
        assert await passed(*both) == MOST


async def test_redis_holds_no_address(redis: Engine):
    """What is counted in Redis has a name that nobody can make from an address without the secret."""
    async with gateways(1, redis.url) as (gateway,):
        await gateway.may_start(ADDRESS)
    with Redis.from_url(redis.url) as held:
        names = [key.decode() for key in held.scan_iter()]
    assert names
    assert not [name for name in names if ADDRESS in name or fingerprint(ADDRESS) in name]


@pytest.mark.parametrize("outage", ["stopped", "paused"])
async def test_nobody_is_turned_away_because_nothing_can_be_counted(outage: str, redis: Engine):
    """While Redis is away every message passes, and none waits for it; afterwards it is counted again."""
    async with gateways(1, redis.url) as (gateway,), asyncio.timeout(SECONDS_UNTIL_IT_HANGS):
        assert await gateway.may_send("b")
        with redis.stopped() if outage == "stopped" else redis.paused():
            assert await passed(gateway) == 10
        while await gateway.may_send("c"):
            pass
