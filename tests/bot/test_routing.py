"""The list of services: held against a decision table written by hand from the policy, and against properties of the policy."""

import datetime as dt
import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content import PROJECT_FOLDER
from bot.directory import load_directory
from bot.routing import Recommendation, route
from bot.situation import AGE_BANDS, CONCERNS, EXPLOITATIONS, Situation
from tests.bot.decision_table import A_CHILD, LONDON, MOMENTS, Clock, expected

ANSWERS = ("yes", "no", "unknown")
AGES = [frozenset(ages) for size in range(5) for ages in itertools.combinations(sorted(AGE_BANDS), size)]
AREAS = tuple(A_CHILD)
DIRECTORY = load_directory()
SIGNS = frozenset(path.stem for path in (PROJECT_FOLDER / "data" / "indicators").glob("[!_]*.yml"))


def ids(listed: tuple[Recommendation, ...]) -> tuple[tuple[str, ...], frozenset[str]]:
    """The ids shown in any case, in order, and those shown only "if ..."."""
    certain = tuple(entry.service for entry in listed if entry.condition is None)
    return certain, frozenset(entry.service for entry in listed if entry.condition)


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("clock", MOMENTS)
def test_every_situation_has_the_list_of_the_decision_table(area: str, clock: Clock):
    """Danger, person, ages, audience, first responder, consent and anonymity: the full product, at three moments."""
    product = itertools.product(
        ANSWERS,
        ("me", "someone_else", "unknown"),
        AGES,
        ("public", "staff"),
        ANSWERS,
        ANSWERS,
        (frozenset(), frozenset({"anonymous"})),
    )
    wrong = []
    for danger, person, ages, audience, first_responder, consent, concerns in product:
        situation = Situation(
            danger=danger,
            person=person,
            age_band=ages,
            area=area,
            audience=audience,
            first_responder=first_responder,
            consent=consent,
            concerns=concerns,
        )
        wanted = expected(situation, clock)
        if ids(route(situation, MOMENTS[clock], DIRECTORY)) != (wanted.services, wanted.conditional):
            wrong.append(situation)
    assert wrong == []


situations = st.builds(
    Situation,
    danger=st.sampled_from(ANSWERS),
    person=st.sampled_from(("me", "someone_else", "unknown")),
    age_band=st.sampled_from(AGES),
    area=st.sampled_from(AREAS),
    audience=st.sampled_from(("public", "staff")),
    first_responder=st.sampled_from(ANSWERS),
    consent=st.sampled_from(ANSWERS),
    exploitation=st.frozensets(st.sampled_from(sorted(EXPLOITATIONS))),
    concerns=st.frozensets(st.sampled_from(sorted(CONCERNS))),
)
uncertain_places = st.frozensets(st.sampled_from(AREAS[:12]), min_size=2, max_size=4)
moments = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2028, 12, 31)).map(lambda at: at.replace(tzinfo=LONDON))
ADDED_BY_KIND = {"fair-work-agency", "forced-marriage-unit", "domestic-abuse-helpline", "mens-advice-line", "missing-people"}


@given(situations, moments)
@settings(max_examples=400, deadline=None)
def test_kinds_and_concerns_only_add(situation: Situation, now: dt.datetime):
    """What the kind of exploitation adds never removes or reorders what the age and the person call for."""
    plain = Situation(
        situation.danger,
        situation.person,
        situation.age_band,
        situation.area,
        audience=situation.audience,
        first_responder=situation.first_responder,
        concerns=situation.concerns & {"anonymous", "self_harm"},
    )
    before = [entry.service for entry in route(plain, now, DIRECTORY)]
    after = [entry.service for entry in route(situation, now, DIRECTORY)]
    kept = [service for service in after if service in before]
    assert set(after) - set(before) <= ADDED_BY_KIND
    assert set(before) <= set(after)
    assert kept == before


@given(situations, moments)
@settings(max_examples=100, deadline=None)
def test_what_is_denied_or_past_changes_nothing(situation: Situation, now: dt.datetime):
    """Who says no to signs, or that they are past, is shown what they would be shown without: it takes help from nobody."""
    told = replace(situation, denied=SIGNS - situation.indicators, past=situation.indicators)
    assert route(told, now, DIRECTORY) == route(situation, now, DIRECTORY)


@given(situations, moments)
@settings(max_examples=400, deadline=None)
def test_danger_puts_999_first(situation: Situation, now: dt.datetime):
    """Danger: 999 stands first, whatever else is known."""
    listed = route(situation, now, DIRECTORY)
    assert (listed[0] == Recommendation("emergency-999")) == (situation.danger == "yes")


@given(situations, moments)
@settings(max_examples=400, deadline=None)
def test_no_other_area_is_shown(situation: Situation, now: dt.datetime):
    """A council's service is shown to people in its area and to nobody else."""
    for entry in route(situation, now, DIRECTORY):
        areas = set(DIRECTORY.services[entry.service].service_areas)
        councils = areas & set(AREAS[:12])
        assert not councils or situation.area in councils


@given(situations, moments)
@settings(max_examples=400, deadline=None)
def test_somebody_is_awake(situation: Situation, now: dt.datetime):
    """Among the first three of every list at least one service is known to be open now."""
    listed = route(situation, now, DIRECTORY)
    assert listed
    assert any(DIRECTORY.open_now(entry.service, situation.audience, now) for entry in listed[:3])


@given(situations, moments)
@settings(max_examples=400, deadline=None)
def test_closed_services_stand_last(situation: Situation, now: dt.datetime):
    """A service known to be closed never stands above one that is not."""
    closed = [DIRECTORY.open_now(entry.service, situation.audience, now) is False for entry in route(situation, now, DIRECTORY)]
    assert closed == sorted(closed)


@given(situations, moments)
@settings(max_examples=200, deadline=None)
def test_the_same_situation_has_the_same_list(situation: Situation, now: dt.datetime):
    """Same situation, same clock, same directory: same list, without repeats."""
    listed = route(situation, now, DIRECTORY)
    assert listed == route(situation, now, DIRECTORY)
    assert len({entry.service for entry in listed}) == len(listed)


@given(situations, moments)
@settings(max_examples=300, deadline=None)
def test_the_public_never_sees_the_referral_system(situation: Situation, now: dt.datetime):
    """The first responders' system is for staff of first responder organisations alone."""
    shown = "nrm-online" in {entry.service for entry in route(situation, now, DIRECTORY)}
    may_be_shown = situation.audience == "staff" and situation.first_responder == "yes" and situation.person != "me"
    assert may_be_shown or not shown


@given(uncertain_places, moments)
@settings(max_examples=100, deadline=None)
def test_a_place_name_that_means_several_places_shows_each_front_door(places: frozenset[str], now: dt.datetime):
    """An unsettled place: every council it may mean is shown, labelled, unless it has no usable number."""
    listed = route(Situation(person="someone_else", age_band=frozenset({"adult"}), area_candidates=places), now, DIRECTORY)
    labelled = {entry.service for entry in listed if entry.condition == "if_in_area"}
    assert labelled == {f"{place}-adults" for place in places if place != "wakefield"}


SELF_HARM = [
    # danger, ages, the first of the list, urgent ones in order
    ("yes", frozenset({"adult"}), ("emergency-999", "samaritans")),
    ("yes", frozenset({"child"}), ("emergency-999", "samaritans", "childline")),
    ("unknown", frozenset({"adult"}), ("samaritans", "emergency-999")),
    ("no", frozenset({"adult"}), ("samaritans", "emergency-999")),
    ("unknown", frozenset({"just_18"}), ("samaritans", "childline", "emergency-999")),
]


@pytest.mark.parametrize(("danger", "ages", "first"), SELF_HARM)
def test_thoughts_of_suicide_lead_to_somebody_who_listens(danger, ages, first):
    """Intent now: 999, then Samaritans. Thoughts alone: Samaritans first, 999 as a condition. Under 19: Childline too."""
    situation = Situation(danger=danger, person="me", age_band=ages, concerns=frozenset({"self_harm"}))
    listed = route(situation, MOMENTS["day"], DIRECTORY)
    assert tuple(entry.service for entry in listed[: len(first)]) == first
    assert (listed[first.index("emergency-999")].condition is None) == (danger == "yes")


KINDS = [
    # exploitation, concerns, ages, what is added
    ({"labour"}, (), {"adult"}, {"fair-work-agency"}),
    ({"labour"}, (), {"child"}, {"fair-work-agency"}),
    ({"forced_marriage"}, (), {"child"}, {"forced-marriage-unit"}),
    ((), {"partner_or_relative"}, {"adult"}, {"domestic-abuse-helpline", "mens-advice-line"}),
    ((), {"partner_or_relative"}, {"child"}, set()),
    ((), {"missing"}, {"adult"}, {"missing-people"}),
    ((), {"county_lines"}, {"child"}, {"missing-people"}),
    ((), {"county_lines"}, {"adult"}, set()),
    ({"sexual", "criminal", "organ_removal", "domestic_servitude", "debt_bondage"}, (), {"adult"}, set()),
]


@pytest.mark.parametrize(("kinds", "concerns", "ages", "added"), KINDS)
def test_each_kind_adds_its_service(kinds, concerns, ages, added):
    """Rule 5, kind by kind."""
    plain = Situation(danger="no", person="someone_else", age_band=frozenset(ages), area="leeds")
    told = Situation(
        "no", "someone_else", frozenset(ages), "leeds", exploitation=frozenset(kinds), concerns=frozenset(concerns)
    )
    before = {entry.service for entry in route(plain, MOMENTS["day"], DIRECTORY)}
    after = {entry.service for entry in route(told, MOMENTS["day"], DIRECTORY)}
    assert after - before == added
