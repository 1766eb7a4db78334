"""Services and their lines: who may ring, whether somebody answers, and which facts are never loaded."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.errors import ContentError
from bot.hours import LONDON
from bot.services import Service, load_services

NIGHT = dt.datetime(2026, 11, 25, 23, 30, tzinfo=LONDON)
OPEN, CLOSED, NOT_KNOWN = "24/7", "Mo-Fr 09:00-17:00; PH off", None
PHONE: dict[str, Any] = {
    "number": "01234 567 890",
    "label": "phone",
    "for": "everyone",
    "opening_hours": None,
    "source": "https://example.org",
    "source_date": "2025-02",
    "seen": dt.date(2026, 11, 21),
    "verified": None,
    "next_check": dt.date(2027, 2, 21),
    "grade": "B",
}
SOURCE: dict[str, Any] = {
    "claim": "It exists.",
    "source": "https://example.org",
    "source_date": None,
    "seen": dt.date(2026, 11, 21),
    "grade": "A",
}
SERVICE: dict[str, Any] = {
    "name": "A service",
    "description": "It helps.",
    "status": "active",
    "service_areas": ["england"],
    "audience": "everyone",
    "phones": [PHONE],
    "sources": [SOURCE],
}


def loaded(tmp_path: Path, **said: Any) -> Service:
    """The service that a file with these values describes."""
    (tmp_path / "a-service.yml").write_text(yaml.safe_dump({**SERVICE, **said}))
    return load_services(tmp_path)["a-service"]


def with_phone(**said: Any) -> dict[str, Any]:
    """The values of a service whose one line says this."""
    return {"phones": [{**PHONE, **said}]}


WHO_MAY_RING = [
    ("everyone", "public", True),
    ("everyone", "staff", True),
    ("public", "public", True),
    ("public", "staff", False),
    ("staff", "staff", True),
    ("staff", "public", False),
]


@pytest.mark.parametrize(("line", "audience", "may_ring"), WHO_MAY_RING)
def test_a_line_is_for_its_audience(tmp_path: Path, line, audience, may_ring):
    """A line for staff is not for the public, nor the other way round."""
    service = loaded(tmp_path, **with_phone(**{"for": line}))
    assert service.phones[0].is_for(audience) == may_ring
    assert (service.phones_for(audience) != ()) == may_ring


ANSWERS = [
    # hours of its lines, whether somebody answers
    ((OPEN,), True),
    ((CLOSED,), False),
    ((NOT_KNOWN,), None),
    ((), None),
    ((CLOSED, OPEN), True),
    ((NOT_KNOWN, OPEN), True),
    ((CLOSED, CLOSED), False),
    ((CLOSED, NOT_KNOWN), None),
]


@pytest.mark.parametrize(("opening_hours", "is_open"), ANSWERS)
def test_somebody_answers_if_any_line_is_open(tmp_path: Path, opening_hours, is_open):
    """Any open line is enough; a line whose hours are not known is never called open, nor the service closed."""
    service = loaded(tmp_path, phones=[{**PHONE, "opening_hours": expression} for expression in opening_hours])
    assert service.open_now("public", NIGHT) is is_open


def test_a_line_for_others_does_not_make_a_service_open(tmp_path: Path):
    """Whether somebody answers is told of the lines that the person may ring."""
    service = loaded(tmp_path, **with_phone(opening_hours=OPEN, **{"for": "staff"}))
    assert (service.open_now("staff", NIGHT), service.open_now("public", NIGHT)) == (True, None)


LINKS = [("999", "tel:999"), ("0161 217 6028", "tel:01612176028"), ("+44 20 7008 0151", "tel:+442070080151")]


@pytest.mark.parametrize(("number", "href"), LINKS)
def test_a_number_is_a_link(tmp_path: Path, number, href):
    """The link holds the number's digits, and its plus, alone."""
    assert loaded(tmp_path, **with_phone(number=number)).phones[0].href == href


NEVER_LOADED = [
    # what the file says, the key that is named
    ("a fact without a source", with_phone(grade="U"), "phones.0.grade"),
    ("a claim without a source", {"sources": [{**SOURCE, "grade": "U"}]}, "sources.0.grade"),
    ("a conflict without a decision", with_phone(conflict=7), "phones.0"),
    ("a decision without a conflict", with_phone(decision="The later one."), "phones.0"),
    ("an empty decision", with_phone(conflict=7, decision=" "), "phones.0.decision"),
    ("letters in a number", with_phone(number="0800 UNSEEN"), "phones.0.number"),
    ("hyphens in a number", with_phone(number="0161-217-6028"), "phones.0.number"),
    ("a number without quotes, which loses its zero", with_phone(number=1612176028), "phones.0.number"),
    ("an empty number", with_phone(number=""), "phones.0.number"),
    ("no number", with_phone(number=None), "phones.0.number"),
    ("an unknown label", with_phone(label="noon"), "phones.0.label"),
    ("an empty source", with_phone(source=""), "phones.0.source"),
    ("a date in words", with_phone(source_date="last spring"), "phones.0.source_date"),
    ("no day on which it was seen", with_phone(seen=None), "phones.0.seen"),
    ("no day for the next check", with_phone(next_check=None), "phones.0.next_check"),
    ("a key that nobody knows", with_phone(hours="24/7"), "phones.0.hours"),
    ("an unknown status", {"status": "perhaps"}, "status"),
    ("an empty description", {"description": "  "}, "description"),
    ("a link that is none", {"url": "www.example.org"}, "url"),
    ("a link with words", {"url": "https://example.org or so"}, "url"),
    ("a stand-in without a note", {"instead": {"service": "police-101"}}, "instead.note"),
    ("a text number with letters", {"text_number": "HELP"}, "text_number"),
    ("an unknown audience", {"audience": "children"}, "audience"),
]


@pytest.mark.parametrize(
    ("said", "key"), [(said, key) for _, said, key in NEVER_LOADED], ids=[name for name, _, _ in NEVER_LOADED]
)
def test_a_fact_that_may_mislead_is_never_loaded(tmp_path: Path, said, key):
    """What has no source, no decision or no proper form is refused, and its key is named."""
    with pytest.raises(ContentError) as caught:
        loaded(tmp_path, **said)
    assert [(problem.file, problem.key) for problem in caught.value.problems] == [("a-service.yml", key)]


REQUIRED_OF_A_PHONE = ["number", "label", "opening_hours", "source", "seen", "verified", "next_check", "grade"]


@pytest.mark.parametrize("key", REQUIRED_OF_A_PHONE)
def test_what_is_not_known_of_a_number_is_said_as_null(tmp_path: Path, key):
    """No key of a number can be forgotten: what is not known is written as null."""
    with pytest.raises(ContentError) as caught:
        loaded(tmp_path, phones=[{name: value for name, value in PHONE.items() if name != key}])
    assert [problem.key for problem in caught.value.problems] == [f"phones.0.{key}"]


DATES = [("2026", "2026"), ("2026-01", "2026-01"), (dt.date(2026, 1, 5), "2026-01-05"), (None, None)]


@pytest.mark.parametrize(("written", "read"), DATES)
def test_a_source_may_tell_a_part_of_its_date(tmp_path: Path, written, read):
    """The date of a page is a year, a month, a day, or not known."""
    service = loaded(tmp_path, **with_phone(source_date=written), sources=[{**SOURCE, "source_date": written}])
    assert (service.phones[0].source_date, service.sources[0].source_date) == (read, read)


def test_a_decided_conflict_is_loaded(tmp_path: Path):
    """A fact on which sources disagree may be shown once somebody decided, and says so."""
    phone = loaded(tmp_path, **with_phone(conflict=7, decision="The later one.")).phones[0]
    assert (phone.conflict, phone.decision) == (7, "The later one.")
