"""Notify: what comes in shows the bearer that we set, what goes out goes through Notify's own client."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notifications_python_client.authentication import decode_jwt_token, get_token_issuer

from bot.texting import plain_marks
from bot.texts import load_texts
from tests.webhook.channels import phones
from tests.webhook.channels.phones import JSON, OURS, PERSON, TEXT, Door, Sent, saying
from waymark.supervisor import LOOPBACK, free_port
from webhook.channels import notify
from webhook.channels.notify import NotifyChannel, connect, is_carried
from webhook.conversations import begin
from webhook.post.channel import TryLater, Undeliverable
from webhook.settings import MissingSetting

SERVICE, API_SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
TEMPLATE, SENDER = "9d751e0e-f929-4891-82a1-a3e1c3c18ee3", "8e222534-7f05-4972-86e3-17c5d9f894e2"
BEARER, NEXT_BEARER = "a-token-of-our-own", "the-token-after-it"
ID = "740e5834-3a29-46b4-9a6f-16142fde533a"
ENVIRONMENT = {
    "WAYMARK_NOTIFY_KEY": f"waymark-{SERVICE}-{API_SECRET}",
    "WAYMARK_NOTIFY_TEMPLATE": TEMPLATE,
    "WAYMARK_NOTIFY_SENDER": SENDER,
    "WAYMARK_NOTIFY_BEARER": BEARER,
}
MESSAGE = {
    "id": ID,
    "source_number": PERSON.removeprefix("+"),
    "destination_number": OURS.replace("+44", "0"),
    "message": TEXT,
    "date_received": "2026-11-21T14:00:00.000000Z",
}
RECEIPT = {
    "id": ID,
    "reference": None,
    "to": PERSON,
    "status": "delivered",
    "created_at": "2026-11-21T14:00:00.000000Z",
    "completed_at": "2026-11-21T14:00:03.000000Z",
    "sent_at": "2026-11-21T14:00:01.000000Z",
    "notification_type": "sms",
    "template_id": TEMPLATE,
    "template_version": 1,
}
URDU = "\u0622\u067e"


@pytest.fixture(autouse=True)
def _nothing_is_told(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield from phones.listen(caplog)


def channel(api: phones.Api | None = None, **environment: str) -> NotifyChannel:
    """The channel as the environment configures it."""
    url = {"WAYMARK_NOTIFY_URL": api.url} if api else {}
    made = connect({**ENVIRONMENT, **url, **environment}, phones.gateway())
    assert made is not None
    return made


def shown(content: object, path: str = "/messages", bearer: str = BEARER, body: bytes | None = None) -> Sent:
    """A callback as Notify sends it."""
    raw = json.dumps(content).encode() if body is None else body
    return Sent(path, raw, {"content-type": JSON, "authorization": f"Bearer {bearer}"})


def without(record: dict[str, Any], name: str) -> dict[str, Any]:
    """A record that lacks something."""
    return {key: value for key, value in record.items() if key != name}


# ---------------------------------------------------------------------- what comes in


def test_a_message_is_taken():
    """Our bearer opens the door, and the time is Notify's."""
    with Door("notify", channel()) as door:
        assert door.status(shown(MESSAGE)) == 204
        (letter,) = door.taken()
    assert (letter["key"], letter["writer"], letter["text"]) == (ID, PERSON, TEXT)
    assert letter["address"] == {"number": PERSON}
    assert letter["at"] == 1795269600  # 2026-11-21T14:00 in UTC


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"message": f"{URDU} \U0001f198"}, f"{URDU} \U0001f198"),
        ({"message": ""}, ""),
        ({"message": None}, ""),
        ({"new": {"things": [1, 2]}}, TEXT),
        ({"date_received": None}, TEXT),
        ({"message": "x" * 5000}, "x" * 2000),
    ],
    ids=["any alphabet", "empty", "none", "new fields", "no time", "longer than texts are"],
)
def test_every_message_arrives(changed: dict[str, Any], text: str):
    """People may write in any alphabet, whatever the answer can be written in."""
    with Door("notify", channel()) as door:
        assert door.status(shown({**MESSAGE, **changed})) == 204
        assert [letter["text"] for letter in door.taken()] == [text]


@pytest.mark.parametrize("number", ["447700900123", "07700900123", "+447700900123"])
def test_a_number_is_one_however_it_is_written(number: str):
    """The same person in every form that Notify uses."""
    with Door("notify", channel()) as door:
        assert door.status(shown({**MESSAGE, "source_number": number})) == 204
        assert [letter["writer"] for letter in door.taken()] == [PERSON]


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", f"Bearer {NEXT_BEARER}", f"Bearer {BEARER}x", BEARER, f"Basic {BEARER}", "Bearer \xff\xfe"],
)
def test_what_does_not_show_our_bearer_is_refused(authorization: str | None):
    """It is refused for good, so that nothing is sent again, and nothing of it is kept."""
    headers = {"content-type": JSON} | ({} if authorization is None else {"authorization": authorization})
    with Door("notify", channel()) as door:
        assert door.status(Sent("/messages", json.dumps(MESSAGE).encode(), headers)) == 401
        assert door.status(Sent("/receipts", json.dumps(RECEIPT).encode(), headers)) == 401
        assert door.taken() == []


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (shown(None, body=b"{"), 400),
        (shown(None, body=b""), 400),
        (shown(None, body=b"\xff\xfe"), 400),
        (shown(None, body=b"[" * 100_000), 400),
        (Sent("/messages", b"[" * 100_000, {"authorization": f"Bearer {BEARER}"}), 400),
        (shown(None, body=b"a" * (256 * 1024 + 1)), 413),
        (shown([MESSAGE]), 400),
        (shown(without(MESSAGE, "id")), 400),
        (shown({**MESSAGE, "id": 5}), 400),
        (shown({**MESSAGE, "id": "\ud83d"}), 400),
    ],
    ids=[
        "half",
        "empty",
        "not UTF-8",
        "deep",
        "deep, but not said to be JSON",
        "too large",
        "a list",
        "no id",
        "no text",
        "half a letter",
    ],
)
def test_what_cannot_be_read_is_refused(sent: Sent, status: int):
    """A message without an id could be answered twice."""
    with Door("notify", channel()) as door:
        assert door.status(sent) == status
        assert door.taken() == []


@pytest.mark.parametrize("number", [*phones.NO_PHONES, None, 5, {}])
def test_what_comes_from_no_phone_is_acknowledged(number: object):
    """Firms and networks write from short codes and names; there is nobody to answer."""
    with Door("notify", channel()) as door:
        assert door.status(shown({**MESSAGE, "source_number": number})) == 204
        assert door.taken() == []


def test_what_comes_again_is_acknowledged_and_not_answered_again():
    """Notify tries five times; its id tells that it is the same."""
    with Door("notify", channel()) as door:
        assert [door.status(shown(MESSAGE)) for _ in range(5)] == [204] * 5
        assert len(door.taken()) == 1
        assert door.status(shown(MESSAGE)) == 204  # also after it was answered
        assert door.taken() == []


@pytest.mark.parametrize("sent", [shown(MESSAGE), shown(RECEIPT, "/receipts")], ids=["message", "receipt"])
def test_what_cannot_be_kept_is_to_be_sent_again(sent: Sent):
    """With the store away, Notify is not told that we have it; it tries again after a 5xx and no other."""
    with Door("notify", channel(), has_queue=False) as door:
        assert door.status(sent) == 503


@pytest.mark.parametrize(("bearer", "status"), [(BEARER, 204), (NEXT_BEARER, 204), ("neither-of-them", 401)])
def test_a_bearer_is_renewed_without_losing_a_message(bearer: str, status: int):
    """While two are configured, either opens the door."""
    with Door("notify", channel(WAYMARK_NOTIFY_BEARER=f"{NEXT_BEARER} {BEARER}")) as door:
        assert door.status(shown(MESSAGE, bearer=bearer)) == status


@pytest.mark.parametrize(
    ("state", "noted"),
    [
        ("delivered", ["delivered"]),
        ("permanent-failure", ["failed"]),
        ("temporary-failure", ["failed"]),
        ("technical-failure", ["failed"]),
        ("sending", []),
        ("a new one", []),
        (None, []),
    ],
)
def test_receipts_of_every_state(state: str | None, noted: list[str]):
    """Only the ends are noted; everything is acknowledged."""
    with Door("notify", channel()) as door:
        assert door.status(shown({**RECEIPT, "status": state}, "/receipts")) == 204
        assert [(letter["writer"], letter["wish"], letter["text"]) for letter in door.taken()] == [
            (ID, "receipt", state) for state in noted
        ]


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    """One door for everything that nobody expects."""
    with Door("notify", channel()) as opened:
        yield opened


@settings(max_examples=250, deadline=None)
@given(path=phones.PATHS, body=phones.BODIES, headers=phones.HEADERS)
def test_nothing_that_comes_in_makes_it_fail(door: Door, path: str, body: bytes, headers: dict[str, str]):
    """Whatever anybody sends, it is answered, and never with a 5xx."""
    assert door.status(Sent(path, body, headers)) < 500
    assert door.taken() == []


@settings(max_examples=250, deadline=None)
@given(body=st.one_of(phones.JSON_BODIES, st.binary(max_size=300)), said=phones.RECORDS)
def test_nothing_that_notify_sends_makes_it_fail(door: Door, body: bytes, said: dict[str, Any]):
    """Whatever Notify may send one day, it is answered, and never with a 5xx."""
    for path in ("/messages", "/receipts"):
        assert door.status(shown(None, path, body=body)) < 500
        assert door.status(shown({**MESSAGE, **said}, path)) < 500
    assert all(writer.startswith("+") for writer in door.writers())


# ---------------------------------------------------------------------- what goes out


@pytest.fixture(scope="module")
def api() -> Iterator[phones.Api]:
    """Notify's API."""
    with phones.provider() as running:
        yield running


def test_a_text_goes_out_through_notifys_own_client(api: phones.Api):
    """The template's only field holds the words; the token is the service's."""
    api.answer = saying(201, {"id": ID, "reference": None, "content": {"body": TEXT}})
    assert phones.send(channel(api)) == ID
    path, headers, body = api.heard[-1]
    assert path == "/v2/notifications/sms"
    token = headers["authorization"].removeprefix("Bearer ")
    assert get_token_issuer(token) == SERVICE
    assert decode_jwt_token(token, API_SECRET)
    assert json.loads(body) == {
        "phone_number": PERSON,
        "template_id": TEMPLATE,
        "personalisation": {"message": TEXT},
        "sms_sender_id": SENDER,
    }


def refused(status: int, error: str) -> dict[str, Any]:
    """What Notify says when it refuses; it tells the number."""
    return {"status_code": status, "errors": [{"error": error, "message": f"{PERSON}: {TEXT}"}]}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (saying(429, refused(429, "RateLimitError"), retry_after="7"), (TryLater, 7.0)),
        (saying(429, refused(429, "RateLimitError")), (TryLater, None)),
        (saying(429, refused(429, "TooManyRequestsError")), (Undeliverable, False)),
        (saying(500, {"status_code": 500, "message": f"{PERSON} {TEXT}"}), (TryLater, None)),
        (saying(503, f"<html>{PERSON} {TEXT}", retry_after="30"), (TryLater, 30.0)),
        (saying(400, refused(400, "ValidationError")), (Undeliverable, False)),
        (saying(400, f"{PERSON} {TEXT}"), (Undeliverable, False)),
        (saying(403, refused(403, "AuthError")), (Undeliverable, False)),
    ],
    ids=[
        "too many a minute, wait",
        "too many a minute",
        "too many a day",
        "broken",
        "away, in no JSON",
        "not possible",
        "no JSON",
        "wrong key",
    ],
)
def test_how_sending_fails(answer: phones.Answer, expected: tuple[type[Exception], float | bool | None], api: phones.Api):
    """What may be tried later, and what never; neither the error nor the client's own logger tells of the person."""
    api.answer = answer
    assert phones.failure(channel(api)) == expected


@pytest.mark.parametrize("content", ["<html>thanks", [], {}, {"id": 1}, ""])
def test_what_was_taken_is_not_sent_again(content: object, api: phones.Api):
    """An answer that we cannot read costs us the receipt; a second text could cost the person more."""
    api.answer = saying(201, content)
    assert phones.send(channel(api)) is None


def test_an_api_that_never_answers_is_given_up(api: phones.Api, monkeypatch: pytest.MonkeyPatch):
    """Nobody behind this text waits for ever."""
    monkeypatch.setattr(notify, "SECONDS_TO_SEND", 0.05)
    api.answer = phones.silent
    assert phones.failure(channel(api)) == (TryLater, None)


def test_an_api_that_is_not_there_is_tried_later():
    """Nothing listens."""
    assert phones.failure(channel(WAYMARK_NOTIFY_URL=f"http://{LOOPBACK}:{free_port()}")) == (TryLater, None)


# ---------------------------------------------------------------------- what it can carry


@pytest.mark.parametrize("language", ["en", "cy"])
def test_english_and_welsh_arrive_whole(language: str):
    """Whatever can be said in the languages that are answered has only letters that Notify has always carried."""
    catalogue = phones.gateway().renderer.words.get().catalogue(language)
    texts = [catalogue.text(text.reference, text.english) for text in load_texts()]
    assert [text for text in texts if not is_carried(plain_marks(text))] == []


@pytest.mark.parametrize(
    ("languages", "sent"),
    [("en cy", "Ring 999 .  Ffôn: 999, tŷ, À."), ("*", f"Ring 999 {URDU}. \u2192 Ffôn: 999, tŷ, À.")],
    ids=["the letters of two", "the letters of all"],
)
def test_no_letter_becomes_a_question_mark(languages: str, sent: str, caplog: pytest.LogCaptureFixture):
    """A letter that might not arrive is left out, and the number beside it stays; it is told in the log without the words."""
    conversation = begin("en", "sms", None, None, 30)
    said = f"Ring 999 {URDU}. \u2192 Ffôn: 999, tŷ, À."
    (page,) = channel(WAYMARK_NOTIFY_LANGUAGES=languages).pages({"pages": [said]}, conversation)
    assert page["text"] == sent
    told = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert bool(told) == (sent != said)
    assert all("999" not in record.getMessage() for record in told)


def test_what_another_provider_could_not_deliver_is_sent_only_if_it_can_be_read(api: phones.Api):
    """A page in Urdu, written for a provider that carries it, is left to the next one and not turned into question marks."""
    api.answer = saying(201, {"id": ID})
    api.heard.clear()
    with pytest.raises(Undeliverable) as raised:
        phones.send(channel(api), URDU)
    assert not raised.value.is_final
    assert api.heard == []
    assert phones.send(channel(api, WAYMARK_NOTIFY_LANGUAGES="*"), URDU) == ID


@pytest.mark.parametrize(
    ("languages", "carries"), [("", {"en", "cy"}), ("en", {"en"}), ("en cy es", {"en", "cy", "es"}), ("*", None)]
)
def test_the_settings_say_which_languages_are_answered(languages: str, carries: set[str] | None):
    """English and Welsh unless the settings say more."""
    assert channel(WAYMARK_NOTIFY_LANGUAGES=languages).carries == carries


# ---------------------------------------------------------------------- how it is configured


def test_without_settings_there_is_no_channel():
    """Nothing configured is no mistake."""
    assert connect({}, phones.gateway()) is None


@pytest.mark.parametrize("missing", ENVIRONMENT)
def test_half_a_configuration_is_a_mistake(missing: str):
    """Each setting that is missing is named."""
    with pytest.raises(MissingSetting, match=missing):
        connect(without(ENVIRONMENT, missing), phones.gateway())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WAYMARK_NOTIFY_KEY", API_SECRET),
        ("WAYMARK_NOTIFY_BEARER", "short"),
        ("WAYMARK_NOTIFY_BEARER", f"{BEARER} short"),
        ("WAYMARK_NOTIFY_LANGUAGES", "cy"),
    ],
)
def test_what_could_not_work_is_found_out_at_the_start(name: str, value: str):
    """A key cut short, a bearer that Notify does not take, no English: not with the first answer to somebody."""
    with pytest.raises(MissingSetting, match=name):
        connect({**ENVIRONMENT, name: value}, phones.gateway())
