"""The whole way of a text message, with all three providers at once: from its webhook to the answer at the provider's API."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs

import httpx
import pytest
from fastapi import FastAPI

from tests.fakes import FakeRasa, fake_rasa
from tests.webhook.channels import phones, test_notify, test_twilio, test_vonage
from tests.webhook.channels.phones import BASE, PERSON, Api, Sent, provider, saying
from webhook.app import create_app

SECONDS_TO_DELIVER = 60.0
SECRET, STOP_KEY = "s" * 32, "k" * 32


@pytest.fixture(autouse=True)
def _nothing_is_told(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield from phones.listen(caplog)


@pytest.fixture(scope="module")
def rasa() -> Iterator[FakeRasa]:
    """A server that stands in for Rasa."""
    with fake_rasa() as fake:
        yield fake


@pytest.fixture(scope="module")
def apis() -> Iterator[dict[str, Api]]:
    """The APIs of all three."""
    with provider() as twilio, provider() as vonage, provider() as notify:
        yield {"twilio": twilio, "vonage": vonage, "notify": notify}


@pytest.fixture
def app(rasa: FakeRasa, apis: dict[str, Api], tmp_path: Path) -> FastAPI:
    """A gateway with all three providers."""
    apis["twilio"].answer = saying(201, {"sid": test_twilio.SID})
    apis["vonage"].answer = saying(202, {"message_uuid": test_vonage.UUID})
    apis["notify"].answer = saying(201, {"id": test_notify.ID})
    for api in apis.values():
        api.heard.clear()
    return create_app(
        {
            "WAYMARK_ASSISTANT_URL": rasa.url,
            "WAYMARK_ASSISTANT_TOKEN": "token",
            "WAYMARK_PUBLIC_URL": BASE,
            "WAYMARK_SECRETS": SECRET,
            "WAYMARK_STOP_KEY": STOP_KEY,
            "WAYMARK_STATE": str(tmp_path),
            **test_twilio.ENVIRONMENT,
            **test_vonage.environment(),
            **test_notify.ENVIRONMENT,
            **{f"WAYMARK_{name.upper()}_URL": api.url for name, api in apis.items()},
        }
    )


async def until(is_done: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(SECONDS_TO_DELIVER):
        while not is_done():
            await asyncio.sleep(0.01)


def live_through(app: FastAPI, *steps: Sent | Callable[[], bool]) -> list[int]:
    """Send what providers send, at its place under the gateway's address, or wait until something is so."""

    async def lived() -> list[int]:
        statuses = []
        transport = httpx.ASGITransport(app=app)
        async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            await until(lambda: app.state.gateway.store._database is not None)  # it is opened beside the requests
            for step in steps:
                if isinstance(step, Sent):
                    statuses.append((await client.post(step.path, content=step.body, headers=step.headers)).status_code)
                else:
                    await until(step)
        return statuses

    return asyncio.run(lived())


def at(module: str, sent: Sent) -> Sent:
    """A request as it comes to the gateway."""
    return Sent(f"/channels/{module}{sent.path}", sent.body, sent.headers)


def test_each_provider_is_answered_through_itself(app: FastAPI, apis: dict[str, Api]):
    """A signed text at each webhook; the answer is sent to the person by the same provider, under its own authorisation."""
    messages = [
        at("twilio", test_twilio.signed(test_twilio.MESSAGE)),
        at("vonage", test_vonage.signed(test_vonage.MESSAGE)),
        at("notify", test_notify.shown(test_notify.MESSAGE)),
    ]
    assert live_through(app, *messages, lambda: all(api.heard for api in apis.values())) == [200, 200, 204]
    assert {name: len(api.heard) for name, api in apis.items()} == {"twilio": 1, "vonage": 1, "notify": 1}
    assert parse_qs(apis["twilio"].heard[0][2].decode())["To"] == [PERSON]


def test_a_text_that_was_not_delivered_goes_through_another(app: FastAPI, apis: dict[str, Api]):
    """Twilio's receipt says that it failed: another provider delivers the same words, once, whatever receipts still come."""
    failed = at("twilio", test_twilio.signed(test_twilio.RECEIPT, "/receipts", MessageStatus="undelivered"))
    message = at("twilio", test_twilio.signed(test_twilio.MESSAGE))
    others = (apis["vonage"], apis["notify"])
    live_through(
        app,
        message,
        lambda: bool(apis["twilio"].heard),
        lambda: not app.state.gateway.store._waits,
        failed,
        lambda: any(api.heard for api in others),
        lambda: not app.state.gateway.store._waits,
        failed,
        lambda: not app.state.gateway.store._waits,
    )
    assert sum(len(api.heard) for api in others) == 1


def test_a_provider_that_refuses_is_stood_in_for(app: FastAPI, apis: dict[str, Api]):
    """No credit at one provider: another delivers. An opted-out person is written to by none."""
    others = (apis["vonage"], apis["notify"])
    apis["twilio"].answer = saying(402, {"code": 20005, "message": "no credit"})
    live_through(app, at("twilio", test_twilio.signed(test_twilio.MESSAGE)), lambda: any(api.heard for api in others))
    assert sum(len(api.heard) for api in others) == 1


def test_who_opted_out_at_one_is_written_to_by_none(app: FastAPI, apis: dict[str, Api]):
    """Twilio's 21610 is final."""
    apis["twilio"].answer = saying(400, {"code": 21610, "message": "opted out"})
    live_through(
        app,
        at("twilio", test_twilio.signed(test_twilio.MESSAGE)),
        lambda: bool(apis["twilio"].heard),
        lambda: not app.state.gateway.store._waits,
    )
    assert (apis["vonage"].heard, apis["notify"].heard) == ([], [])
