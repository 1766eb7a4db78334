"""What is sealed can be opened with the secrets, and only with them; names of people change every day."""

import datetime as dt
import itertools
from typing import Any

import pytest

from webhook.stores.sealing import Seal, fingerprint

NEW, OLD, OTHER = (letter * 32 for letter in "nox")
TODAY = dt.date(2026, 11, 25)
TOMORROW, YESTERDAY = TODAY + dt.timedelta(days=1), TODAY - dt.timedelta(days=1)
WRITER = "sms +447700900123"
ADDRESS = "192.0.2.7"
VALUES: dict[str, Any] = {
    "words": {"text": "help me"},
    "another script": ["ඉ", "مرحبا", "🙂"],
    "nothing": None,
    "numbers": [0, -1, 2.5],
    "what a phone may send": "\ud800\x00",
}


def seal(*secrets: str, run: str = "run") -> Seal:
    """A seal with these secrets, the newest first."""
    return Seal(secrets or (NEW,), run)


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_what_is_sealed_can_be_opened(value: Any):
    """What JSON can hold comes back as it was."""
    assert seal().opened(seal().sealed(value)) == value


def test_what_is_sealed_tells_nothing():
    """Neither the words nor that two sealed values are the same can be seen."""
    one, two = seal().sealed("help me"), seal().sealed("help me")
    assert b"help" not in one
    assert one != two


def test_an_old_secret_still_opens():
    """A new secret is put in front of the old one, and what waits is not lost."""
    assert seal(NEW, OLD).opened(seal(OLD).sealed("said")) == "said"


def test_the_new_secret_seals():
    """From its first day on, what is sealed needs the new secret and no other."""
    sealed = seal(NEW, OLD).sealed("said")
    assert seal(NEW).opened(sealed) == "said"
    assert seal(OLD).opened(sealed) is None


def test_without_its_secret_nothing_is_opened():
    """What was sealed with a secret that was taken away is lost, and is nothing worse."""
    assert seal(NEW).opened(seal(OLD).sealed("said")) is None


@pytest.mark.parametrize("place", range(0, 120, 7))
def test_what_was_changed_is_not_opened(place: int):
    """Whoever can write into the store cannot put words into anybody's mouth."""
    sealed = bytearray(seal().sealed("said"))
    position = place % len(sealed)
    sealed[position] = ord("A") if sealed[position] != ord("A") else ord("B")
    assert seal().opened(bytes(sealed)) is None


@pytest.mark.parametrize("garbage", [b"", b"garbage", b"\x00\xff", b"gAAAAA=="])
def test_garbage_is_not_opened(garbage: bytes):
    """Whatever stands in the store, nothing breaks."""
    assert seal().opened(garbage) is None


def test_a_name_does_not_tell_who_it_is():
    """A number that could be guessed cannot be found in the store without the secret."""
    for name in seal().names(WRITER, TODAY):
        assert WRITER not in name
        assert name != fingerprint(f"{TODAY} {WRITER}")
    assert not set(seal(NEW).names(WRITER, TODAY)) & set(seal(OTHER).names(WRITER, TODAY))


def test_what_could_be_guessed_is_hidden_with_a_key():
    """An address cannot be found by hashing every address there is; gateways with the same secret count it together."""
    assert seal().hidden(ADDRESS) == seal().hidden(ADDRESS)
    assert seal().hidden(ADDRESS) != fingerprint(ADDRESS)
    assert seal(NEW).hidden(ADDRESS) != seal(OTHER).hidden(ADDRESS)


def test_a_name_is_the_same_all_day():
    """Every gateway with the same secrets finds the conversation."""
    assert seal().names(WRITER, TODAY) == seal().names(WRITER, TODAY)


def test_names_change_every_day_and_yesterdays_is_found():
    """A conversation over midnight goes on; who wrote last week cannot be told to be who writes now."""
    today, tomorrow = seal().names(WRITER, TODAY), seal().names(WRITER, TOMORROW)
    assert tomorrow[0] not in today
    assert today[0] in tomorrow
    assert not set(tomorrow) & set(seal().names(WRITER, YESTERDAY))


def test_a_new_secret_still_finds_the_names_of_the_old():
    """Nobody's conversation is lost when the secret is renewed; the new one names from then on."""
    both = seal(NEW, OLD).names(WRITER, TODAY)
    assert both[0] == seal(NEW).names(WRITER, TODAY)[0]
    assert set(seal(OLD).names(WRITER, TODAY)) < set(both)


def test_names_of_two_writers_or_two_runs_are_apart():
    """Nobody gets into another's conversation, nor into one that Rasa has forgotten."""
    writers = [seal(run=run).names(writer, TODAY) for run in ("run", "another run") for writer in (WRITER, "sms +447700900124")]
    assert all(not set(one) & set(other) for one, other in itertools.combinations(writers, 2))
