"""Taking messages in: the situation grows, is corrected, and remembers how the asking went."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading import Reading
from bot.situation import Situation
from bot.understanding import Asking, note_answer, take_in
from tests.bot.test_entities import readings

CHILD, JUST_18, ADULT, UNSURE = (frozenset({band}) for band in ("child", "just_18", "adult", "unsure"))
SLOTS = (None, "danger", "person", "age_band", "area", "first_responder", "consent")


def after(situation: Situation, *messages: Reading, asks: str | None = None) -> Situation:
    """The situation after some messages, each in answer to the same question."""
    for message in messages:
        situation = take_in(situation, message, asks)
    return situation


def places(*codes: str) -> Reading:
    """A message that names places."""
    return Reading(areas=frozenset(codes))


DANGER = [
    # danger before, what the message says, danger after
    ("unknown", None, "unknown"),
    ("unknown", "unclear", "unknown"),
    ("unknown", "yes", "yes"),
    ("unknown", "no", "no"),
    ("unknown", "over", "no"),
    ("no", "yes", "yes"),
    ("no", "unclear", "no"),
    ("no", None, "no"),
    ("yes", None, "yes"),
    ("yes", "unclear", "yes"),
    ("yes", "yes", "yes"),
    ("yes", "no", "yes"),  # "not urgent" is no word of safety
    ("yes", "over", "unknown"),
]


@pytest.mark.parametrize(("before", "says", "danger"), DANGER)
def test_danger_stays_until_the_person_says_it_is_over(before, says, danger):
    """Danger is taken in from any message, and only that it is over takes it back; 999 then stays as a condition."""
    assert after(Situation(danger=before), Reading(danger=says)).danger == danger


@given(readings, st.sampled_from(SLOTS))
def test_nothing_but_words_of_safety_clears_danger(message: Reading, asks: str | None):
    """Whatever else a message says, whatever was asked: danger stays."""
    cleared = after(Situation(danger="yes"), message, asks=asks).danger != "yes"
    assert cleared == (message.danger == "over")


AGES = [
    # ages before, ages said, is it a correction, what was asked, ages after
    (frozenset(), CHILD, False, None, CHILD),
    (CHILD, ADULT, False, None, CHILD | ADULT),  # several people
    (CHILD, ADULT, False, "area", CHILD | ADULT),
    (CHILD, ADULT, True, None, ADULT),  # "no, she is 19"
    (CHILD | ADULT, JUST_18, True, None, JUST_18),
    (UNSURE, ADULT, False, "age_band", ADULT),  # an answer to our question settles it
    (CHILD, CHILD | ADULT, False, "age_band", CHILD | ADULT),
    (CHILD, frozenset(), True, None, CHILD),  # a correction of something else
    (CHILD, frozenset(), False, "age_band", CHILD),
    (CHILD, frozenset(), False, None, CHILD),
]


@pytest.mark.parametrize(("before", "said", "corrects", "asks", "ages"), AGES)
def test_ages_add_up_unless_they_are_corrected(before, said, corrects, asks, ages):
    """Several people may be at risk: ages add up; a correction, or an answer to "how old?", replaces them."""
    message = Reading(age_band=said, is_correction=corrects)
    assert after(Situation(age_band=before), message, asks=asks).age_band == ages


PERSONS = [
    # person before, audience, person said, audience said, is it a correction, what was asked, person after
    ("unknown", "public", None, None, False, None, "unknown"),
    ("unknown", "public", "me", None, False, None, "me"),
    ("me", "public", "someone_else", None, False, None, "me"),  # "she" in one's own story is no new person at risk
    ("someone_else", "public", "me", None, False, None, "someone_else"),
    ("someone_else", "public", "me", None, True, None, "me"),
    ("me", "public", "someone_else", None, True, None, "someone_else"),
    ("someone_else", "public", "me", None, False, "person", "me"),
    ("me", "public", None, None, True, None, "me"),
    ("unknown", "staff", None, None, False, None, "someone_else"),
    ("unknown", "public", None, "staff", False, None, "someone_else"),
    ("unknown", "staff", "me", None, False, None, "me"),  # staff can be at risk themselves
    ("me", "public", None, "staff", False, None, "me"),
]


@pytest.mark.parametrize(("before", "audience", "said", "audience_said", "corrects", "asks", "person"), PERSONS)
def test_the_person_at_risk_is_kept_until_corrected(before, audience, said, audience_said, corrects, asks, person):
    """Who is at risk is kept once known, replaced by a correction or an answer; staff write about somebody else."""
    message = Reading(person=said, audience=audience_said, is_correction=corrects)
    assert after(Situation(person=before, audience=audience), message, asks=asks).person == person


AREAS = [
    # area and candidates before, places said, is it a correction, what was asked, area and candidates after
    ("unknown", (), ("leeds",), False, None, "leeds", ()),
    ("leeds", (), ("bradford",), False, None, "leeds", ()),  # where the writer is, or somebody came from
    ("leeds", (), ("bradford",), True, None, "bradford", ()),
    ("leeds", (), ("bradford",), False, "area", "bradford", ()),
    ("leeds", (), (), True, None, "leeds", ()),
    ("unknown", (), ("stockport", "staffordshire"), False, None, "unknown", ("staffordshire", "stockport")),
    ("unknown", ("staffordshire", "stockport"), ("stockport",), False, "area", "stockport", ()),
    ("unknown", ("staffordshire", "stockport"), ("stockport",), False, None, "stockport", ()),
    (  # two names have one place in common
        "unknown",
        ("halton", "leeds", "stockport"),
        ("halton", "leeds", "kirklees"),
        False,
        None,
        "unknown",
        ("halton", "leeds"),
    ),
    ("unknown", ("halton", "leeds"), ("leeds", "kirklees"), False, "area", "leeds", ()),
    ("unknown", ("staffordshire", "stockport"), ("leeds",), False, "area", "leeds", ()),  # neither of them after all
    ("unknown", ("staffordshire", "stockport"), (), False, "area", "unknown", ("staffordshire", "stockport")),
    ("leeds", (), ("stockport", "staffordshire"), True, None, "unknown", ("staffordshire", "stockport")),
]


@pytest.mark.parametrize(("area", "candidates", "said", "corrects", "asks", "area_after", "candidates_after"), AREAS)
def test_a_place_is_kept_and_candidates_narrow_down(area, candidates, said, corrects, asks, area_after, candidates_after):
    """A place once known is kept unless corrected or asked for; a name of several places is narrowed down by the next."""
    before = Situation(area=area, area_candidates=frozenset(candidates))
    told = after(before, replace(places(*said), is_correction=corrects), asks=asks)
    assert (told.area, tuple(sorted(told.area_candidates))) == (area_after, candidates_after)


GROWS = ["exploitation", "indicators", "concerns"]


@pytest.mark.parametrize("name", GROWS)
def test_kinds_signs_and_concerns_add_up(name):
    """What was said of exploitation, signs and worries is kept, and more is added to it."""
    told = after(Situation(), *(Reading(**{name: frozenset({value})}) for value in ("one", "two")), Reading())
    assert getattr(told, name) == {"one", "two"}


LAST_WORD = [("first_responder", "yes", "no"), ("consent", "no", "yes"), ("audience", "staff", "public")]


@pytest.mark.parametrize(("name", "first", "second"), LAST_WORD)
def test_the_last_word_counts(name, first, second):
    """An organisation, a consent or a role is what was said last; silence changes nothing."""
    told = after(Situation(), Reading(**{name: first}), Reading(**{name: second}), Reading())
    assert getattr(told, name) == second


@given(st.lists(readings, max_size=4), st.sampled_from(SLOTS))
def test_a_message_that_says_nothing_changes_nothing(messages: list[Reading], asks: str | None):
    """An empty message leaves the situation as it is; staff's "somebody else" aside, which follows from their role."""
    situation = after(Situation(), *messages, asks=asks)
    assert after(situation, Reading(), asks=asks) == situation


@given(st.lists(readings, max_size=4), st.sampled_from(SLOTS))
def test_the_area_is_either_known_or_open(messages: list[Reading], asks: str | None):
    """There are candidates only while the area is not known, and never a single one."""
    situation = after(Situation(), *messages, asks=asks)
    assert situation.area == "unknown" or not situation.area_candidates
    assert len(situation.area_candidates) != 1


def noted(asks: str | None, message: Reading, asking: Asking | None = None, before: Situation | None = None) -> Asking:
    """How the asking stands after a message in answer to a question."""
    before = before or Situation()
    return note_answer(asking or Asking(), before, take_in(before, message, asks), message, asks)


ANSWERED = [
    ("danger", Reading(danger="yes")),
    ("danger", Reading(danger="no")),
    ("person", Reading(person="me")),
    ("age_band", Reading(age_band=UNSURE)),
    ("area", places("leeds")),
    ("area", places("stockport", "staffordshire")),  # it narrowed something down: they are asked which one
    ("first_responder", Reading(first_responder="no")),
    ("consent", Reading(consent="yes")),
]


@pytest.mark.parametrize(("asks", "message"), ANSWERED)
def test_an_answer_is_no_miss(asks, message):
    """A question that was answered counts neither as missed nor as not known."""
    told = noted(asks, message)
    assert (told.missed, told.dont_knows) == (frozenset(), 0)
    assert told.done <= {"danger"}


QUESTIONS = ["danger", "person", "age_band", "area", "first_responder", "consent"]


@pytest.mark.parametrize("answer", ["dont_know", "skip"])
@pytest.mark.parametrize("asks", QUESTIONS)
def test_what_is_not_known_is_not_asked_again(asks, answer):
    """ "I don't know" and "skip" end a question at once, and are counted."""
    told = noted(asks, Reading(answer=answer))
    assert told == Asking(done=frozenset({asks}), dont_knows=1)
    assert noted("person" if asks != "person" else "area", Reading(answer=answer), told).dont_knows == 2


@pytest.mark.parametrize("asks", [slot for slot in QUESTIONS if slot != "danger"])
def test_a_question_is_put_twice_at_most(asks):
    """An answer that was not understood is asked for once more, and then no more."""
    once = noted(asks, Reading())
    assert once == Asking(missed=frozenset({asks}))
    twice = noted(asks, Reading(), once)
    assert twice.done == {asks}
    assert twice.dont_knows == 0


def test_which_of_two_places_is_asked_once():
    """Somebody who says the same district again knows no better; then both front doors are shown."""
    either = Situation(area_candidates=frozenset({"bradford", "leeds"}))
    told = note_answer(Asking(), either, either, Reading(areas=either.area_candidates), "area")
    assert told.done == frozenset({"area"})


def test_danger_is_asked_about_once():
    """An answer that tells nothing ends it: 999 stands on the list as a condition from here on."""
    assert noted("danger", Reading()).done == {"danger"}


def test_a_dont_know_that_answers_nothing_is_not_counted():
    """Somebody who says "I don't know" without being asked has not yet refused a question."""
    assert noted(None, Reading(answer="dont_know")) == Asking()


def test_an_answer_with_a_dont_know_in_it_is_an_answer():
    """Who is not sure and still answers has answered."""
    assert noted("age_band", Reading(age_band=UNSURE, answer="dont_know")) == Asking()


NOTES_ON_DANGER = [
    # what the message says, is danger settled, is it unclear
    ("unclear", False, True),
    ("no", True, False),
    ("over", True, False),
    ("yes", False, False),
    (None, False, False),
]


@pytest.mark.parametrize(("says", "is_settled", "is_unclear"), NOTES_ON_DANGER)
def test_danger_is_asked_about_until_it_is_settled(says, is_settled, is_unclear):
    """Harm without a time makes danger unclear; "no" and "over" settle it, so that it is not asked again."""
    told = noted(None, Reading(danger=says))
    assert ("danger" in told.done, told.danger_is_unclear) == (is_settled, is_unclear)


def test_what_was_unclear_stays_so():
    """A calm message after a worrying one makes nothing clear."""
    assert noted(None, Reading(), Asking(danger_is_unclear=True)).danger_is_unclear


def test_every_part_of_the_situation_can_be_learnt():
    """Each part of a situation changes with some message: none was forgotten."""
    told = [
        Reading(danger="yes", person="me", age_band=CHILD, areas=frozenset({"leeds"}), audience="staff"),
        Reading(first_responder="yes", consent="no", exploitation=frozenset({"labour"}), indicators=frozenset({"a"})),
        Reading(concerns=frozenset({"missing"}), not_indicators=frozenset({"b"})),
        Reading(indicators=frozenset({"c"}), is_past=True),
    ]
    known = after(Situation(), *told)
    changed = {field.name for field in fields(Situation) if getattr(known, field.name) != getattr(Situation(), field.name)}
    assert changed == {field.name for field in fields(Situation)} - {"area_candidates"}


def test_nobody_is_asked_the_same_for_ever():
    """Two questions of the person's own leave ours open; after a third in a row we go on without an answer."""
    asking = Asking()
    for _ in range(2):
        asking = note_answer(asking, Situation(), Situation(), Reading(), "area", interrupts=True)
        assert "area" not in asking.done
    assert "area" in note_answer(asking, Situation(), Situation(), Reading(), "area", interrupts=True).done


def test_an_answer_ends_the_counting_of_interruptions():
    """Interruptions count only in a row."""
    before, answered = Asking(interruptions=2), Situation(area="leeds")
    assert note_answer(before, Situation(), answered, Reading(areas=frozenset({"leeds"})), "area").interruptions == 0


ONE, OTHER = frozenset({"watched"}), frozenset({"papers-held"})
BOTH, NONE = ONE | OTHER, frozenset[str]()
SIGNS = [
    # noted before, denied before, what the message says, noted after, denied after
    (BOTH, NONE, Reading(not_indicators=ONE), OTHER, ONE),
    (NONE, NONE, Reading(not_indicators=ONE), NONE, ONE),  # before anybody noted it
    (OTHER, ONE, Reading(), OTHER, ONE),
    (NONE, BOTH, Reading(indicators=ONE), ONE, OTHER),  # told of after all
    (NONE, BOTH, Reading(not_denied=ONE), NONE, OTHER),  # open again: a no that is taken back is no yes
    (ONE, NONE, Reading(not_denied=ONE), ONE, NONE),
    (NONE, NONE, Reading(indicators=ONE, not_indicators=ONE), NONE, ONE),
]


@pytest.mark.parametrize(("noted_before", "denied_before", "says", "noted_after", "denied_after"), SIGNS)
def test_a_sign_is_denied_and_told_of(noted_before, denied_before, says, noted_after, denied_after):
    """What the person says is not so is kept as denied, until they tell of it or take the denial back."""
    told = after(Situation(indicators=noted_before, denied=denied_before), says)
    assert (told.indicators, told.denied) == (noted_after, denied_after)


PAST_SIGNS = [
    # noted before, past before, what the message says, past after
    (NONE, NONE, Reading(indicators=ONE, is_past=True), ONE),
    (NONE, NONE, Reading(indicators=ONE), NONE),
    (OTHER, NONE, Reading(indicators=ONE, is_past=True), ONE),  # only what this message tells of
    (BOTH, BOTH, Reading(indicators=ONE), OTHER),  # it goes on after all
    (ONE, NONE, Reading(indicators=ONE, is_past=True), ONE),  # it is past after all
    (BOTH, BOTH, Reading(not_indicators=ONE), OTHER),
    (BOTH, BOTH, Reading(is_past=True), BOTH),
]


@pytest.mark.parametrize(("noted_before", "past_before", "says", "past_after"), PAST_SIGNS)
def test_a_sign_is_past_as_it_was_told_of_last(noted_before, past_before, says, past_after):
    """A sign stays noted when it is past; the last that was told of it says whether it is."""
    told = after(Situation(indicators=noted_before, past=past_before), says)
    assert told.past == past_after
    assert told.indicators == (noted_before | says.indicators) - says.not_indicators


@given(st.lists(readings, max_size=4))
def test_no_sign_is_noted_and_denied(messages: list[Reading]):
    """Whatever is said in whatever order, a sign is one or the other, or neither; and what is past was noted."""
    told = after(Situation(), *messages)
    assert not told.indicators & told.denied
    assert told.past <= told.indicators
