"""Twilio: what comes in is signed by its own validator, what goes out goes through its own client."""

from base64 import b64decode
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given, settings
from twilio.request_validator import SIGNATURE_HEADER, SIGNATURE_SETTINGS_HEADER, RequestValidator

from tests.webhook.channels import phones
from tests.webhook.channels.phones import BASE, FORM, OURS, PERSON, TEXT, Door, Sent, saying
from waymark.supervisor import LOOPBACK, free_port
from webhook.channels import twilio
from webhook.channels.twilio import TwilioChannel, connect
from webhook.post.channel import TryLater, Undeliverable
from webhook.settings import MissingSetting

ACCOUNT, OTHER_ACCOUNT = "AC" + "1" * 32, "AC" + "2" * 32
TOKEN, NEXT_TOKEN, SHARED_KEY = "3" * 32, "4" * 32, "5" * 32
SID = "SM" + "6" * 32
ENVIRONMENT = {"WAYMARK_TWILIO_ACCOUNT": ACCOUNT, "WAYMARK_TWILIO_TOKEN": TOKEN, "WAYMARK_TWILIO_NUMBER": OURS}
MESSAGE = {
    "ToCountry": "GB",
    "ToState": "",
    "SmsMessageSid": SID,
    "NumMedia": "0",
    "ToCity": "",
    "FromZip": "",
    "SmsSid": SID,
    "FromState": "",
    "SmsStatus": "received",
    "FromCity": "",
    "Body": TEXT,
    "FromCountry": "GB",
    "To": OURS,
    "NumSegments": "1",
    "MessageSid": SID,
    "AccountSid": ACCOUNT,
    "From": PERSON,
    "ApiVersion": "2010-04-01",
}
RECEIPT = {"MessageSid": SID, "SmsSid": SID, "AccountSid": ACCOUNT, "From": OURS, "To": PERSON, "MessageStatus": "delivered"}


@pytest.fixture(autouse=True)
def _nothing_is_told(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield from phones.listen(caplog)


def channel(api: phones.Api | None = None, **environment: str) -> TwilioChannel:
    """The channel as the environment configures it."""
    url = {"WAYMARK_TWILIO_URL": api.url} if api else {}
    made = connect({**ENVIRONMENT, **url, **environment}, phones.gateway())
    assert made is not None
    return made


def signed(form: dict[str, Any], path: str = "/messages", token: str = TOKEN, **changed: Any) -> Sent:
    """A form as Twilio sends and signs it."""
    fields = {**form, **changed}
    signature = RequestValidator(token).compute_signature(f"{BASE}/channels/twilio{path}", fields)
    return Sent(path, urlencode(fields).encode(), {"content-type": FORM, SIGNATURE_HEADER: signature})


def signed_by_key(form: dict[str, Any], algorithm: str = "HMAC_SHA256", key: str = SHARED_KEY) -> Sent:
    """A form as Twilio signs it with a shared key."""
    signature = RequestValidator(key).compute_signature(f"{BASE}/channels/twilio/messages", form, "HMAC_SHA256")
    told = f"key=webhooks_sharedkey_1,algorithm={algorithm}"
    headers = {"content-type": FORM, SIGNATURE_HEADER: signature, SIGNATURE_SETTINGS_HEADER: told}
    return Sent("/messages", urlencode(form).encode(), headers)


def with_headers(sent: Sent, **headers: str) -> Sent:
    """The same with other headers."""
    return Sent(sent.path, sent.body, {**sent.headers, **{name.replace("_", "-"): value for name, value in headers.items()}})


# ---------------------------------------------------------------------- what comes in


def test_a_signed_message_is_taken():
    """Twilio's own signature opens the door, and the answer to it says nothing: ours goes by REST."""
    with Door("twilio", channel()) as door:
        assert door.status(signed(MESSAGE)) == 200
        (letter,) = door.taken()
    assert (letter["key"], letter["writer"], letter["text"]) == (SID, PERSON, TEXT)
    assert letter["address"] == {"number": PERSON}
    assert letter["wish"] == "message"


@pytest.mark.parametrize(
    "body",
    [
        "\u0622\u067e \u0645\u062f\u062f \u06a9\u0631\u06cc\u06ba",
        "\u0434\u043e\u043f\u043e\u043c\u043e\u0436\u0456\u0442\u044c \U0001f198",
        "a+b=c&d=e %41 \r\n\t end ",
        "",
        "x" * 1600,
    ],
    ids=["urdu", "ukrainian and emoji", "marks of forms", "empty, as with a picture", "as long as texts are"],
)
def test_every_text_arrives_as_it_was_written(body: str):
    """Alphabets, marks that forms write otherwise, nothing at all, and the longest."""
    with Door("twilio", channel()) as door:
        assert door.status(signed(MESSAGE, Body=body)) == 200
        assert [letter["text"] for letter in door.taken()] == [body]


def test_a_picture_without_text_is_answered_too():
    """Who sends a picture is told to write; fields that nobody knows yet are signed and passed over."""
    picture = {
        "Body": "",
        "NumMedia": "1",
        "MediaUrl0": "https://media.example/1",
        "MediaContentType0": "image/jpeg",
        "New": "x",
    }
    with Door("twilio", channel()) as door:
        assert door.status(signed(MESSAGE, **picture)) == 200
        assert [letter["text"] for letter in door.taken()] == [""]


FORGED = {
    "unsigned": Sent("/messages", urlencode(MESSAGE).encode(), {"content-type": FORM}),
    "signed with another token": signed(MESSAGE, token=NEXT_TOKEN),
    "another text": Sent("/messages", urlencode({**MESSAGE, "Body": "y"}).encode(), signed(MESSAGE).headers),
    "a field more": Sent("/messages", urlencode({**MESSAGE, "New": "y"}).encode(), signed(MESSAGE).headers),
    "the signature of another address": Sent(
        "/messages", signed(RECEIPT, "/receipts").body, signed(RECEIPT, "/receipts").headers
    ),
    "another account's": signed(MESSAGE, AccountSid=OTHER_ACCOUNT),
    "no account's": signed({name: value for name, value in MESSAGE.items() if name != "AccountSid"}),
    "a signature that is no text": with_headers(signed(MESSAGE), **{SIGNATURE_HEADER: "\xff\xfe"}),
    "an algorithm nobody knows": with_headers(signed(MESSAGE), **{SIGNATURE_SETTINGS_HEADER: "key=k,algorithm=MD5"}),
    "a key where none is configured": signed_by_key(MESSAGE),
    "an empty body": Sent("/messages", b"", signed(MESSAGE).headers),
    "a form of files": Sent("/messages", b"--b\r\n\r\n--b--", {"content-type": "multipart/form-data; boundary=b"}),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_twilio_did_not_sign_is_refused(name: str):
    """It is refused for good, so that nothing is sent again, and nothing of it is kept."""
    with Door("twilio", channel()) as door:
        assert door.status(FORGED[name]) == 403
        assert door.taken() == []


@pytest.mark.timeout(30, func_only=True)
def test_far_too_many_fields_are_not_even_checked():
    """Twilio's check takes the square of their number; nobody can hold us up for a minute with one request."""
    too_many = Sent("/messages", b"&".join(b"%d=" % number for number in range(37_000)), signed(MESSAGE).headers)
    with Door("twilio", channel()) as door:
        assert door.status(too_many) == 403


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (Sent("/messages", b"\xff\xfe", signed(MESSAGE).headers), 400),
        (Sent("/messages", b"a" * (256 * 1024 + 1), signed(MESSAGE).headers), 413),
        (signed({name: value for name, value in MESSAGE.items() if name != "MessageSid"}), 400),
        (signed(MESSAGE, MessageSid="\ud83d".encode("utf-8", "replace").decode() * 200), 400),
        (signed(MESSAGE, MessageSid="\u0661"), 400),
    ],
    ids=["not UTF-8", "too large", "no id", "an id too long", "an id that is none"],
)
def test_what_cannot_be_read_is_refused(sent: Sent, status: int):
    """A message without an id could be answered twice; it is refused even if it is signed."""
    with Door("twilio", channel()) as door:
        assert door.status(sent) == status
        assert door.taken() == []


@pytest.mark.parametrize("number", phones.NO_PHONES)
def test_what_comes_from_no_phone_is_acknowledged(number: str):
    """Firms and networks write from short codes and names; there is nobody to answer, and nothing to send again."""
    with Door("twilio", channel()) as door:
        assert door.status(signed(MESSAGE, From=number)) == 200
        assert door.taken() == []


def test_what_comes_again_is_acknowledged_and_not_answered_again():
    """Twilio's id decides, not the text: a second message with the same words is a message of its own."""
    again = "SM" + "7" * 32
    with Door("twilio", channel()) as door:
        statuses = [door.status(sent) for sent in (signed(MESSAGE), signed(MESSAGE), signed(MESSAGE, MessageSid=again))]
        assert statuses == [200, 200, 200]
        assert [letter["key"] for letter in door.taken()] == [SID, again]
        assert door.status(signed(MESSAGE)) == 200  # also after it was answered
        assert door.taken() == []


@pytest.mark.parametrize("sent", [signed(MESSAGE), signed(RECEIPT, "/receipts")], ids=["message", "receipt"])
def test_what_cannot_be_kept_is_to_be_sent_again(sent: Sent):
    """With the store away, Twilio is not told that we have it."""
    with Door("twilio", channel(), has_queue=False) as door:
        assert door.status(sent) == 503


@pytest.mark.parametrize(
    ("tokens", "token", "status"),
    [
        (f"{NEXT_TOKEN} {TOKEN}", TOKEN, 200),
        (f"{NEXT_TOKEN} {TOKEN}", NEXT_TOKEN, 200),
        (NEXT_TOKEN, TOKEN, 403),
    ],
    ids=["old one meanwhile", "new one meanwhile", "old one afterwards"],
)
def test_a_token_is_renewed_without_losing_a_message(tokens: str, token: str, status: int):
    """While two tokens are configured, either may have signed."""
    with Door("twilio", channel(WAYMARK_TWILIO_TOKEN=tokens)) as door:
        assert door.status(signed(MESSAGE, token=token)) == status


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (signed_by_key(MESSAGE), 200),
        (signed_by_key(MESSAGE, "hmac_sha256"), 200),
        (signed_by_key(MESSAGE, key=NEXT_TOKEN), 403),
        (signed_by_key(MESSAGE, key=TOKEN), 403),
        (signed_by_key(MESSAGE, "HMAC_SHA1"), 403),
        (signed_by_key({**MESSAGE, "AccountSid": OTHER_ACCOUNT}), 403),
        (signed(MESSAGE), 200),
    ],
    ids=[
        "the key",
        "small letters",
        "another key",
        "the token as a key",
        "wrong algorithm",
        "other account",
        "still the token",
    ],
)
def test_a_shared_key_signs_in_the_tokens_place(sent: Sent, status: int):
    """Twilio's newer signature: HMAC-SHA256 with a key of its own, which the token never opens."""
    with Door("twilio", channel(WAYMARK_TWILIO_SHARED_KEYS=SHARED_KEY)) as door:
        assert door.status(sent) == status


@pytest.mark.parametrize(
    ("state", "noted"),
    [
        ("queued", []),
        ("accepted", []),
        ("sending", []),
        ("sent", []),
        ("read", []),
        ("canceled", []),
        ("delivered", ["delivered"]),
        ("undelivered", ["failed"]),
        ("failed", ["failed"]),
        ("a new one", []),
    ],
)
def test_receipts_of_every_state(state: str, noted: list[str]):
    """Only the ends are noted; everything is acknowledged."""
    with Door("twilio", channel()) as door:
        assert door.status(signed(RECEIPT, "/receipts", MessageStatus=state)) == 204
        assert [(letter["writer"], letter["wish"], letter["text"]) for letter in door.taken()] == [
            (SID, "receipt", state) for state in noted
        ]


def test_a_receipt_needs_twilios_signature():
    """Else anybody could have our texts sent again."""
    with Door("twilio", channel()) as door:
        assert door.status(signed(RECEIPT, "/receipts", token=NEXT_TOKEN)) == 403
        assert door.taken() == []


def test_who_sent_stop_to_twilio_is_not_written_to_through_another():
    """A text that failed because the person opted out is nobody else's to deliver."""
    with Door("twilio", channel()) as door:
        assert door.status(signed(RECEIPT, "/receipts", MessageStatus="undelivered", ErrorCode="21610")) == 204
        assert door.taken() == []


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    """One door for everything that nobody expects."""
    with Door("twilio", channel()) as opened:
        yield opened


@settings(max_examples=250, deadline=None)
@given(path=phones.PATHS, body=phones.BODIES, headers=phones.HEADERS)
def test_nothing_that_comes_in_makes_it_fail(door: Door, path: str, body: bytes, headers: dict[str, str]):
    """Whatever anybody sends, it is answered, and never with a 5xx."""
    assert door.status(Sent(path, body, headers)) < 500
    assert door.taken() == []


@settings(max_examples=250, deadline=None)
@given(fields=phones.FORM_FIELDS)
def test_nothing_that_twilio_signs_makes_it_fail(door: Door, fields: dict[str, str]):
    """Whatever Twilio may send one day, it is answered, and never with a 5xx."""
    for path in ("/messages", "/receipts"):
        assert door.status(signed(fields, path, AccountSid=ACCOUNT)) < 500
    assert all(writer.startswith("+") for writer in door.writers())


# ---------------------------------------------------------------------- what goes out


@pytest.fixture(scope="module")
def api() -> Iterator[phones.Api]:
    """Twilio's API."""
    with phones.provider() as running:
        yield running


def test_a_text_goes_out_through_twilios_own_client(api: phones.Api):
    """Its number, ours, the words, and the address for receipts; the newest token opens the account."""
    api.answer = saying(201, {"sid": SID, "status": "queued"})
    assert phones.send(channel(api, WAYMARK_TWILIO_TOKEN=f"{NEXT_TOKEN} {TOKEN}")) == SID
    path, headers, body = api.heard[-1]
    assert path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert b64decode(headers["authorization"].removeprefix("Basic ")).decode() == f"{ACCOUNT}:{NEXT_TOKEN}"
    assert parse_qs(body.decode()) == {
        "To": [PERSON],
        "From": [OURS],
        "Body": [TEXT],
        "StatusCallback": [f"{BASE}/channels/twilio/receipts"],
    }


def refused(code: int) -> dict[str, Any]:
    """What Twilio says when it refuses; it tells the number."""
    return {"code": code, "message": f"The 'To' number {PERSON} is not good: {TEXT}", "more_info": "", "status": 400}


OF_RFC_9457 = {"type": "about:blank", "title": f"{PERSON}", "status": 400, "code": 21610, "detail": TEXT}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (saying(429, refused(20429), retry_after="7"), (TryLater, 7.0)),
        (saying(429, refused(20429)), (TryLater, None)),
        (saying(429, refused(20429), retry_after="Fri, 31 Dec 2027 23:59:59 GMT"), (TryLater, None)),
        (saying(429, refused(20429), retry_after="9" * 400), (TryLater, 300.0)),
        (saying(500, refused(20500)), (TryLater, None)),
        (saying(503, f"<html>{PERSON} {TEXT}", retry_after="30"), (TryLater, 30.0)),
        (saying(400, refused(21211)), (Undeliverable, False)),
        (saying(400, refused(21610)), (Undeliverable, True)),
        (saying(400, OF_RFC_9457), (Undeliverable, True)),
        (saying(401, refused(20003)), (Undeliverable, False)),
        (saying(404, f"<html>{PERSON} {TEXT}"), (Undeliverable, False)),
        (saying(302, "elsewhere", location="http://127.0.0.1:9/"), (Undeliverable, False)),
    ],
    ids=[
        "too many, wait",
        "too many",
        "too many until a date",
        "too many for ever",
        "broken",
        "away, in no JSON",
        "no such number",
        "opted out",
        "opted out, in the newer form",
        "wrong token",
        "no JSON",
        "moved",
    ],
)
def test_how_sending_fails(answer: phones.Answer, expected: tuple[type[Exception], float | bool | None], api: phones.Api):
    """What may be tried later, what never, and what no other provider may try; none of it tells of the person."""
    api.answer = answer
    assert phones.failure(channel(api)) == expected


@pytest.mark.parametrize("content", ["<html>thanks", [], {}, {"sid": None}, {"sid": 1}, ""])
def test_what_was_taken_is_not_sent_again(content: object, api: phones.Api):
    """An answer that we cannot read costs us the receipt; a second text could cost the person more."""
    api.answer = saying(201, content)
    assert phones.send(channel(api)) is None


def test_an_api_that_never_answers_is_given_up(api: phones.Api, monkeypatch: pytest.MonkeyPatch):
    """Nobody behind this text waits for ever."""
    monkeypatch.setattr(twilio, "SECONDS_TO_SEND", 0.05)
    api.answer = phones.silent
    assert phones.failure(channel(api)) == (TryLater, None)


def test_an_api_that_is_not_there_is_tried_later():
    """Nothing listens."""
    assert phones.failure(channel(WAYMARK_TWILIO_URL=f"http://{LOOPBACK}:{free_port()}")) == (TryLater, None)


# ---------------------------------------------------------------------- how it is configured


def test_without_settings_there_is_no_channel():
    """Nothing configured is no mistake."""
    assert connect({}, phones.gateway()) is None


@pytest.mark.parametrize("missing", ENVIRONMENT)
def test_half_a_configuration_is_a_mistake(missing: str):
    """Each setting that is missing is named."""
    with pytest.raises(MissingSetting, match=missing):
        connect({name: value for name, value in ENVIRONMENT.items() if name != missing}, phones.gateway())
