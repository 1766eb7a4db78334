"""The walk through the signs: what is asked next, what an answer does, and what was noticed."""

import datetime as dt
from typing import Any

import pytest

from bot.indicators import Indicator, Setting
from bot.reading import Reading
from bot.situation import Situation
from bot.sources import Source
from bot.walk import Walk, begin, go_on, has_few_signs, kinds_noticed, next_indicator, note, speaks_of_harm

SOURCE = Source(claim="it", source="https://example.org", source_date=None, seen=dt.date(2026, 11, 21), grade="B")
NOBODY = Situation()


def sign(name: str, **said: Any) -> Indicator:
    """A sign with what matters here."""
    words = dict.fromkeys(("question", "question_me", "sign", "sign_me", "explanation"), name)
    usual = {"kinds": (), "settings": (), "about": "anyone", "leads_to": (), "weight": 3, "sources": (SOURCE,)}
    facts = {"id": name, **words, **usual, "next_review": dt.date(2027, 5, 21), **said}
    return Indicator(**{**facts, "kinds": frozenset(facts["kinds"]), "settings": frozenset(facts["settings"])})


def signs(*all_of_them: Indicator) -> dict[str, Indicator]:
    """Signs by id."""
    return {indicator.id: indicator for indicator in all_of_them}


def setting(*first: str) -> dict[str, Setting]:
    """A farm that opens with these signs."""
    return {"farm": Setting(id="farm", name="A farm", first=first, sources=(SOURCE,))}


def asked(
    walk: Walk, known: dict[str, Indicator], places: dict[str, Setting], answer: str, situation: Situation = NOBODY
) -> list[str]:
    """Every sign that is asked about if each answer is the same."""
    while (found := next_indicator(walk, situation, known, places)) is not None:
        walk = walk.answered(found, answer)
    return [indicator for indicator, _ in walk.answers]


MANY = signs(*(sign(f"s{number:02}") for number in range(20)))


def test_a_setting_opens_with_its_own_signs():
    """What can be seen first at a place is asked first."""
    assert asked(Walk("farm"), MANY, setting("s07", "s03"), "no")[:2] == ["s07", "s03"]


def test_six_questions_are_enough_when_nothing_was_noticed():
    """Nobody is held up who noticed nothing."""
    assert len(asked(Walk("farm"), MANY, setting(), "no")) == 6


def test_never_more_than_ten_questions():
    """However much was noticed, there is an end."""
    leading = signs(*(sign(f"s{number:02}", leads_to=(f"s{number + 1:02}",)) for number in range(20)), sign("s20"))
    assert len(asked(Walk("farm"), leading, setting(), "yes")) == 10


def test_a_yes_leads_to_what_often_goes_with_it():
    """Early answers steer the later ones."""
    known = signs(sign("a", leads_to=("z",), weight=5), sign("m", weight=5), sign("z", weight=1))
    assert asked(Walk("any"), known, {}, "yes")[:2] == ["a", "z"]
    assert asked(Walk("any"), known, {}, "no")[:2] == ["a", "m"]


def test_what_belongs_elsewhere_is_not_asked():
    """A sign of another place is left out; one of no place in particular is asked everywhere."""
    known = signs(sign("here", settings=("farm",)), sign("there", settings=("hotel",)), sign("anywhere"))
    assert set(asked(Walk("farm"), known, setting(), "no")) == {"here", "anywhere"}


def test_a_kind_is_walked_through_with_its_own_and_the_general_signs():
    """Signs of other kinds are left out, and its own come first."""
    own = [sign(f"own{number}", kinds=("labour",)) for number in range(4)]
    known = signs(*own, sign("other", kinds=("sexual",)), sign("general", weight=5))
    assert asked(Walk("labour"), known, {}, "no") == ["own0", "own1", "own2", "own3", "general"]


def test_a_kind_with_few_signs_uses_the_general_ones():
    """Under four sourced signs: the general ones."""
    known = signs(sign("own", kinds=("labour",)), sign("general"))
    assert has_few_signs("labour", known)
    assert asked(Walk("labour"), known, {}, "no") == ["general"]


def test_a_child_is_asked_about_as_a_child():
    """A sign of children is not asked of an adult, but where the age is unknown or unsure."""
    known = signs(sign("school", about="child"))
    assert asked(Walk("any"), known, {}, "no", Situation(age_band=frozenset({"adult"}))) == []
    assert asked(Walk("any"), known, {}, "no", Situation(age_band=frozenset({"unsure"}))) == ["school"]
    assert asked(Walk("any"), known, {}, "no") == ["school"]


def test_what_was_said_before_is_not_asked_again():
    """A sign that is noted already is passed over."""
    known = signs(sign("told"), sign("new"))
    assert asked(Walk("any"), known, {}, "no", Situation(indicators=frozenset({"told"}))) == ["new"]


def test_nothing_is_asked_twice_in_other_words():
    """What was denied in general is not asked in particular; what was noticed in particular is not asked in general."""
    known = signs(sign("general", weight=5), sign("particular", broader="general"))
    assert asked(Walk("any"), known, {}, "no") == ["general"]
    known = signs(sign("general", weight=1), sign("particular", broader="general", weight=5))
    assert asked(Walk("any"), known, {}, "yes") == ["particular"]


def test_what_was_denied_before_is_not_asked_again():
    """A sign that the person said no to is passed over in a later walk, in other words too."""
    known = signs(sign("no"), sign("particular", broader="no"), sign("new"))
    assert asked(Walk("any"), known, {}, "yes", Situation(denied=frozenset({"no"}))) == ["new"]


def test_a_walk_begins_where_the_person_says():
    """A place before a kind, and the general signs where neither is named."""
    assert begin(Reading(settings=frozenset({"farm"}), exploitation=frozenset({"labour"}))) == Walk("farm")
    assert begin(Reading(exploitation=frozenset({"labour"}))) == Walk("labour")
    assert begin(Reading()) == Walk("any")


def test_answers_are_taken_and_taken_back():
    """Yes, no, and one step back; anything else counts as not sure, so that nobody is held up."""
    known = signs(sign("a"), sign("b", broader="a"))
    walk = go_on(Walk("any"), "a", Reading(answer="yes"), known)
    assert walk.noticed == ("a",)
    assert go_on(walk, "b", Reading(answer="no"), known).answers == (("a", "yes"), ("b", "no"))
    assert go_on(walk, "b", Reading(answer="back"), known) == Walk("any")
    assert go_on(walk, "b", Reading(), known).answers[-1] == ("b", "dont_know")
    assert go_on(walk, "b", Reading(indicators=frozenset({"a"})), known).answers[-1] == ("b", "yes")


def test_what_is_noticed_is_noted_and_going_back_takes_it_away():
    """The walk fills the situation, with what a yes says besides, and empties it again."""
    known = signs(sign("a", concern="self_harm", age_band="unsure"))
    before, after = Walk("any"), Walk("any", (("a", "yes"),))
    noted = note(NOBODY, before, after, known)
    assert (noted.indicators, noted.concerns, noted.age_band) == ({"a"}, {"self_harm"}, {"unsure"})
    assert note(noted, after, before, known).indicators == frozenset()


BOTH_ASKED = (("a", "no"), ("b", "dont_know"))
DENIALS = [
    # noted and denied before the answer, the answers before and after it, noted and denied after it
    ((), (), (), (("a", "no"),), (), {"a"}),
    ((), {"b"}, (), (("a", "no"),), (), {"a", "b"}),
    ((), (), (), (("a", "yes"),), {"a"}, ()),
    ((), (), (), (("a", "dont_know"),), (), ()),
    ((), {"a"}, (), (("a", "yes"),), {"a"}, ()),  # a yes takes the denial back
    ((), {"a"}, (("a", "no"),), (), (), ()),  # so does going back
    ((), {"a"}, (("a", "no"),), BOTH_ASKED, (), {"a"}),
    ((), {"a"}, BOTH_ASKED, (("a", "no"),), (), {"a"}),  # going back over another answer
    ({"a"}, (), (("a", "yes"),), (), (), ()),
    ({"a"}, (), (), (("a", "no"),), {"a"}, ()),  # told of in the same message: no clear no
    ({"a"}, (), (("a", "no"),), BOTH_ASKED, {"a"}, ()),  # told of since
    ((), (), (("a", "no"),), BOTH_ASKED, (), ()),  # taken back since
]


@pytest.mark.parametrize(("noted", "denied", "before", "after", "noted_after", "denied_after"), DENIALS)
def test_a_no_denies_a_sign_until_it_is_taken_back(noted, denied, before, after, noted_after, denied_after):
    """A no is kept as such; a yes, going back and telling of the sign take it back; no sign is both."""
    situation = Situation(indicators=frozenset(noted), denied=frozenset(denied))
    told = note(situation, Walk("any", before), Walk("any", after), signs(sign("a"), sign("b")))
    assert (told.indicators, told.denied) == (set(noted_after), set(denied_after))


def test_an_age_that_is_known_is_kept():
    """A sign that makes one unsure of the age does not overrule what was said."""
    known = signs(sign("a", age_band="unsure"))
    noted = note(Situation(age_band=frozenset({"adult"})), Walk("any"), Walk("any", (("a", "yes"),)), known)
    assert noted.age_band == {"adult"}


def test_a_sign_of_harm_has_us_ask_about_danger():
    """A yes to such a sign never becomes danger by itself, and is never passed over."""
    known = signs(sign("hit", danger_is_unclear=True), sign("tired"))
    assert speaks_of_harm(Walk("any"), Walk("any", (("hit", "yes"),)), known)
    assert not speaks_of_harm(Walk("any"), Walk("any", (("hit", "no"),)), known)
    assert not speaks_of_harm(Walk("any"), Walk("any", (("tired", "yes"),)), known)


def test_a_kind_is_named_by_several_signs_or_by_the_person():
    """One sign names no kind; two do; the kind that was walked through is named as soon as anything was noticed."""
    known = signs(sign("a", kinds=("labour",)), sign("b", kinds=("labour", "sexual")), sign("c"))
    assert kinds_noticed(Walk("any", (("a", "yes"),)), known) == frozenset()
    assert kinds_noticed(Walk("any", (("a", "yes"), ("b", "yes"))), known) == {"labour"}
    assert kinds_noticed(Walk("forced_marriage", (("c", "yes"),)), known) == {"forced_marriage"}
    assert kinds_noticed(Walk("forced_marriage", (("c", "no"),)), known) == frozenset()
