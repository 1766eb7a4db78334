"""Cards: what a person sees of a service, in the contract's fields. Words stand here for themselves, by their ids."""

import datetime as dt
from dataclasses import replace
from typing import Any, get_args

import pytest

from bot.areas import Area, Place
from bot.cards import card
from bot.directory import Directory
from bot.hours import LONDON
from bot.phrases import load_phrases
from bot.routing import Condition, Recommendation
from bot.services import Phone, PhoneLabel, Service, StandIn
from bot.sources import Source
from bot.words import Words

DAYTIME = "Mo-Fr 09:00-17:00; PH off"
OUT_OF_HOURS = "Mo-Fr 00:00-09:00,17:00-24:00; Sa-Su 00:00-24:00; PH 00:00-24:00"
PHRASES = replace(
    load_phrases(),
    labels={label: label for label in get_args(PhoneLabel)},
    hours={
        "always": "always",
        "open_now": "open_now",
        "opens_today": "opens_today {time}",
        "opens_tomorrow": "opens_tomorrow {time}",
        "opens_day": "opens_day {day} {time}",
    },
    conditions={
        condition: f"{condition} {{area}}" if condition == "if_in_area" else condition for condition in get_args(Condition)
    },
    notes={"only_if_you_want_police": "only_if_you_want_police"},
)
SEEN = dt.date(2026, 11, 21)
WEDNESDAY = "2026-11-25 11:00"


def at(moment: str) -> dt.datetime:
    """A moment on the clocks of England."""
    return dt.datetime.fromisoformat(moment).replace(tzinfo=LONDON)


def phone(opening_hours: str | None, **said: Any) -> Phone:
    """A line with these hours."""
    facts = {
        "number": "01234 567 890",
        "label": "daytime",
        "audience": "everyone",
        "source": "https://example.org/phone",
        "source_date": "2025-02",
        "seen": SEEN,
        "verified": None,
        "next_check": dt.date(2027, 2, 21),
        "grade": "B",
    }
    return Phone(opening_hours=opening_hours, **{**facts, **said})


def service(*phones: Phone, **said: Any) -> Service:
    """A service with these lines."""
    facts = {
        "id": "a-service",
        "name": "A service",
        "description": "for everyone",
        "status": "active",
        "service_areas": ("exampleton",),
        "audience": "everyone",
        "sources": (
            Source(claim="It is.", source="https://example.org", source_date="2024", seen=dt.date(2026, 1, 2), grade="A"),
        ),
    }
    return Service(phones=phones, **{**facts, **said})


def shown(
    of: Service, moment: str = WEDNESDAY, *, audience: str = "public", is_child: bool = False, **said: Any
) -> dict[str, Any]:
    """The card of a service, in a directory that also holds one without a number."""
    without_number = service(id="no-number", instead=StandIn(service=of.id, note="ask for the team"))
    area = Area(id="exampleton", name="Exampleton", kind="elsewhere", nation="england", places=(Place(name="Exampleton"),))
    directory = Directory({of.id: of, "no-number": without_number}, {"exampleton": area})
    words = Words({"phrases": PHRASES, "services": directory.services, "areas": directory.areas}, {})
    return card(Recommendation(of.id, **said), audience, is_child, at(moment), "en", directory, words)


NEXT_OPENING = [
    # hours, moment, the words for when it opens
    (DAYTIME, "2026-11-25 08:59", "opens_today 9:00"),
    (DAYTIME, "2026-11-25 00:00", "opens_today 9:00"),  # midnight: it is today already
    (DAYTIME, "2026-11-24 23:59", "opens_tomorrow 9:00"),
    (DAYTIME, "2026-11-25 17:00", "opens_tomorrow 9:00"),
    (DAYTIME, "2026-11-27 18:00", "opens_day Monday 9:00"),
    (DAYTIME, "2026-11-29 18:00", "opens_tomorrow 9:00"),
    (DAYTIME, "2026-04-02 18:00", "opens_day Tuesday 9:00"),  # Easter
    (DAYTIME, "2026-08-31 11:00", "opens_tomorrow 9:00"),  # a bank holiday
    (DAYTIME, "2026-12-24 18:00", "opens_day Tuesday 9:00"),  # Christmas
    (DAYTIME, "2026-03-28 12:00", "opens_day Monday 9:00"),  # clocks go on
    (DAYTIME, "2026-10-25 00:30", "opens_tomorrow 9:00"),  # the day of 25 hours
    ("We 14:30-16:00; PH off", "2026-11-25 16:00", "opens_day Wednesday 2 December 14:30"),  # a week away: the date is told
    ("We 14:30-16:00; PH off", "2026-11-26 08:00", "opens_day Wednesday 14:30"),
]


@pytest.mark.parametrize(("opening_hours", "moment", "words"), NEXT_OPENING)
def test_a_closed_service_says_when_it_opens(opening_hours, moment, words):
    """Closed: today, tomorrow, a day of the week, or a date when the day of the week alone would mislead."""
    closed = shown(service(phone(opening_hours)), moment)
    assert closed["open_now"] is False
    assert closed["hours"] == words


OPEN = [
    # hours of its lines, moment, open now, the words
    ((DAYTIME,), WEDNESDAY, True, "open_now"),
    (("24/7",), WEDNESDAY, True, "always"),
    ((DAYTIME, OUT_OF_HOURS), WEDNESDAY, True, "always"),  # one hands over to the other
    ((DAYTIME, OUT_OF_HOURS), "2026-08-31 11:00", True, "always"),
    ((DAYTIME, OUT_OF_HOURS), "2026-12-24 16:59", True, "always"),
    ((DAYTIME, "Mo-Fr 18:00-22:00"), WEDNESDAY, True, "open_now"),  # an hour between them
    ((DAYTIME, "Mo-Fr 18:00-22:00"), "2026-11-25 17:30", False, "opens_today 18:00"),
    ((None,), WEDNESDAY, None, ""),
    ((), WEDNESDAY, None, ""),
    ((DAYTIME, None), WEDNESDAY, True, "open_now"),
    ((DAYTIME, None), "2026-11-25 20:00", None, ""),  # the other line may be open: it is not called closed
]


@pytest.mark.parametrize(("opening_hours", "moment", "is_open", "words"), OPEN)
def test_a_service_is_called_open_only_where_that_is_known(opening_hours, moment, is_open, words):
    """Open, open day and night, closed or not known: never called open where it may not be, nor closed."""
    told = shown(service(*map(phone, opening_hours)), moment)
    assert (told["open_now"], told["hours"]) == (is_open, words)


def test_a_line_for_staff_is_never_shown_to_the_public():
    """Each audience sees only the lines it may ring, and the hours of those."""
    told = service(phone(DAYTIME, number="01111 111 111", audience="public"), phone("24/7", number="02222", audience="staff"))
    public, staff = (shown(told, "2026-11-25 20:00", audience=audience) for audience in ("public", "staff"))
    assert [line["number"] for line in public["phones"]] == ["01111 111 111"]
    assert [line["number"] for line in staff["phones"]] == ["02222"]
    assert (public["open_now"], staff["open_now"]) == (False, True)


def test_a_line_says_all_that_is_needed_to_ring_it():
    """Number, link, label, what to press, whom it is for and whether it is open: the contract's fields."""
    told = shown(service(phone(DAYTIME, extension_note="option 3"), phone(None, label="freephone", audience="public")))
    assert told["phones"] == [
        {
            "number": "01234 567 890",
            "href": "tel:01234567890",
            "label": "daytime, option 3",
            "for": "everyone",
            "open_now": True,
        },
        {"number": "01234 567 890", "href": "tel:01234567890", "label": "freephone", "for": "public", "open_now": None},
    ]


DESCRIPTIONS = [
    # audience, does a child write, who is described to
    ("public", False, "for everyone"),
    ("public", True, "for a child"),
    ("staff", False, "for staff"),
    ("staff", True, "for a child"),
]


@pytest.mark.parametrize(("audience", "is_child", "description"), DESCRIPTIONS)
def test_a_service_is_described_to_its_reader(audience, is_child, description):
    """A child reads a child's words, staff read theirs, everybody else the plain ones."""
    told = service(child_description="for a child", staff_description="for staff")
    assert shown(told, audience=audience, is_child=is_child)["description"] == description


@pytest.mark.parametrize(("audience", "is_child"), [("staff", False), ("public", True)])
def test_without_words_of_their_own_readers_get_the_plain_ones(audience, is_child):
    """A service that has no words for a reader is described in the plain ones."""
    assert shown(service(), audience=audience, is_child=is_child)["description"] == "for everyone"


CONDITIONS = [(None, None), ("if_danger", "if_danger"), ("if_in_area", "if_in_area Exampleton")]


@pytest.mark.parametrize(("condition", "words"), CONDITIONS)
def test_a_condition_is_said(condition, words):
    """A service shown "if ..." says so, with its place where the place is the condition; any other says nothing."""
    assert shown(service(), condition=condition).get("condition") == words


NOTES = [
    # the note of the recommendation, whom it stands in for, what is said
    (None, None, "its own note"),
    ("only_if_you_want_police", None, "only_if_you_want_police"),
    (None, "no-number", "ask for the team"),
]


@pytest.mark.parametrize(("note", "stands_in_for", "words"), NOTES)
def test_the_note_is_the_one_that_helps_most(note, stands_in_for, words):
    """Whoever stands in for a service is shown with what to ask for; else the list's note, else the service's own."""
    assert shown(service(note="its own note"), note=note, stands_in_for=stands_in_for)["note"] == words


CHECKED = [
    # the days its lines were verified, the day shown
    ((None,), None),
    ((dt.date(2026, 12, 1),), "2026-12-01"),
    ((dt.date(2026, 12, 1), dt.date(2026, 11, 30)), "2026-11-30"),
    ((dt.date(2026, 12, 1), None), None),
]


@pytest.mark.parametrize(("verified", "words"), CHECKED)
def test_checked_is_said_only_if_every_number_was(verified, words):
    """A card counts as checked on the oldest day, and only if each of its numbers was."""
    assert shown(service(*(phone(None, verified=day) for day in verified)))["verified"] == words


def test_the_oldest_look_is_told():
    """Where the facts come from is told, with the day of the oldest look at any of them."""
    told = shown(service(phone(None), phone(None, seen=dt.date(2026, 10, 1), source="elsewhere")))
    assert (told["source"], told["source_date"], told["seen"]) == ("https://example.org/phone", "2025-02", "2026-10-01")


def test_a_service_without_a_number_names_the_source_of_its_description():
    """Without a phone, the facts are those of the service itself; nothing of it was ever rung."""
    told = shown(service())
    assert (told["source"], told["seen"], told["verified"]) == ("https://example.org", "2026-01-02", None)


CONTRACT = {"id", "name", "phones", "open_now", "hours", "source", "source_date", "seen", "verified"}


def test_the_fields_of_the_contract_are_always_there():
    """Fields that may be null are null; fields that may be left out are left out."""
    told = shown(service(phone(None, source_date=None)))
    assert set(told) == CONTRACT | {"description"}
    assert (told["source_date"], told["open_now"], told["verified"]) == (None, None, None)


def test_text_number_and_link_are_shown_where_there_are_any():
    """Ways to reach a service without speaking are shown."""
    told = shown(service(url="https://example.org/report", url_label="Report online", text_number="60 777"))
    assert (told["url"], told["url_label"], told["text_number"]) == ("https://example.org/report", "Report online", "60 777")
