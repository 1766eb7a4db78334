"""What all providers of text messages have in common: numbers, ids, times, bodies."""

import time

import pytest

from webhook.post.sms import identifier, international, json_object, moment, retry_after, text_message

AN_HOUR = 3600


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+447700900123", "+447700900123"),
        ("447700900123", "+447700900123"),
        ("07700900123", "+447700900123"),
        ("00447700900123", "+447700900123"),
        ("+447624900123", "+447624900123"),  # the Isle of Man
        ("+353871234567", "+353871234567"),
        ("353871234567", "+353871234567"),
        ("33612345678", "+33612345678"),  # it would have as many digits as one of ours without its first
        ("0033612345678", "+33612345678"),
        ("40712345678", "+40712345678"),
        ("60777", None),
        ("+44607771", None),  # six digits at home: a number only for neighbours
        ("+60777", None),
        ("85075", None),
        ("1234567", None),
        ("GOVUK", None),
        ("0800FLOWERS", None),
        ("whatsapp:+447700900123", None),
        ("+447700900123;ext=5", None),
        ("\u0660\u0667\u0667\u0660\u0660\u0669\u0660\u0660\u0661\u0662\u0663", None),
        ("+44", None),
        ("+999999999999", None),
        ("1" * 16, None),
        ("", None),
    ],
)
def test_a_number_has_one_form(written: str, number: str | None):
    """A person is found again however a provider writes them; what is no phone is nobody."""
    assert international(written) == number


def test_a_number_without_its_plus_is_the_same_person():
    """Vonage leaves the + away, Twilio does not; the country is never lost."""
    assert international("447700900123") == international("+447700900123") == international("07700900123")


@pytest.mark.parametrize(
    ("said", "id_"),
    [("SM1-a_b", "SM1-a_b"), ("x" * 100, "x" * 100)]
    + [(said, None) for said in ("", "x" * 101, "a b", "a\n", "\u0661", "\ud83d", None, 5, ["x"])],
)
def test_an_id_is_plain(said: object, id_: str | None):
    """What is put into keys has letters that every store bears."""
    assert identifier(said) == id_


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("1970-01-01T01:00:00.000000Z", AN_HOUR),
        ("1970-01-01T01:00:00", AN_HOUR),
        ("1970-01-01T02:00:00+01:00", AN_HOUR),
        ("1970-01-01 01:00:00", AN_HOUR),
    ],
)
def test_a_time_is_read_wherever_the_gateway_stands(said: str, seconds: float, monkeypatch: pytest.MonkeyPatch):
    """Without a zone it is UTC, not the zone of the machine."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    told = moment(said)
    monkeypatch.undo()
    time.tzset()
    assert told == seconds


@pytest.mark.parametrize("said", [None, "", "yesterday", 5, {}])
def test_without_a_time_there_is_none(said: object):
    """The order within a conversation is then that of arriving."""
    assert moment(said) is None


@pytest.mark.parametrize("said", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "1" * 5000], ids=len)
def test_a_time_that_never_was_breaks_nothing(said: str):
    """The message is answered all the same."""
    assert isinstance(moment(said), float)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("0", 0.0), ("86400", 300.0), ("9" * 400, 300.0)]
    + [(header, None) for header in ("", "-1", "1.5", "soon", "Fri, 31 Dec 2027 23:59:59 GMT")],
)
def test_how_long_to_wait(header: str, seconds: float | None):
    """As long as the provider asks, but never so long that nobody is helped."""
    assert retry_after({"retry-after": header}) == seconds


def test_nothing_said_of_waiting():
    """Without the header the postman decides."""
    assert retry_after({}) is None


@pytest.mark.parametrize(
    ("raw", "value"),
    [(b"{}", {}), (b'{"a": 1}', {"a": 1})]
    + [(raw, None) for raw in (b"", b"[]", b"5", b"null", b"{", b"\xff", b"[" * 100_000)],
)
def test_a_body_is_one_object_or_nothing(raw: bytes, value: dict[str, int] | None):
    """Nothing that a body can hold makes reading it fail."""
    assert json_object(raw) == value


def test_a_message_is_not_longer_than_messages_are():
    """What is far longer than any text message is cut, and what is no text is an empty one."""
    cut, empty = (text_message("id", "+447700900123", text) for text in ("x" * 5000, None))
    assert cut is not None
    assert len(cut.text) == 2000
    assert empty is not None
    assert empty.text == ""
