"""The HTTP contract, bad input included, against the running Waymark."""

import uuid
from collections.abc import Iterator

import httpx
import pytest

from waymark.supervisor import Supervisor

NUMBERS = {"emergency-999", "modern-slavery-helpline"}
DANGER = "he has a knife at her throat"


@pytest.fixture(scope="module")
def http(running: Supervisor) -> Iterator[httpx.Client]:
    """An HTTP client of the running Waymark."""
    with httpx.Client(base_url=running.address, timeout=10) as client:
        yield client


@pytest.fixture
def path(http: httpx.Client) -> str:
    """Where a fresh conversation takes messages."""
    started = http.post("/api/conversations", json={}).json()
    return f"/api/conversations/{started['conversation_id']}/messages"


def ids(reply: httpx.Response) -> set[str]:
    """The ids of all services of a reply."""
    return {service["id"] for message in reply.json()["messages"] for service in message["services"]}


def is_urgent(reply: httpx.Response) -> bool:
    """Whether a reply tells the person to ring 999."""
    return any(message["urgent"] for message in reply.json()["messages"])


def test_the_greeting_says_what_must_always_be_said(http: httpx.Client):
    """201, an id nobody can guess, and the two numbers."""
    reply = http.post("/api/conversations", json={"language": "en"})
    assert reply.status_code == 201
    assert len(reply.json()["conversation_id"]) >= 32
    assert ids(reply) == NUMBERS


ODD_TEXTS = {
    "empty": "",
    "blank": "   \n\t ",
    "emoji": "😭😭😭",
    "NULs": "\x00\x00\x00",
    "right-to-left override": "\u202egnol a si siht\u202c",
    "HTML": "<script>alert(1)</script><b>",
    "2,000 characters": "a" * 2000,
    "2,000 random characters": "".join(chr(0x4E00 + number * 7 % 20000) for number in range(2000)),
    "a photo's bytes": "".join(chr(number * 37 % 256) for number in range(1500)),
    "a slash": "/",
    "a command": '/inform{"danger":"no"}',
    "braces": "{area} {{}} ${HOME}",
}


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS.keys())
def test_odd_texts_are_answered(text: str, http: httpx.Client, path: str):
    """Whatever is typed has a clear answer, and the conversation goes on."""
    reply = http.post(path, json={"text": text})
    assert reply.status_code == 200
    assert reply.json()["messages"][0]["text"]
    assert http.post(path, json={"text": DANGER}).status_code == 200


def test_a_lone_surrogate_is_answered(http: httpx.Client, path: str):
    """JSON may hold half a character: no text, and said so, with the numbers."""
    reply = http.post(path, content=b'{"text": "help \\ud83d me"}', headers={"content-type": "application/json"})
    assert reply.status_code == 422
    assert ids(reply) == NUMBERS


REFUSED = {
    # name: (body, status)
    "2,001 characters": (b'{"text": "' + b"a" * 2001 + b'"}', 422),
    "neither text nor payload": (b"{}", 422),
    "both": (b'{"text": "a", "payload": "b"}', 422),
    "unknown key": (b'{"text": "a", "sender": "b"}', 422),
    "broken JSON": (b'{"text": "a', 422),
    "no JSON": (b"hello", 422),
    "not UTF-8": (b'{"text": "\xff\xfe"}', 400),
    "a photo": (bytes(range(256)) * 40, 422),
    "a list": (b"[1, 2]", 422),
    "too large": (b'{"text": "' + b"a" * 400_000 + b'"}', 413),
}


@pytest.mark.parametrize(("body", "status"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_bodies_still_carry_the_numbers(body: bytes, status: int, http: httpx.Client, path: str):
    """An error keeps the contract's form, carries the numbers and never sends the text back."""
    reply = http.post(path, content=body, headers={"content-type": "application/json"})
    assert reply.status_code == status
    assert ids(reply) == NUMBERS
    assert "aaaa" not in reply.text
    assert "Traceback" not in reply.text


DANGEROUS = {
    "broken JSON": b'{"text": "' + DANGER.encode(),
    "too long": b'{"text": "' + b"please listen " * 200 + DANGER.encode() + b'"}',
    "wrong key": b'{"message": "' + DANGER.encode() + b'"}',
    "plain text": DANGER.encode(),
}


@pytest.mark.parametrize("body", DANGEROUS.values(), ids=DANGEROUS.keys())
def test_danger_in_a_refused_body_is_answered(body: bytes, http: httpx.Client, path: str):
    """Any body with readable text passes the danger lane first."""
    reply = http.post(path, content=body, headers={"content-type": "application/json"})
    assert reply.status_code == 422
    assert is_urgent(reply)
    assert "emergency-999" in ids(reply)


@pytest.mark.parametrize(("text", "urgent"), [("hello", False), (DANGER, True)])
def test_an_unknown_conversation_is_told_so(text: str, urgent: bool, http: httpx.Client):
    """404, with the numbers; and danger in the text is answered."""
    reply = http.post(f"/api/conversations/{uuid.uuid4()}/messages", json={"text": text})
    assert reply.status_code == 404
    assert ids(reply) == NUMBERS
    assert is_urgent(reply) == urgent


@pytest.mark.parametrize("way", ["end", "delete"])
def test_an_ended_conversation_is_gone(way: str, http: httpx.Client, path: str):
    """204, and after it the conversation is unknown."""
    conversation = path.removesuffix("/messages")
    http.post(path, json={"text": "a boy of 14 in Crewe sells drugs"})
    ended = http.post(f"{conversation}/end") if way == "end" else http.delete(conversation)
    assert ended.status_code == 204
    assert http.post(path, json={"text": "hello"}).status_code == 404


def test_the_directory_shows_every_service_with_its_source(http: httpx.Client):
    """Every number is public with where it comes from; none is called verified that nobody rang."""
    services = http.get("/api/directory").json()
    assert {"stockport-children", "modern-slavery-helpline"} <= {service["id"] for service in services}
    assert all(service["source"] and service["seen"] and service["verified"] is None for service in services)


def test_languages_show_their_review_status(http: httpx.Client):
    """Integrators see which languages a native reader has read."""
    assert {"code": "en", "name": "English", "direction": "ltr", "status": "reviewed"} in http.get("/api/languages").json()


def test_it_is_live_and_ready(http: httpx.Client):
    """Ready exactly when a message can be understood."""
    assert http.get("/health/live").status_code == 200
    assert http.get("/health/ready").status_code == 200


def test_openapi_names_every_call(http: httpx.Client):
    """The contract is documented as OpenAPI."""
    paths = http.get("/openapi.json").json()["paths"]
    assert {"/api/conversations", "/api/conversations/{conversation_id}/messages", "/api/check", "/api/directory"} <= set(paths)


NOTES = """Visit on Tuesday. 16 year old boy found in a cannabis house in Stockport, no family in the UK.
He says he owes money for the journey and that he must work until it is paid. He was locked in.
The heating was off."""


def test_staff_notes_are_checked_and_not_kept(http: httpx.Client):
    """Case notes in; signs with the words that show them, missing facts and the route out."""
    reply = http.post("/api/check", json={"text": NOTES}).json()
    noticed = {sign["id"]: sign["words"] for sign in reply["indicators"]}
    assert "owes-debt" in noticed
    assert any("owes money" in words for words in noticed["owes-debt"])
    assert "criminal" in reply["exploitation"]
    assert "first_responder" in [fact["id"] for fact in reply["missing"]]
    services = [service for message in reply["messages"] for service in message["services"]]
    certain = [service["id"] for service in services if not service["condition"]]
    assert certain[:3] == ["stockport-children", "ictg", "police-101"]


def test_long_notes_are_read_to_the_end(http: httpx.Client):
    """What matters often stands last: 20,000 characters are read, and a sign in the last line is found."""
    text = "The weather was mild and nothing happened. " * 400 + "\nHis passport is kept by the man who employs him."
    reply = http.post("/api/check", json={"text": text[-20_000:]}, timeout=60).json()
    assert "papers-held" in [sign["id"] for sign in reply["indicators"]]


def test_the_clock_can_be_set_in_test_mode(http: httpx.Client, path: str):
    """With a clock at night, a line with daytime hours is shown as closed."""
    night = {"X-Waymark-Now": "2026-11-25T23:30:00+00:00"}
    services = http.get("/api/directory", headers=night).json()
    assert {service["id"]: service["open_now"] for service in services}["acas"] is False


def test_rasa_is_not_open_to_others(running: Supervisor):
    """Rasa listens on loopback and answers nobody who does not know the token."""
    url = running.assistant_url
    assert httpx.post(f"{url}/webhooks/gateway/message", json={}).status_code == 401
    assert httpx.post(f"{url}/webhooks/rest/webhook", json={"sender": "a", "message": "b"}).status_code == 404
