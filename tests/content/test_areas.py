"""Every area: its code, its front doors, its names and its postcode districts."""

import re
from collections import Counter
from typing import get_args

import pytest

from bot.areas import Area, Nation, load_areas
from bot.content import PROJECT_FOLDER
from bot.services import load_services

FOLDER = PROJECT_FOLDER / "data" / "areas"
AREAS = load_areas(FOLDER)
SERVICES = load_services(PROJECT_FOLDER / "data" / "services")
COUNCILS = {code: area for code, area in AREAS.items() if area.kind == "council"}
EACH_AREA = pytest.mark.parametrize("area", AREAS.values(), ids=list(AREAS))
EACH_COUNCIL = pytest.mark.parametrize("area", COUNCILS.values(), ids=list(COUNCILS))

# Routing policy, sections 2 and 3: code, kind, nation.
POLICY = [
    ("stockport", "council", "england"),
    ("halton", "council", "england"),
    ("warrington", "council", "england"),
    ("cheshire-east", "council", "england"),
    ("cheshire-west-and-chester", "council", "england"),
    ("staffordshire", "council", "england"),
    ("stoke-on-trent", "council", "england"),
    ("bradford", "council", "england"),
    ("calderdale", "council", "england"),
    ("kirklees", "council", "england"),
    ("leeds", "council", "england"),
    ("wakefield", "council", "england"),
    ("elsewhere_england", "elsewhere", "england"),
    ("wales", "nation", "wales"),
    ("scotland", "nation", "scotland"),
    ("northern_ireland", "nation", "northern_ireland"),
    ("outside_uk", "abroad", "outside_uk"),
]


@pytest.mark.parametrize(("code", "kind", "nation"), POLICY)
def test_the_areas_of_the_policy_exist(code, kind, nation):
    """Every area that the policy names is there, and lies where it does."""
    assert (AREAS[code].kind, AREAS[code].nation) == (kind, nation)


@EACH_AREA
def test_a_code_is_one_word(area: Area):
    """A code is a file's name: small letters, and hyphens or underscores."""
    assert re.fullmatch(r"[a-z]+([-_][a-z]+)*", area.id)
    assert area.id != "unknown"


@EACH_AREA
def test_only_a_council_has_front_doors(area: Area):
    """Outside our councils nobody is shown a council's number."""
    assert (area.services is not None) == (area.kind == "council")


@EACH_COUNCIL
def test_front_doors_are_named_after_their_area(area: Area):
    """A council's two front doors are services of its own, and serve it."""
    doors = area.services
    assert (doors.children, doors.adults) == (f"{area.id}-children", f"{area.id}-adults")
    assert all(SERVICES[door].service_areas == (area.id,) for door in (doors.children, doors.adults))


@EACH_COUNCIL
def test_a_council_says_where_it_lies(area: Area):
    """A council names its region and its police force, has postcode districts, and stands first among its own places."""
    assert area.region
    assert area.police
    assert area.postcode_districts
    assert area.places[0].name == area.name


def test_only_stockports_strategy_takes_young_people_of_18():
    """In law a child is under 18; Stockport's strategy says "18 or under", and no other source says so."""
    assert {code: area.children_until for code, area in COUNCILS.items() if area.children_until != 17} == {"stockport": 18}


def test_every_nation_has_its_area():
    """Each nation, and the world outside, can be named."""
    assert {area.nation for area in AREAS.values()} == set(get_args(Nation))


@EACH_AREA
def test_a_name_is_listed_once_in_its_area(area: Area):
    """A name listed twice in one area, capitals aside, is a slip."""
    names = Counter(name.casefold() for place in area.places for name in (place.name, *place.spellings))
    assert [name for name, count in names.items() if count > 1] == []


@EACH_AREA
def test_names_are_names(area: Area):
    """No blank around a name, no markup, no telephone number; a number is at most part of a name."""
    for place in area.places:
        for name in (place.name, *place.spellings):
            assert name == name.strip()
            assert not re.search(r"[<>{}\[\]*_#@\n]|\d{3}", name)
            assert len(name) >= 2


@EACH_AREA
def test_postcode_districts_are_districts(area: Area):
    """A district is the first half of a postcode, in capitals, and is listed once."""
    assert all(re.fullmatch(r"[A-Z]{1,2}\d[A-Z\d]?", district) for district in area.postcode_districts)
    assert len(set(area.postcode_districts)) == len(area.postcode_districts)


def test_a_name_that_two_councils_share_stands_in_both():
    """Cheadle is in Stockport and in Staffordshire: whoever names it is asked."""
    assert {code for code, area in COUNCILS.items() if "Cheadle" in {place.name for place in area.places}} == {
        "stockport",
        "staffordshire",
    }
