"""Every service of the directory: its numbers, its hours and where its facts come from."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import hours
from bot.content import PROJECT_FOLDER
from bot.directory import load_directory
from bot.hours import LONDON
from bot.services import Phone, Service, load_services
from waymark.check import past_their_date

FOLDER = PROJECT_FOLDER / "data" / "services"
SERVICES = load_services(FOLDER)
FILES = sorted(path.stem for path in FOLDER.glob("[!_]*.yml"))
KNOWN: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent / "known_numbers.yml").read_text(encoding="utf-8")
)
PHONES = [(service, phone) for service in SERVICES.values() for phone in service.phones]
EACH_PHONE = pytest.mark.parametrize(
    ("service", "phone"), PHONES, ids=[f"{service.id}: {phone.number}" for service, phone in PHONES]
)
EACH_SERVICE = pytest.mark.parametrize("service", SERVICES.values(), ids=list(SERVICES))

# Routing policy, section 3.
NATIONAL = {
    "emergency-999",
    "police-101",
    "modern-slavery-helpline",
    "salvation-army",
    "ictg",
    "childline",
    "nspcc",
    "missing-people",
    "forced-marriage-unit",
    "domestic-abuse-helpline",
    "mens-advice-line",
    "samaritans",
    "crimestoppers",
    "fair-work-agency",
    "acas",
    "victim-support",
    "nrm-online",
    "gm-victims-services",
}
NATIONS = {"england", "wales", "scotland", "northern_ireland", "outside_uk"}
# Rule 6: who serves where.
SERVED = [
    ("emergency-999", NATIONS),
    ("modern-slavery-helpline", NATIONS),
    ("childline", NATIONS),
    ("samaritans", NATIONS),
    ("forced-marriage-unit", NATIONS),
    ("police-101", NATIONS - {"outside_uk"}),
    ("salvation-army", {"england", "wales"}),
    ("ictg", {"england", "wales"}),
    ("nrm-online", {"england", "wales"}),
]
NO_USABLE_NUMBER = ["wakefield-children", "wakefield-adults", "leeds-children", "staffordshire-children"]


def digits(number: str) -> str:
    """The digits of a number, without which spaces do not count."""
    return re.sub(r"\D", "", number)


def words(service: Service) -> dict[str, str]:
    """All that a person reads of a service, besides its numbers."""
    told = {
        "name": service.name,
        "alternate_name": service.alternate_name,
        "description": service.description,
        "child_description": service.child_description,
        "staff_description": service.staff_description,
        "note": service.note,
        "url_label": service.url_label,
        "instead.note": service.instead.note if service.instead else None,
        "extension_notes": " ".join(phone.extension_note for phone in service.phones if phone.extension_note),
    }
    return {name: text for name, text in told.items() if text}


def thoughts(text: str) -> list[str]:
    """The sentences of a text, divided at colons too."""
    return [thought for thought in re.split(r"(?<=[.!?:;])\s+", text) if thought]


@pytest.mark.parametrize("name", FILES)
def test_the_numbers_are_those_of_the_register(name):
    """Each number, its line and its audience is one copied by hand from the register of facts, and none is missing."""
    shown = {(digits(phone.number), phone.label, phone.audience) for phone in SERVICES[name].phones}
    known = {(digits(fact["number"]), fact["label"], fact.get("for", "everyone")) for fact in KNOWN[name]}
    assert shown == known


@pytest.mark.parametrize("name", FILES)
def test_the_hours_are_those_of_the_register(name):
    """Hours are those that were copied by hand: bank holidays are out of hours, and what is not stated is not known."""
    shown = {phone.number: phone.opening_hours for phone in SERVICES[name].phones}
    for fact in KNOWN[name]:
        if "hours" in fact:
            wanted = fact["hours"] if fact["hours"] in (None, "24/7") else f"{fact['hours']}; PH off"
            assert shown[fact["number"]] == wanted


def test_the_register_knows_each_service_and_where_its_facts_stand():
    """The list copied by hand speaks of every service that exists, and of no other, and says where each fact stands."""
    assert set(KNOWN) == set(FILES)
    assert all(fact["where"] for facts in KNOWN.values() for fact in facts)


@EACH_SERVICE
def test_no_other_number_is_said_in_words(service: Service):
    """A number in a description or a note is one that may be shown too."""
    known = {digits(fact["number"]) for facts in KNOWN.values() for fact in facts}
    for name, text in words(service).items():
        said = {digits(number) for number in re.findall(r"\+?\d[\d ]+\d", text) if len(digits(number)) >= 3}
        assert said <= known, name


FORMS = [
    r"999",
    r"101",
    r"18000",
    r"18001 101",
    r"116 \d{3}",
    r"0[1238][\d ]{8,11}\d",
    r"0800 1111",
    r"\+44 [1238][\d ]{9,12}\d",
]


@EACH_PHONE
def test_a_number_can_be_rung(service: Service, phone: Phone):
    """A number has the form of a British one, with as many digits, and is easy to read."""
    assert any(re.fullmatch(form, phone.number) for form in FORMS)
    assert "  " not in phone.number
    national = digits(phone.number).removeprefix("44")
    is_short = not phone.number.startswith(("0", "+")) or phone.number == "0800 1111"
    assert is_short or len(national.removeprefix("0")) in (9, 10)


@EACH_PHONE
def test_a_fact_says_where_it_is_from_and_when_to_look_again(service: Service, phone: Phone):
    """A source that can be opened, a day on which it was seen, and a later day for the next look: sooner for hearsay."""
    assert phone.source.startswith("https://") or "printed document" in phone.source
    days = (phone.next_check - phone.seen).days
    assert 0 < days <= (62 if phone.grade == "C" else 92)
    assert phone.source_date is None or phone.source_date <= phone.seen.isoformat()
    assert phone.verified is None or phone.verified >= phone.seen


@EACH_PHONE
def test_a_line_is_called_always_open_only_where_that_is_known(service: Service, phone: Phone):
    """The label "any time" is for lines that answer day and night, and for no other."""
    assert (phone.label == "any_time") <= (phone.opening_hours == "24/7")
    assert (phone.opening_hours == "24/7") <= (phone.label in ("any_time", "textphone"))


@EACH_PHONE
def test_bank_holidays_are_out_of_hours(service: Service, phone: Phone):
    """On a bank holiday no daytime line is called open, and each out-of-hours line is, unless its hours are not known."""
    bank_holiday = dt.datetime(2026, 8, 31, 11, 0, tzinfo=LONDON)
    if phone.label in ("daytime", "overseas"):
        assert phone.open_now(bank_holiday) in (False, None)
    if phone.label == "out_of_hours":
        assert phone.open_now(bank_holiday) in (True, None)


HALF_HOURS_OF_TWO_WEEKS = [
    dt.datetime(2026, 3, 28, 12, 0, tzinfo=dt.UTC) + dt.timedelta(minutes=30 * count) for count in range(2 * 24 * 14)
]
DAY_AND_NIGHT = [
    service
    for service in SERVICES.values()
    if {"daytime", "out_of_hours"} <= {phone.label for phone in service.phones if phone.opening_hours}
]


@pytest.mark.parametrize("service", DAY_AND_NIGHT, ids=[service.id for service in DAY_AND_NIGHT])
def test_day_and_night_leave_no_gap(service: Service):
    """At every half hour of two weeks, with Easter and a clock change in them, exactly one of the two lines is open."""
    lines = {phone.label: phone.opening_hours for phone in service.phones}
    for moment in HALF_HOURS_OF_TWO_WEEKS:
        assert hours.is_open(lines["daytime"], moment) != hours.is_open(lines["out_of_hours"], moment), moment


@EACH_SERVICE
def test_a_service_says_where_it_is_from(service: Service):
    """Every service names its sources, each with a claim, seen on a day, and its areas."""
    assert service.sources
    assert service.service_areas
    for source in service.sources:
        assert source.source.startswith("https://") or "printed document" in source.source
        assert source.source_date is None or source.source_date <= source.seen.isoformat()


@EACH_SERVICE
def test_a_service_without_any_way_to_reach_it_names_who_stands_in(service: Service):
    """A service that some people cannot ring has a link, or somebody who takes its place and what to ask for there."""
    can_be_rung = any(phone.is_for("public") for phone in service.phones)
    assert can_be_rung or service.url or service.instead


@pytest.mark.parametrize("name", NO_USABLE_NUMBER)
def test_the_police_stand_in_where_there_is_no_usable_number(name):
    """Where the policy knows no number for the public, the police take the place, with the words to ask for."""
    instead = SERVICES[name].instead
    assert instead is not None
    assert instead.service == "police-101"
    assert name.split("-")[0] in instead.note.lower()


@EACH_SERVICE
def test_whoever_stands_in_can_be_rung_day_and_night(service: Service):
    """A stand-in that is closed, or has a stand-in itself, would help nobody."""
    if service.instead:
        stand_in = SERVICES[service.instead.service]
        assert stand_in.instead is None
        assert stand_in.status == "active"
        assert [phone for phone in stand_in.phones if phone.opening_hours == "24/7" and phone.is_for("public")]


@pytest.mark.parametrize("name", sorted(NATIONAL))
def test_the_ids_of_the_policy_exist(name):
    """Every service that the policy names is in the directory."""
    assert name in FILES


@pytest.mark.parametrize(("name", "nations"), SERVED)
def test_national_services_serve_their_nations(name, nations):
    """Who serves where is rule 6's; Scotland and Northern Ireland have their own referral lines."""
    assert set(SERVICES[name].service_areas) == nations


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(("-children", "-adults"))])
def test_a_front_door_serves_its_own_area_alone(name):
    """A council's service is shown in its own area, and to the public too."""
    assert SERVICES[name].service_areas == (name.removesuffix("-children").removesuffix("-adults"),)
    assert SERVICES[name].audience == "everyone"


def test_the_referral_system_is_for_staff_alone():
    """The first responders' own system is never one for the public."""
    assert SERVICES["nrm-online"].audience == "staff"


SPOKEN_OF_TO_A_CHILD = [name for name in FILES if name.endswith("-children") or name in ("childline", "ictg")]


@pytest.mark.parametrize("name", SPOKEN_OF_TO_A_CHILD)
def test_a_child_is_told_in_a_childs_words(name):
    """What a child may be shown is described in short sentences that demand nothing."""
    described = SERVICES[name].child_description
    assert described
    assert not re.search(r"\b(must|have to|need to|should)\b", described)


@EACH_SERVICE
def test_sentences_are_short(service: Service):
    """A frightened person reads no long sentences: fifteen words at most without a stop, and 25 in what staff read."""
    for name, text in words(service).items():
        most = 25 if name == "staff_description" else 15
        assert [thought for thought in thoughts(text) if len(thought.split()) > most] == [], name


@EACH_SERVICE
def test_there_is_no_markup_and_no_promise(service: Service):
    """Text is plain: no markup, no placeholder, no promise, and nobody is told that they are a victim."""
    for name, text in words(service).items():
        assert not re.search(r"[<>{}*_#\[\]]", text), name
        assert not re.search(r"\b(promise|guarantee|you are a victim|45 days)\b", text, re.IGNORECASE), name


def test_facts_past_their_date_are_only_warned_of():
    """On the day after the last check was due, every number is warned of by its file and digits, and all are still shown."""
    directory = load_directory()
    last = max(phone.next_check for _, phone in PHONES)
    first = min(phone.next_check for _, phone in PHONES)
    assert list(past_their_date(directory, first)) == []
    warnings = list(past_their_date(directory, last + dt.timedelta(days=1)))
    assert len(warnings) == sum(len(service.phones) for service in directory.services.values())
    for service in directory.services.values():
        for phone in service.phones:
            assert [line for line in warnings if f"{service.id}.yml" in line and phone.number in line]
