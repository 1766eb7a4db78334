"""The directory: services and areas checked against each other, and every mistake of every file reported at once."""

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.content import PROJECT_FOLDER
from bot.directory import Directory, load_directory
from bot.errors import ContentError
from bot.hours import LONDON
from bot.services import load_services
from waymark.check import past_their_date

DIRECTORY = load_directory()
DAY = dt.datetime(2026, 11, 25, 11, 0, tzinfo=LONDON)
NIGHT = dt.datetime(2026, 11, 25, 23, 30, tzinfo=LONDON)
A_SERVICE = """\
name: A service
description: It helps.
status: active
service_areas: [exampleton]
audience: everyone
phones:
- {number: "01234", label: daytime, for: everyone, opening_hours: "Mo-Fr 09:00-17:00; PH off", source: a page,
   source_date: null, seen: 2026-11-21, verified: null, next_check: 2027-02-21, grade: B}
sources: [{claim: It exists., source: a page, source_date: null, seen: 2026-11-21, grade: B}]
"""
AN_AREA = "{name: Exampleton, kind: council, nation: england, places: [], services: {children: door, adults: door}}"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the project's data folder."""
    for folder in ("services", "areas"):
        shutil.copytree(PROJECT_FOLDER / "data" / folder, tmp_path / folder)
    return tmp_path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A data folder with one council and its one service."""
    (tmp_path / "services").mkdir()
    (tmp_path / "areas").mkdir()
    (tmp_path / "services" / "door.yml").write_text(A_SERVICE)
    (tmp_path / "areas" / "exampleton.yml").write_text(AN_AREA)
    return tmp_path


def change(file: Path, edit: Callable[[dict[str, Any]], Any]) -> None:
    """Change what a file holds, as an editor would."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    edit(content)
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def problems(data: Path) -> list[tuple[str, str, object, str]]:
    """What loading a data folder reports: file, key, value and what was expected."""
    with pytest.raises(ContentError) as caught:
        load_directory(data)
    return [(problem.file, problem.key, problem.value, problem.expected) for problem in caught.value.problems]


BROKEN = [
    # file, the change, the key and the value reported, what was expected
    ("services/childline.yml", lambda told: told["phones"][0].update(grade="U"), "phones.0.grade", "U", "'A', 'B' or 'C'"),
    ("services/childline.yml", lambda told: told["phones"][0].update(number="O800"), "phones.0.number", "O800", "digits"),
    ("services/samaritans.yml", lambda told: told.update(status="gone"), "status", "gone", "'active' or 'withdrawn'"),
    ("services/ictg.yml", lambda told: told["phones"][0].update(seen="soon"), "phones.0.seen", "soon", "date"),
    ("services/acas.yml", lambda told: told.update(phone="999"), "phone", "999", "keyword"),
    ("areas/leeds.yml", lambda told: told.update(nation="yorkshire"), "nation", "yorkshire", "'england'"),
    ("areas/leeds.yml", lambda told: told.update(children_until="grown"), "children_until", "grown", "integer"),
    ("areas/wales.yml", lambda told: told["places"].append({"name": 7}), "name", 7, "string"),
]


def test_every_mistake_of_every_file_is_reported_at_once(data: Path):
    """A broken data folder: each wrong key is told, with its file, its value and what was expected, and nothing else is."""
    for file, edit, _, _, _ in BROKEN:
        change(data / file, edit)
    (data / "services" / "nspcc.yml").write_text("name: [")
    found = problems(data)
    for file, _, key, value, expected in BROKEN:
        assert [
            told
            for told in found
            if told[0] == Path(file).name and told[1].endswith(key) and told[2] == value and expected in told[3]
        ], f"{file}: {key}"
    assert ("nspcc.yml", "(file)", "") in [told[:3] for told in found]
    assert len(found) == len(BROKEN) + 1


CONTRADICTIONS = [
    ("services/childline.yml", lambda told: told.update(service_areas=["narnia"]), "service_areas", "narnia"),
    ("services/ictg.yml", lambda told: told["service_areas"].append("atlantis"), "service_areas", "atlantis"),
    (
        "services/wakefield-adults.yml",
        lambda told: told["instead"].update(service="police-102"),
        "instead.service",
        "police-102",
    ),
    ("areas/leeds.yml", lambda told: told["services"].update(children="leeds-kids"), "services", "leeds-kids"),
    ("areas/halton.yml", lambda told: told.pop("services"), "services", None),
]


def test_ids_that_name_nothing_are_reported_at_once(data: Path):
    """What no single file can know is checked too: areas and services that do not exist, a council without front doors."""
    for file, edit, _, _ in CONTRADICTIONS:
        change(data / file, edit)
    found = [told[:3] for told in problems(data)]
    assert sorted(found, key=str) == sorted(((f"data/{file}", key, value) for file, _, key, value in CONTRADICTIONS), key=str)


NEVER_LOADED = [
    ("a fact of grade U", {"grade": "U"}),
    ("a conflict without a decision", {"conflict": 7}),
    ("a decision without a conflict", {"decision": "The later one."}),
]


@pytest.mark.parametrize("said", [said for _, said in NEVER_LOADED], ids=[name for name, _ in NEVER_LOADED])
def test_a_doubtful_fact_stops_the_directory(small: Path, said):
    """One fact without a source, or with an open conflict, and the folder cannot be loaded."""
    change(small / "services" / "door.yml", lambda told: told["phones"][0].update(said))
    assert [told[0] for told in problems(small)] == ["door.yml"]


def test_a_withdrawn_service_disappears(data: Path):
    """A withdrawn service is in no directory and serves nobody, though its file and what names it stay."""
    change(data / "services" / "childline.yml", lambda told: told.update(status="withdrawn"))
    directory = load_directory(data)
    assert set(DIRECTORY.services) - set(directory.services) == {"childline"}
    assert not directory.serves("childline", "leeds")
    assert not directory.is_usable("childline", "public", DAY)


def test_no_file_of_the_project_is_lost():
    """Every service and area of the data folder is in the directory, unless it was withdrawn; templates are not."""
    data = PROJECT_FOLDER / "data"
    services = load_services(data / "services")
    assert set(DIRECTORY.services) == {name for name, service in services.items() if service.status == "active"}
    assert set(services) == {path.stem for path in (data / "services").glob("[!_]*.yml")}
    assert set(DIRECTORY.areas) == {path.stem for path in (data / "areas").glob("[!_]*.yml")}


NATIONS = [
    ("leeds", "england"),
    ("elsewhere_england", "england"),
    ("wales", "wales"),
    ("scotland", "scotland"),
    ("northern_ireland", "northern_ireland"),
    ("outside_uk", "outside_uk"),
    ("unknown", "england"),
    ("no-such-place", "england"),
]


@pytest.mark.parametrize(("area", "nation"), NATIONS)
def test_an_area_lies_in_a_nation(area, nation):
    """Where nothing is known of the place, the person is taken to be in England."""
    assert DIRECTORY.nation(area) == nation


SERVES = [
    ("leeds-adults", "leeds", True),
    ("leeds-adults", "bradford", False),
    ("leeds-adults", "unknown", False),
    ("leeds-adults", "elsewhere_england", False),
    ("leeds-adults", "wales", False),
    ("salvation-army", "wales", True),
    ("salvation-army", "scotland", False),
    ("salvation-army", "unknown", True),
    ("police-101", "outside_uk", False),
    ("emergency-999", "outside_uk", True),
    ("gm-victims-services", "stockport", True),
    ("gm-victims-services", "leeds", False),
    ("no-such-service", "leeds", False),
]


@pytest.mark.parametrize(("service", "area", "serves"), SERVES)
def test_a_service_serves_its_areas_and_nations(service, area, serves):
    """A service is for the areas and nations it names, and a council's for its own area alone."""
    assert DIRECTORY.serves(service, area) == serves


USABLE = [
    # what the file of the service says, whom and when, is it usable
    ({}, "public", DAY, True),
    ({}, "public", NIGHT, True),  # closed, but it opens again, and nobody stands in for it
    ({"phones": []}, "public", DAY, True),
    ({"instead": {"service": "door", "note": "ask"}}, "public", DAY, True),
    ({"instead": {"service": "door", "note": "ask"}}, "public", NIGHT, False),  # now somebody stands in
    ({"instead": {"service": "door", "note": "ask"}, "phones": []}, "public", DAY, False),
    ({"instead": {"service": "door", "note": "ask"}, "for": "staff"}, "staff", DAY, True),
    ({"instead": {"service": "door", "note": "ask"}, "for": "staff"}, "public", DAY, False),
    ({"instead": {"service": "door", "note": "ask"}, "opening_hours": None}, "public", NIGHT, True),
]


@pytest.mark.parametrize(("said", "audience", "now", "is_usable"), USABLE)
def test_a_service_is_usable_while_nobody_must_stand_in_for_it(small: Path, said, audience, now, is_usable):
    """A service with a stand-in is usable only while the person can ring it; any other always, since it opens again."""

    def edit(told: dict[str, Any]) -> None:
        of_phone = {key: value for key, value in said.items() if key in ("for", "opening_hours")}
        told["phones"][0].update(of_phone)
        told.update({key: value for key, value in said.items() if key not in of_phone})

    change(small / "services" / "door.yml", edit)
    assert load_directory(small).is_usable("door", audience, now) == is_usable


def test_whether_somebody_answers_is_asked_of_the_service():
    """Day and night lines are open at any time, and lines whose hours are not known are never called open."""
    told = {name: DIRECTORY.open_now(name, "public", NIGHT) for name in ("emergency-999", "modern-slavery-helpline", "acas")}
    assert told == {"emergency-999": True, "modern-slavery-helpline": None, "acas": False}


@pytest.fixture
def stale(small: Path) -> Directory:
    """A directory whose one number should have been checked by 21 February 2027."""
    return load_directory(small)


DUE = [("2027-02-20", 0), ("2027-02-21", 0), ("2027-02-22", 1), ("2035-01-01", 1)]


@pytest.mark.parametrize(("today", "warnings"), DUE)
def test_a_number_past_its_next_check_is_only_warned_of(stale: Directory, today, warnings):
    """An old number is better than none: it is loaded and shown, and a line says which file, number and source to look at."""
    lines = list(past_their_date(stale, dt.date.fromisoformat(today)))
    assert len(lines) == warnings
    assert all("data/services/door.yml" in line and "01234" in line and "a page" in line for line in lines)
    assert stale.services["door"].phones
