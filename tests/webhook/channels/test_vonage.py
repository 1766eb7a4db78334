"""Vonage: what comes in is signed by a token over its body, what goes out is authorised by the application's key."""

import functools
import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from vonage_jwt import verify_signature

from tests.webhook.channels import phones
from tests.webhook.channels.phones import JSON, OURS, PERSON, TEXT, Door, Sent, saying
from waymark.supervisor import LOOPBACK, free_port
from webhook.channels import vonage
from webhook.channels.vonage import VonageChannel, connect
from webhook.post.channel import TryLater, Undeliverable
from webhook.settings import MissingSetting

APPLICATION, OTHER_APPLICATION = "aaaaaaaa-bbbb-cccc-dddd-0123456789ab", "aaaaaaaa-bbbb-cccc-dddd-000000000000"
SECRET, NEXT_SECRET = "s" * 50, "t" * 50
UUID = "bbbbbbbb-bbbb-cccc-dddd-0123456789ab"
MESSAGE = {
    "to": OURS.removeprefix("+"),
    "from": PERSON.removeprefix("+"),
    "channel": "sms",
    "message_uuid": UUID,
    "timestamp": "2026-11-21T14:00:00.000Z",
    "message_type": "text",
    "text": TEXT,
    "usage": {"price": "0.0333", "currency": "EUR"},
    "sms": {"num_messages": "1", "keyword": "ZIBBELQUAST"},
    "origin": {"network_code": "23415"},
}
RECEIPT = {
    "message_uuid": UUID,
    "to": PERSON.removeprefix("+"),
    "from": OURS.removeprefix("+"),
    "timestamp": "2026-11-21T14:00:00.000Z",
    "status": "delivered",
    "channel": "sms",
    "destination": {"network_code": "23415"},
}


@functools.cache
def keys() -> tuple[str, str]:
    """A private key as the application has it, and the public one that Vonage knows."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return private, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def environment() -> dict[str, str]:
    """Everything that has to be set."""
    return {
        "WAYMARK_VONAGE_APPLICATION": APPLICATION,
        "WAYMARK_VONAGE_PRIVATE_KEY": keys()[0],
        "WAYMARK_VONAGE_SIGNATURE": SECRET,
        "WAYMARK_VONAGE_NUMBER": OURS,
    }


@pytest.fixture(autouse=True)
def _nothing_is_told(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield from phones.listen(caplog)


def channel(api: phones.Api | None = None, **changed: str) -> VonageChannel:
    """The channel as the environment configures it."""
    url = {"WAYMARK_VONAGE_URL": api.url} if api else {}
    made = connect({**environment(), **url, **changed}, phones.gateway())
    assert made is not None
    return made


def claims(body: bytes, **changed: Any) -> dict[str, Any]:
    """What Vonage's token says of a body; None takes a claim away."""
    said = {
        "iat": int(time.time()),
        "jti": "c5ba8f24-1a14-4c10-bfdf-3fbe8ce511b5",
        "iss": "Vonage",
        "payload_hash": hashlib.sha256(body).hexdigest(),
        "api_key": "a1b2c3d4",
        "application_id": APPLICATION,
        **changed,
    }
    return {name: value for name, value in said.items() if value is not None}


def signed(content: object, path: str = "/messages", secret: str = SECRET, body: bytes | None = None, **changed: Any) -> Sent:
    """A body as Vonage sends and signs it."""
    raw = json.dumps(content).encode() if body is None else body
    return bearing(Sent(path, raw), jwt.encode(claims(raw, **changed), secret, "HS256"))


def bearing(sent: Sent, token: str) -> Sent:
    """The same with a token."""
    return Sent(sent.path, sent.body, {"content-type": JSON, "authorization": f"Bearer {token}"})


def without(record: dict[str, Any], name: str) -> dict[str, Any]:
    """A record that lacks something."""
    return {key: value for key, value in record.items() if key != name}


# ---------------------------------------------------------------------- what comes in


def test_a_signed_message_is_taken():
    """The token that Vonage's own library verifies opens the door."""
    sent = signed(MESSAGE)
    assert verify_signature(sent.headers["authorization"].removeprefix("Bearer "), SECRET)
    with Door("vonage", channel()) as door:
        assert door.status(sent) == 200
        (letter,) = door.taken()
    assert (letter["key"], letter["writer"], letter["text"]) == (UUID, PERSON, TEXT)
    assert letter["address"] == {"number": PERSON}
    assert letter["at"] == 1795269600  # 2026-11-21T14:00 in UTC


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"text": "\u0622\u067e \u0645\u062f\u062f"}, "\u0622\u067e \u0645\u062f\u062f"),
        ({"text": "\U0001f198"}, "\U0001f198"),
        ({"text": ""}, ""),
        ({"text": None, "message_type": "image", "image": {"url": "https://media.example/1.jpg"}, "channel": "mms"}, ""),
        ({"message_type": "unsupported", "text": None}, ""),
        ({"new": {"things": [1, 2]}}, TEXT),
        ({"timestamp": "yesterday"}, TEXT),
        ({"text": "x" * 5000}, "x" * 2000),
    ],
    ids=["urdu", "emoji", "empty", "a picture", "something else", "new fields", "no time", "longer than texts are"],
)
def test_every_message_arrives(changed: dict[str, Any], text: str):
    """Whatever a phone can send is answered; what is no text, as an empty one."""
    with Door("vonage", channel()) as door:
        assert door.status(signed({**MESSAGE, **changed})) == 200
        assert [letter["text"] for letter in door.taken()] == [text]


def test_a_foreign_number_keeps_its_country():
    """Vonage leaves the + away, but no country."""
    with Door("vonage", channel()) as door:
        assert door.status(signed({**MESSAGE, "from": "33612345678"})) == 200
        assert [letter["writer"] for letter in door.taken()] == ["+33612345678"]


A_DAY = 24 * 3600
DEEP = jwt.utils.base64url_encode(b'{"alg":' + b"[" * 40_000).decode()


def forged() -> dict[str, Sent]:
    """What Vonage did not sign, or not like this."""
    good = signed(MESSAGE)
    token = good.headers["authorization"].removeprefix("Bearer ")
    return {
        "another secret": signed(MESSAGE, secret=NEXT_SECRET),
        "another body": bearing(Sent("/messages", json.dumps({**MESSAGE, "text": "y"}).encode()), token),
        "the same in other blanks": bearing(Sent("/messages", good.body.replace(b": ", b":")), token),
        "another application's": signed(MESSAGE, application_id=OTHER_APPLICATION),
        "signed two days ago": signed(MESSAGE, iat=int(time.time()) - 2 * A_DAY),
        "signed tomorrow": signed(MESSAGE, iat=int(time.time()) + A_DAY),
        "expired": signed(MESSAGE, exp=int(time.time()) - A_DAY),
        "no time": signed(MESSAGE, iat=None),
        "a time that is none": signed(MESSAGE, iat="now"),
        "no hash": signed(MESSAGE, payload_hash=None),
        "a hash that is none": signed(MESSAGE, payload_hash="\ud83d"),
        "a list in the hash's place": signed(MESSAGE, payload_hash=["x"]),
        "no algorithm": bearing(good, jwt.encode(claims(good.body), None, "none")),
        "another algorithm": bearing(good, jwt.encode(claims(good.body), "s" * 64, "HS512")),
        "the application's own token": bearing(good, jwt.encode(claims(good.body), keys()[0], "RS256")),
        "not a token": bearing(good, "x"),
        "not a text": bearing(good, "\xff.\xff.\xff"),
        "a deep token": bearing(good, f"{DEEP}.e30.x"),
        "not a bearer": Sent("/messages", good.body, {**good.headers, "authorization": f"Basic {token}"}),
    }


@pytest.mark.parametrize("name", forged())
def test_what_vonage_did_not_sign_is_refused(name: str):
    """The body, the time and the application are part of the signature, and nothing else opens the door."""
    with Door("vonage", channel()) as door:
        assert door.status(forged()[name]) == 401
        assert door.taken() == []


@pytest.mark.parametrize("headers", [{}, {"authorization": ""}, {"authorization": "Bearer"}, {"authorization": "Bearer "}])
def test_what_comes_unsigned_is_to_be_sent_again(headers: dict[str, str]):
    """Vonage's own failure to sign is mended by its next try; nothing of it is kept."""
    with Door("vonage", channel()) as door:
        assert door.status(Sent("/messages", json.dumps(MESSAGE).encode(), headers)) == 503
        assert door.taken() == []


@pytest.mark.parametrize("seconds", [-A_DAY + 60, -3600, 0, 60])
def test_a_late_try_is_taken(seconds: int):
    """Vonage tries for a day, perhaps with its first signature, and its clock may be ahead of ours."""
    with Door("vonage", channel()) as door:
        assert door.status(signed(MESSAGE, iat=int(time.time()) + seconds)) == 200
        assert len(door.taken()) == 1


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (signed(None, body=b"{"), 400),
        (signed(None, body=b""), 400),
        (signed(None, body=b"\xff\xfe"), 400),
        (signed(None, body=b"[" * 100_000), 400),
        (signed(None, body=b"a" * (256 * 1024 + 1)), 413),
        (signed([MESSAGE]), 400),
        (signed(without(MESSAGE, "message_uuid")), 400),
        (signed({**MESSAGE, "message_uuid": 5}), 400),
        (signed({**MESSAGE, "message_uuid": "\ud83d"}), 400),
    ],
    ids=["half", "empty", "not UTF-8", "deep", "too large", "a list", "no id", "an id that is none", "half a letter"],
)
def test_what_cannot_be_read_is_refused(sent: Sent, status: int):
    """A message without an id could be answered twice; it is refused even if it is signed."""
    with Door("vonage", channel()) as door:
        assert door.status(sent) == status
        assert door.taken() == []


@pytest.mark.parametrize("number", [*phones.NO_PHONES, None, 5, {}])
def test_what_comes_from_no_phone_is_acknowledged(number: object):
    """There is nobody to answer; refused, it would come again for a day."""
    with Door("vonage", channel()) as door:
        assert door.status(signed({**MESSAGE, "from": number})) == 200
        assert door.taken() == []


@pytest.mark.parametrize("name", ["whatsapp", "viber_service", "messenger", "rcs", None])
def test_other_channels_of_the_application_are_not_answered(name: str | None):
    """Who wrote by another way is not answered by text message."""
    with Door("vonage", channel()) as door:
        assert door.status(signed({**MESSAGE, "channel": name})) == 200
        assert door.taken() == []


def test_what_comes_again_is_acknowledged_and_not_answered_again():
    """A new token, the same id: the same message. A replay of the very same request too."""
    again = signed(MESSAGE)
    with Door("vonage", channel()) as door:
        statuses = [door.status(sent) for sent in (again, again, signed(MESSAGE, jti="another"))]
        assert statuses == [200, 200, 200]
        assert len(door.taken()) == 1
        assert door.status(again) == 200  # also after it was answered
        assert door.taken() == []


@pytest.mark.parametrize("sent", [signed(MESSAGE), signed(RECEIPT, "/receipts")], ids=["message", "receipt"])
def test_what_cannot_be_kept_is_to_be_sent_again(sent: Sent):
    """With the store away, Vonage is not told that we have it."""
    with Door("vonage", channel(), has_queue=False) as door:
        assert door.status(sent) == 503


@pytest.mark.parametrize(("secret", "status"), [(SECRET, 200), (NEXT_SECRET, 200), ("u" * 50, 401)])
def test_a_secret_is_renewed_without_losing_a_message(secret: str, status: int):
    """While two secrets are configured, either may have signed."""
    with Door("vonage", channel(WAYMARK_VONAGE_SIGNATURE=f"{NEXT_SECRET} {SECRET}")) as door:
        assert door.status(signed(MESSAGE, secret=secret)) == status


@pytest.mark.parametrize(
    ("state", "noted"),
    [
        ("submitted", []),
        ("delivered", ["delivered"]),
        ("rejected", ["failed"]),
        ("undeliverable", ["failed"]),
        ("read", []),
        ("a new one", []),
        (None, []),
    ],
)
def test_receipts_of_every_state(state: str | None, noted: list[str]):
    """Only the ends are noted; everything is acknowledged."""
    with Door("vonage", channel()) as door:
        assert door.status(signed({**RECEIPT, "status": state}, "/receipts")) == 200
        assert [(letter["writer"], letter["wish"], letter["text"]) for letter in door.taken()] == [
            (UUID, "receipt", state) for state in noted
        ]


def test_a_receipt_needs_vonages_signature():
    """Else anybody could have our texts sent again."""
    with Door("vonage", channel()) as door:
        assert door.status(signed(RECEIPT, "/receipts", secret=NEXT_SECRET)) == 401
        assert door.taken() == []


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    """One door for everything that nobody expects."""
    with Door("vonage", channel()) as opened:
        yield opened


@settings(max_examples=250, deadline=None)
@given(path=phones.PATHS, body=phones.BODIES, headers=phones.HEADERS)
def test_nothing_that_comes_in_makes_it_fail(door: Door, path: str, body: bytes, headers: dict[str, str]):
    """Whatever anybody sends, it is answered; a 5xx only asks for a signature, where there is none."""
    is_unsigned = not headers.get("authorization", "").partition(" ")[2]
    assert door.status(Sent(path, body, headers)) < (504 if is_unsigned else 500)
    assert door.taken() == []


@settings(max_examples=250, deadline=None)
@given(body=st.one_of(phones.JSON_BODIES, st.binary(max_size=300)), said=phones.RECORDS)
def test_nothing_that_vonage_signs_makes_it_fail(door: Door, body: bytes, said: dict[str, Any]):
    """Whatever Vonage may send or claim one day, it is answered, and never with a 5xx."""
    for path in ("/messages", "/receipts"):
        assert door.status(signed(None, path, body=body)) < 500
        # Signed as bytes: PyJWT itself would refuse to claim some of it.
        token = jwt.api_jws.encode(json.dumps({**claims(body), **said}).encode(), SECRET, "HS256")
        assert door.status(bearing(Sent(path, body), token)) < 500
    assert all(writer.startswith("+") for writer in door.writers())


# ---------------------------------------------------------------------- what goes out


@pytest.fixture(scope="module")
def api() -> Iterator[phones.Api]:
    """Vonage's API."""
    with phones.provider() as running:
        yield running


def test_a_text_goes_out_under_the_applications_key(api: phones.Api):
    """The token is the application's and can be verified with its public key."""
    api.answer = saying(202, {"message_uuid": UUID})
    assert phones.send(channel(api)) == UUID
    path, headers, body = api.heard[-1]
    assert path == "/v1/messages"
    told = jwt.decode(headers["authorization"].removeprefix("Bearer "), keys()[1], algorithms=["RS256"])
    assert told["application_id"] == APPLICATION
    assert json.loads(body) == {
        "channel": "sms",
        "message_type": "text",
        "to": PERSON.removeprefix("+"),
        "from": OURS.removeprefix("+"),
        "text": TEXT,
    }


REFUSED = {"type": "https://developer.vonage.com/x", "title": f"{PERSON}", "detail": TEXT, "instance": "bf0c"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (saying(429, REFUSED, retry_after="7"), (TryLater, 7.0)),
        (saying(429, REFUSED), (TryLater, None)),
        (saying(500, REFUSED), (TryLater, None)),
        (saying(503, f"<html>{PERSON} {TEXT}", retry_after="30"), (TryLater, 30.0)),
        (saying(422, REFUSED), (Undeliverable, False)),
        (saying(402, REFUSED), (Undeliverable, False)),
        (saying(401, REFUSED), (Undeliverable, False)),
        (saying(302, "elsewhere", location="http://127.0.0.1:9/"), (Undeliverable, False)),
    ],
    ids=["too many, wait", "too many", "broken", "away, in no JSON", "not possible", "no credit", "wrong key", "moved"],
)
def test_how_sending_fails(answer: phones.Answer, expected: tuple[type[Exception], float | bool | None], api: phones.Api):
    """What may be tried later, and what never; none of it tells of the person."""
    api.answer = answer
    assert phones.failure(channel(api)) == expected


@pytest.mark.parametrize("content", ["<html>thanks", [], {}, {"message_uuid": 1}, ""])
def test_what_was_taken_is_not_sent_again(content: object, api: phones.Api):
    """An answer that we cannot read costs us the receipt; a second text could cost the person more."""
    api.answer = saying(202, content)
    assert phones.send(channel(api)) is None


def test_an_api_that_never_answers_is_given_up(api: phones.Api, monkeypatch: pytest.MonkeyPatch):
    """Nobody behind this text waits for ever."""
    monkeypatch.setattr(vonage, "SECONDS_TO_SEND", 0.05)
    api.answer = phones.silent
    assert phones.failure(channel(api)) == (TryLater, None)


def test_an_api_that_is_not_there_is_tried_later():
    """Nothing listens."""
    assert phones.failure(channel(WAYMARK_VONAGE_URL=f"http://{LOOPBACK}:{free_port()}")) == (TryLater, None)


# ---------------------------------------------------------------------- how it is configured


def test_without_settings_there_is_no_channel():
    """Nothing configured is no mistake."""
    assert connect({}, phones.gateway()) is None


@pytest.mark.parametrize("missing", environment())
def test_half_a_configuration_is_a_mistake(missing: str):
    """Each setting that is missing is named."""
    with pytest.raises(MissingSetting, match=missing):
        connect(without(environment(), missing), phones.gateway())


def test_the_private_key_may_stand_in_a_file(tmp_path: Path):
    """A key has several lines, which not every place for settings bears."""
    file = tmp_path / "private.key"
    file.write_text(keys()[0])
    assert connect({**environment(), "WAYMARK_VONAGE_PRIVATE_KEY": str(file)}, phones.gateway()) is not None


@pytest.mark.parametrize("key", ["zibbelquast", "/nowhere/private.key", "-----BEGIN PRIVATE KEY-----\nzibbelquast"])
def test_a_key_that_is_none_is_found_out_at_the_start(key: str):
    """Not with the first answer to somebody; and it is not quoted."""
    with pytest.raises(MissingSetting) as raised:
        connect({**environment(), "WAYMARK_VONAGE_PRIVATE_KEY": key}, phones.gateway())
    assert phones.told_of([str(raised.value)]) == []
