"""Which organisations are first responders, matched from the name that a member of staff gives."""

from pathlib import Path

import pytest

from bot.content import PROJECT_FOLDER
from bot.errors import ContentError
from bot.organisations import load_organisations
from bot.text import plain

ORGANISATIONS = load_organisations(PROJECT_FOLDER / "data")

FIRST_RESPONDERS = [
    "Greater Manchester Police",
    "I'm a police officer",
    "Stockport Council",
    "Leeds City Council",
    "the local authority",
    "children's social care",
    "MASSH",
    "Border Force",
    "UK Visas and Immigration",
    "Immigration Enforcement",
    "NCA",
    "GLAA",
    "The Salvation Army",
    "Migrant Help",
    "Medaille Trust",
    "Kalayaan",
    "Barnardo's",
    "Unseen",
    "the NSPCC",
    "BAWSO",
    "New Pathways",
    "Refugee Council",
]
OTHERS = [
    "NHS",
    "Stepping Hill Hospital",
    "I'm a paramedic",
    "ambulance service",
    "a GP surgery",
    "midwife",
    "health visitor",
    "a primary school",
    "I am a teacher",
    "school nurse for the council",
    "fire service",
    "HMP Leeds",
    "probation",
    "a hotel",
    "a bank",
    "the Jobcentre",
    "Citizens Advice",
    "Crimestoppers",
]
NOT_RECOGNISED = ["", "the army", "I would rather not tell you", "Acme Limited", "?"]


@pytest.mark.parametrize("name", FIRST_RESPONDERS)
def test_those_on_the_list_are_first_responders(name):
    """Police, councils, the Home Office's three, the NCA, the labour inspectors and ten charities may refer."""
    assert ORGANISATIONS.first_responder(plain(name)) == "yes"


@pytest.mark.parametrize("name", OTHERS)
def test_those_not_on_the_list_are_none(name):
    """Health, schools, fire, prisons and businesses are not first responders, even where they work for one."""
    assert ORGANISATIONS.first_responder(plain(name)) == "no"


@pytest.mark.parametrize("name", NOT_RECOGNISED)
def test_a_name_nobody_knows_is_left_open(name):
    """What is not recognised is neither: nobody is told a duty by guess."""
    assert ORGANISATIONS.first_responder(plain(name)) is None


def test_a_list_that_cannot_be_used_is_named(tmp_path: Path):
    """A pattern that cannot be compiled and a source of grade U are refused, both at once."""
    (tmp_path / "organisations.yml").write_text(
        "first_responders: ['(police']\nothers: [nhs]\n"
        "sources: [{claim: a, source: b, source_date: null, seen: 2026-11-21, grade: U}]\n"
    )
    with pytest.raises(ContentError) as caught:
        load_organisations(tmp_path)
    assert [(problem.file, problem.key) for problem in caught.value.problems] == [
        ("organisations.yml", "first_responders"),
        ("organisations.yml", "sources.0.grade"),
    ]
