"""What is said with a list: ids of sentences, held against the policy (sections 4 and 6) and against its limits."""

import itertools

import pytest

from bot.advice import advice
from bot.areas import Area, Place
from bot.directory import Directory
from bot.situation import Situation


def place(code: str, kind: str, nation: str) -> Area:
    """An area of which only the nation matters."""
    return Area(id=code, name=code, kind=kind, nation=nation, places=(Place(name=code),))


DIRECTORY = Directory(
    {},
    {
        "a-council": place("a-council", "council", "england"),
        "elsewhere_england": place("elsewhere_england", "elsewhere", "england"),
        "wales": place("wales", "nation", "wales"),
        "scotland": place("scotland", "nation", "scotland"),
        "northern_ireland": place("northern_ireland", "nation", "northern_ireland"),
        "outside_uk": place("outside_uk", "abroad", "outside_uk"),
    },
)
NOBODY: frozenset[str] = frozenset()
CHILD = frozenset({"child"})
UNSURE = frozenset({"unsure"})
JUST_18 = frozenset({"just_18"})
ADULT = frozenset({"adult"})

PLACES = [
    ("unknown", ()),
    ("a-council", ()),
    ("elsewhere_england", ("your_council",)),
    ("wales", ("outside_england",)),
    ("scotland", ("outside_england",)),
    ("northern_ireland", ("outside_england",)),
    ("outside_uk", ("outside_uk",)),
]


@pytest.mark.parametrize(("area", "said"), PLACES)
def test_the_place_decides_what_we_do_not_cover(area, said):
    """Where we know no local service, that is said plainly; where we know one, nothing is."""
    assert advice(Situation(area=area), DIRECTORY) == said


STAFF = [
    # ages, first responder, consent, what is said
    (CHILD, "yes", "unknown", ("staff_child_first_responder",)),
    (CHILD, "no", "unknown", ("staff_child",)),
    (CHILD, "unknown", "unknown", ("staff_child",)),
    (UNSURE, "yes", "unknown", ("staff_child_first_responder",)),
    (CHILD, "yes", "no", ("staff_child_first_responder",)),  # a child's consent is not needed
    (ADULT, "yes", "yes", ("staff_adult_consent_yes",)),
    (ADULT, "yes", "no", ("staff_adult_consent_no",)),
    (ADULT, "yes", "unknown", ("staff_adult_consent_unknown",)),
    (ADULT, "no", "yes", ("staff_adult_not_first_responder",)),
    (ADULT, "unknown", "unknown", ("staff_adult_not_first_responder",)),
    (JUST_18, "yes", "yes", ("staff_adult_consent_yes",)),
    (NOBODY, "no", "unknown", ("staff_adult_not_first_responder",)),
    (CHILD | ADULT, "yes", "no", ("staff_child_first_responder", "staff_adult_consent_no")),
]


@pytest.mark.parametrize(("ages", "first_responder", "consent", "said"), STAFF)
def test_staff_are_told_their_duty(ages, first_responder, consent, said):
    """A child must be referred without consent; an adult chooses; only a first responder files the referral."""
    situation = Situation(
        person="someone_else", age_band=ages, audience="staff", first_responder=first_responder, consent=consent
    )
    assert advice(situation, DIRECTORY) == said


OTHER_LAW = ["scotland", "northern_ireland", "outside_uk"]


@pytest.mark.parametrize("area", OTHER_LAW)
def test_no_duty_is_told_where_the_law_is_another(area):
    """Duties are those of England and Wales, and are told nowhere else."""
    situation = Situation(person="someone_else", age_band=CHILD | ADULT, area=area, audience="staff", first_responder="yes")
    assert not [said for said in advice(situation, DIRECTORY) if said.startswith("staff_")]


def test_the_duty_is_told_in_wales():
    """Wales has the same referral as England."""
    situation = Situation(person="someone_else", age_band=CHILD, area="wales", audience="staff", first_responder="yes")
    assert "staff_child_first_responder" in advice(situation, DIRECTORY)


NOT_STAFF = [("public", "someone_else"), ("public", "me"), ("public", "unknown"), ("staff", "me")]


@pytest.mark.parametrize(("audience", "person"), NOT_STAFF)
def test_nobody_else_is_told_a_duty_of_staff(audience, person):
    """The public, and anyone who writes about themselves, hears no duty of staff."""
    for ages, first_responder, consent in itertools.product((NOBODY, CHILD, ADULT), ("yes", "no"), ("yes", "no", "unknown")):
        situation = Situation(
            person=person,
            age_band=ages,
            audience=audience,
            first_responder=first_responder,
            consent=consent,
            exploitation=frozenset({"forced_marriage"}),
        )
        assert not [said for said in advice(situation, DIRECTORY) if said.startswith("staff_")]


def test_staff_are_warned_off_the_family_in_forced_marriage():
    """Forced marriage: staff are told not to contact the family."""
    situation = Situation(
        person="someone_else", age_band=CHILD, audience="staff", exploitation=frozenset({"forced_marriage", "labour"})
    )
    assert advice(situation, DIRECTORY)[-1] == "staff_no_contact_with_family"


CONCERNS = [
    # danger, concerns, what is said
    ("no", {"cannot_speak"}, ("cannot_speak",)),
    ("unknown", {"cannot_speak"}, ("cannot_speak",)),
    ("yes", {"cannot_speak"}, ()),  # the danger reply itself says how to ring without speaking
    ("no", {"immigration_fear"}, ("immigration_fear",)),
    ("yes", {"immigration_fear"}, ("immigration_fear",)),
    ("no", {"cannot_speak", "immigration_fear"}, ("cannot_speak", "immigration_fear")),
    ("no", {"partner_or_relative", "missing", "county_lines", "self_harm", "anonymous"}, ()),
]


@pytest.mark.parametrize(("danger", "concerns", "said"), CONCERNS)
def test_a_worry_that_was_spoken_of_is_answered(danger, concerns, said):
    """Who cannot speak, or fears for their papers, is answered; nobody else hears of either."""
    assert advice(Situation(danger=danger, concerns=frozenset(concerns)), DIRECTORY) == said
