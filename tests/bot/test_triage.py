"""What is asked: only what can still change the list or what is said with it, in the order of the policy, and no more."""

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from bot.advice import advice
from bot.directory import load_directory
from bot.hours import LONDON
from bot.reading import Reading
from bot.routing import route
from bot.situation import AGE_BANDS, UNKNOWN_AREA, Situation
from bot.triage import next_question
from bot.understanding import Asking, note_answer, take_in

DIRECTORY = load_directory()
ORDER = ("danger", "person", "age_band", "area", "first_responder", "consent")
DAY = dt.datetime(2026, 11, 25, 11, 0, tzinfo=LONDON)
NIGHT = dt.datetime(2026, 11, 25, 23, 30, tzinfo=LONDON)
ADULT, CHILD = frozenset({"adult"}), frozenset({"child"})
CHEADLE = frozenset({"stockport", "staffordshire"})

ANSWERS: dict[str, tuple[Any, ...]] = {
    "danger": ("yes", "no"),
    "person": ("me", "someone_else"),
    "age_band": tuple(frozenset({band}) for band in sorted(AGE_BANDS)),
    "area": tuple(sorted(DIRECTORY.areas)),
    "first_responder": ("yes", "no"),
    "consent": ("yes", "no"),
}
PLACES = [
    (UNKNOWN_AREA, frozenset()),
    (UNKNOWN_AREA, CHEADLE),
    (UNKNOWN_AREA, frozenset({"northern_ireland", "scotland"})),  # which one of them changes nothing
    *((area, frozenset()) for area in sorted(DIRECTORY.areas)),
]
AGES = [frozenset(ages) for size in range(5) for ages in itertools.combinations(sorted(AGE_BANDS), size)]
YES_NO_UNKNOWN = ("yes", "no", "unknown")


@cache
def plan(situation: Situation, now: dt.datetime) -> tuple[object, ...]:
    """What a situation leads to: the list and what is said with it."""
    return route(situation, now, DIRECTORY), advice(situation, DIRECTORY)


def is_known(slot: str, situation: Situation) -> bool:
    """Whether a slot needs no asking."""
    return getattr(situation, slot) not in ("unknown", frozenset())


def matters(slot: str, situation: Situation, now: dt.datetime) -> bool:
    """Whether two answers to a question lead to different lists or advice."""
    answers = sorted(situation.area_candidates) if slot == "area" and situation.area_candidates else ANSWERS[slot]
    return len({plan(replace(situation, **{slot: answer}), now) for answer in answers}) > 1


def situations(area: str, candidates: frozenset[str]) -> Iterator[Situation]:
    """Every situation in a place."""
    product = itertools.product(
        YES_NO_UNKNOWN, ("me", "someone_else", "unknown"), AGES, ("public", "staff"), YES_NO_UNKNOWN, YES_NO_UNKNOWN
    )
    for danger, person, ages, audience, first_responder, consent in product:
        yield Situation(
            danger=danger,
            person=person,
            age_band=ages,
            area=area,
            area_candidates=candidates,
            audience=audience,
            first_responder=first_responder,
            consent=consent,
        )


@pytest.mark.parametrize(("area", "candidates"), PLACES, ids=["-or-".join(sorted(names)) or area for area, names in PLACES])
def test_only_what_matters_is_asked(area, candidates):
    """Every situation: the first slot, in order, of which two answers lead to different lists or advice; else nothing."""
    wrong = []
    for situation in situations(area, candidates):
        open_slots = [slot for slot in ORDER if not is_known(slot, situation)]
        if situation.audience == "staff" and "danger" in open_slots:
            open_slots.remove("danger")
        wanted = next((slot for slot in open_slots if matters(slot, situation, DAY)), None)
        if situation.danger == "yes":
            wanted = None
        if next_question(situation, Asking(), DAY, DIRECTORY) != wanted:
            wrong.append((situation, wanted))
    assert wrong == []


ASKED = [
    # what is known, what is asked
    ("nothing", Situation(), "danger"),
    ("no danger", Situation("no"), "person"),
    ("somebody else", Situation("no", "someone_else"), "age_band"),
    ("an adult", Situation("no", "someone_else", ADULT), "area"),
    ("an adult in Leeds", Situation("no", "someone_else", ADULT, "leeds"), None),
    ("a child in Leeds", Situation("no", "someone_else", CHILD, "leeds"), None),
    ("an adult in one of two Cheadles", Situation("no", "someone_else", ADULT, area_candidates=CHEADLE), "area"),
    ("danger", Situation("yes"), None),
    ("staff", Situation(audience="staff", person="someone_else"), "age_band"),
    ("staff, a child", Situation("no", "someone_else", CHILD, "leeds", audience="staff"), "first_responder"),
    ("staff, an adult", Situation("no", "someone_else", ADULT, "leeds", audience="staff"), "first_responder"),
    (
        "a first responder, an adult",
        Situation("no", "someone_else", ADULT, "leeds", audience="staff", first_responder="yes"),
        "consent",
    ),
    (
        "a first responder, a child",
        Situation("no", "someone_else", CHILD, "leeds", audience="staff", first_responder="yes"),
        None,
    ),
    ("other staff, an adult", Situation("no", "someone_else", ADULT, "leeds", audience="staff", first_responder="no"), None),
]


@pytest.mark.parametrize("now", [DAY, NIGHT], ids=["day", "night"])
@pytest.mark.parametrize(("known", "asked"), [case[1:] for case in ASKED], ids=[case[0] for case in ASKED])
def test_the_questions_of_the_policy(known, asked, now):
    """Danger, person, age and area are asked of everybody; staff their organisation; first responders an adult's consent."""
    assert next_question(known, Asking(), now, DIRECTORY) == asked


@pytest.mark.parametrize("done", [frozenset(slots) for size in (1, 2, 6) for slots in itertools.combinations(ORDER, size)])
def test_what_was_asked_is_not_asked_again(done):
    """A question that was settled, skipped or missed twice is never put again."""
    assert next_question(Situation(), Asking(done=done), DAY, DIRECTORY) not in done


@pytest.mark.parametrize("slot", ORDER)
def test_a_second_dont_know_ends_the_asking(slot):
    """After two "I don't know" nothing more is asked, whatever is still open."""
    open_still = Situation(audience="staff" if slot in ("first_responder", "consent") else "public")
    assert next_question(open_still, Asking(dont_knows=1), DAY, DIRECTORY) is not None
    assert next_question(open_still, Asking(dont_knows=2), DAY, DIRECTORY) is None
    assert next_question(open_still, Asking(dont_knows=3, danger_is_unclear=True), DAY, DIRECTORY) is None


DANGER_OF_STAFF = [
    # audience, is danger unclear, is danger asked
    ("public", False, True),
    ("public", True, True),
    ("staff", False, False),
    ("staff", True, True),
]


@pytest.mark.parametrize(("audience", "is_unclear", "is_asked"), DANGER_OF_STAFF)
def test_staff_are_asked_about_danger_only_if_it_is_unclear(audience, is_unclear, is_asked):
    """A member of staff who reports calmly is spared the question; 999 stands on their list as a condition."""
    question = next_question(Situation(audience=audience), Asking(danger_is_unclear=is_unclear), DAY, DIRECTORY)
    assert (question == "danger") == is_asked


def test_nothing_is_asked_in_danger():
    """Never after danger: whatever is known or unclear, 999 is not delayed by a question."""
    for situation in situations(UNKNOWN_AREA, frozenset()):
        in_danger = replace(situation, danger="yes")
        for asking in (Asking(), Asking(danger_is_unclear=True)):
            assert next_question(in_danger, asking, DAY, DIRECTORY) is None


SAID: dict[str, tuple[Reading, ...]] = {
    "danger": (Reading(danger="yes"), Reading(danger="no")),
    "person": (Reading(person="me"), Reading(person="someone_else")),
    "age_band": tuple(Reading(age_band=frozenset({band})) for band in sorted(AGE_BANDS)),
    "area": (
        *(
            Reading(areas=frozenset({area}))
            for area in ("stockport", "leeds", "wakefield", "elsewhere_england", "wales", "scotland", "outside_uk")
        ),
        Reading(areas=CHEADLE),
    ),
    "first_responder": (Reading(first_responder="yes"), Reading(first_responder="no")),
    "consent": (Reading(consent="yes"), Reading(consent="no")),
}
NOT_SAID = (Reading(answer="dont_know"), Reading())  # "skip" counts as "I don't know": see test_understanding

Asked = tuple[tuple[str, Reading], ...]


def conversations(situation: Situation, asking: Asking, now: dt.datetime, so_far: Asked = ()) -> Iterator[Asked]:
    """Every conversation that can follow: the questions, each with what was said to it."""
    slot = next_question(situation, asking, now, DIRECTORY)
    if slot is None or len(so_far) > 2 * len(ORDER):
        yield so_far
        return
    for said in (*SAID[slot], *NOT_SAID):
        after = take_in(situation, said, slot)
        yield from conversations(after, note_answer(asking, situation, after, said, slot), now, (*so_far, (slot, said)))


BEGINNINGS = [
    ("the public", Situation(), Asking(danger_is_unclear=True)),
    ("staff, danger unclear", Situation(audience="staff", person="someone_else"), Asking(danger_is_unclear=True)),
]


@pytest.mark.parametrize(("situation", "asking"), [case[1:] for case in BEGINNINGS], ids=[case[0] for case in BEGINNINGS])
def test_every_conversation_is_short(situation, asking):
    """Whatever is answered: six slots at most, in order, each put once unless it was missed or narrowed down, and an end."""
    for asked in conversations(situation, asking, DAY):
        slots = [slot for slot, _ in asked]
        assert set(slots) <= set(ORDER)
        assert slots == sorted(slots, key=ORDER.index)
        for (slot, said), (next_slot, _) in itertools.pairwise(asked):
            assert slot != next_slot or said in (Reading(), Reading(areas=CHEADLE))
        assert sum(said.answer is not None for _, said in asked) <= 2
        assert [said for _, said in asked[:-1] if said.danger == "yes"] == []
