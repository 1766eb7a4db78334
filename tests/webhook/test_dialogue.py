"""What the gateway does while Rasa is away, slow, empty-handed, broken or wrong."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from tests import fakes
from tests.fakes import FakeRasa, fake_rasa
from waymark.supervisor import LOOPBACK, free_port
from webhook.app import create_app
from webhook.assistant import SECONDS_FOR_AN_ANSWER

SECONDS_LEFT_FOR_THE_GATEWAY = 0.5  # of the two that a person waits at most, whatever happens behind
LONG_BEFORE_RASA_ANSWERS = 20.0  # seconds; the slow one takes 60. How long it is to the tenth is for the benchmark to say.
FAILURES = (fakes.empty, fakes.slow, fakes.broken, fakes.garbled)


@pytest.fixture(scope="module")
def rasa() -> Iterator[FakeRasa]:
    """A server that stands in for Rasa."""
    with fake_rasa() as fake:
        yield fake


@pytest.fixture(autouse=True)
def _as_usual(rasa: FakeRasa) -> None:
    rasa.answer = fakes.usual
    rasa.heard.clear()


def talk(said: list[dict[str, object]], url: str, **environment: str) -> list[httpx.Response]:
    """Say something to a gateway whose Rasa is at an address; `answer` in an entry changes how Rasa answers from then on."""

    async def hold() -> list[httpx.Response]:
        app = create_app({"WAYMARK_ASSISTANT_URL": url, "WAYMARK_ASSISTANT_TOKEN": "token", **environment})
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://gateway")
        async with app.router.lifespan_context(app), client:
            started = (await client.post("/api/conversations", json={})).json()
            path = f"/api/conversations/{started['conversation_id']}/messages"
            replies = []
            for body in said:
                if "do" in body:
                    body["do"]()  # type: ignore[operator]
                else:
                    replies.append(await asyncio.wait_for(client.post(path, json=body), LONG_BEFORE_RASA_ANSWERS))
            return replies

    return asyncio.run(hold())


def ids(reply: httpx.Response) -> list[str]:
    """The ids of all services of a reply, in order."""
    return [service["id"] for message in reply.json()["messages"] for service in message["services"]]


def is_urgent(reply: httpx.Response) -> bool:
    """Whether a reply tells the person to ring 999."""
    return any(message["urgent"] for message in reply.json()["messages"])


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.__name__)
def test_the_safe_reply_comes_whatever_rasa_does(failure: fakes.Answer, rasa: FakeRasa):
    """Rasa slow, empty-handed, broken or garbled: 200, not waiting for it, with 999 and the helpline."""
    rasa.answer = failure
    (reply,) = talk([{"text": "there is something odd next door"}], rasa.url)
    assert reply.status_code == 200
    assert ids(reply) == ["emergency-999", "modern-slavery-helpline"]
    assert not is_urgent(reply)


def test_rasa_is_given_up_in_time():
    """What Rasa may take leaves the gateway time for the safe reply within two seconds."""
    assert SECONDS_FOR_AN_ANSWER <= 2.0 - SECONDS_LEFT_FOR_THE_GATEWAY


def test_the_safe_reply_comes_when_nothing_listens():
    """Rasa is not there at all: the same."""
    (reply,) = talk([{"text": "hello"}], f"http://{LOOPBACK}:{free_port()}")
    assert reply.status_code == 200
    assert ids(reply) == ["emergency-999", "modern-slavery-helpline"]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.__name__)
def test_danger_is_answered_without_rasa(failure: fakes.Answer, rasa: FakeRasa):
    """The words alone send a person to 999, with no question in that reply."""
    rasa.answer = failure
    (reply,) = talk([{"text": "he's got a KNIFE"}], rasa.url)
    assert is_urgent(reply)
    assert ids(reply)[0] == "emergency-999"
    assert not any(message.get("asks") for message in reply.json()["messages"])


def test_yes_to_the_danger_question_is_danger_without_rasa(rasa: FakeRasa):
    """A short answer is read in the light of the last question, with Rasa dead."""

    async def asks_danger(message: dict[str, object]) -> fakes.Response:
        return fakes.JSONResponse([{"text": "?", "custom": {"asks": "danger"}}])

    rasa.answer = asks_danger
    said = [{"text": "a girl lives in the shed"}, {"do": lambda: setattr(rasa, "answer", fakes.broken)}, {"text": "yes"}]
    _, reply = talk(said, rasa.url)
    assert is_urgent(reply)


def test_a_reply_that_passes_over_danger_is_replaced(rasa: FakeRasa):
    """Either lane is enough: if the words tell of danger and Rasa does not, the gateway's own danger reply is given."""
    (reply,) = talk([{"text": "he is strangling her right now"}], rasa.url)
    assert is_urgent(reply)
    assert ids(reply)[0] == "emergency-999"


def test_what_was_said_meanwhile_is_not_lost(rasa: FakeRasa):
    """The answers given while Rasa was away reach it with the next message, as ids and not as text."""
    said = [
        {"text": "hello"},
        {"do": lambda: setattr(rasa, "answer", fakes.broken)},
        {"text": "15"},
        {"do": lambda: setattr(rasa, "answer", fakes.usual)},
        {"text": "hello again"},
        {"text": "and again"},
    ]
    talk(said, rasa.url)
    heard = [message["metadata"].get("heard") for message in rasa.heard]
    assert heard == [None, None, [[{"entity": "age_band", "value": "child"}]], None]


def test_the_same_message_id_is_answered_once(rasa: FakeRasa):
    """A message sent again with the same id has the same answer and reaches Rasa once."""
    first, second = talk([{"text": "hello", "message_id": "1"}, {"text": "hello", "message_id": "1"}], rasa.url)
    assert first.json() == second.json()
    assert len(rasa.heard) == 1


COMMANDS = ["/restart", '/inform{"danger":"no"}', "  /restart", "//restart", "/", "\n/session_start"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_typed_slash_is_never_passed_as_a_payload(command: str, rasa: FakeRasa):
    """What a person types reaches Rasa as text; only a button that was offered is a payload."""
    talk([{"text": command}], rasa.url)
    assert all("payload" not in message for message in rasa.heard)


def test_a_payload_that_was_not_offered_is_refused(rasa: FakeRasa):
    """A payload is taken only if a reply of this conversation offered it."""
    (reply,) = talk([{"payload": '/inform{"danger": "no"}'}], rasa.url)
    assert reply.status_code == 422
    assert ids(reply) == ["emergency-999", "modern-slavery-helpline"]
    assert rasa.heard == []


def test_a_flood_is_refused_and_danger_in_it_is_not(rasa: FakeRasa):
    """Over the limit: 429 with Retry-After; danger is answered all the same, without burdening Rasa."""
    flood = [{"text": f"hello {number}"} for number in range(5)]
    *_, refused, danger = talk([*flood, {"text": "he has a gun"}], rasa.url, WAYMARK_MESSAGES_A_MINUTE="3")
    assert refused.status_code == 429
    assert refused.headers["retry-after"]
    assert "modern-slavery-helpline" in ids(refused)
    assert danger.status_code == 200
    assert is_urgent(danger)
    assert len(rasa.heard) == 3


def test_the_conversation_id_never_reaches_rasa(rasa: FakeRasa):
    """Rasa knows a conversation by a digest; its id stays with the person."""
    (reply,) = talk([{"text": "hello"}], rasa.url)
    assert reply.json()["conversation_id"] not in str(rasa.heard)


def test_notes_are_read_without_waiting_for_each_passage(rasa: FakeRasa):
    """While Rasa is away, staff's long notes wait for it once, and are read by the words alone."""
    rasa.answer = fakes.broken
    app = create_app({"WAYMARK_ASSISTANT_URL": rasa.url, "WAYMARK_ASSISTANT_TOKEN": "token"})

    async def check() -> httpx.Response:
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://gateway")
        async with app.router.lifespan_context(app), client:
            return await client.post("/api/check", json={"text": "A long sentence about her work in the house there. " * 20})

    reply = asyncio.run(check())
    assert reply.status_code == 200
    assert len(rasa.heard) == 1
