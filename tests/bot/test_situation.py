"""The situation: what is known of one person at risk, in ids alone."""

from dataclasses import FrozenInstanceError, fields

import pytest
import yaml

from bot.content import PROJECT_FOLDER
from bot.situation import AGE_BANDS, CONCERNS, EXPLOITATIONS, UNKNOWN_AREA, Situation

SLOTS = yaml.safe_load((PROJECT_FOLDER / "domain.yml").read_text(encoding="utf-8"))["slots"]

# Routing policy, section 2.
VALUES = [
    (AGE_BANDS, {"child", "just_18", "adult", "unsure"}),
    (
        EXPLOITATIONS,
        {
            "labour",
            "sexual",
            "domestic_servitude",
            "criminal",
            "organ_removal",
            "forced_marriage",
            "debt_bondage",
            "unclear",
        },
    ),
    (
        CONCERNS,
        {
            "partner_or_relative",
            "missing",
            "county_lines",
            "self_harm",
            "cannot_speak",
            "anonymous",
            "immigration_fear",
        },
    ),
]


@pytest.mark.parametrize(("values", "policy"), VALUES)
def test_the_values_are_those_of_the_policy(values, policy):
    """What a set may hold is what the policy names, no more and no less."""
    assert values == policy


@pytest.mark.parametrize("name", [field.name for field in fields(Situation)])
def test_everything_known_has_a_slot(name):
    """Each part of the situation is a slot of Rasa's domain, and none of them steers Rasa's own predictions."""
    assert SLOTS[name]["influence_conversation"] is False


@pytest.mark.parametrize("name", [field.name for field in fields(Situation)])
def test_a_set_is_a_list_in_rasa_and_anything_else_is_text(name):
    """The slots have the types of what they hold."""
    assert SLOTS[name]["type"] == ("list" if getattr(Situation(), name) == frozenset() else "text")


def test_at_first_nothing_is_known():
    """A new situation claims nothing: no danger, no age, no place, and the public."""
    new = Situation()
    assert (new.danger, new.person, new.first_responder, new.consent) == ("unknown",) * 4
    assert (new.area, new.audience) == (UNKNOWN_AREA, "public")
    assert {getattr(new, field.name) for field in fields(new) if field.name not in SLOTS} == set()
    assert not any((new.age_band, new.area_candidates, new.exploitation, new.indicators, new.denied, new.concerns))


def test_a_situation_is_never_changed_only_replaced():
    """Records are frozen, so that no part of Waymark can change what another one decided upon."""
    with pytest.raises(FrozenInstanceError):
        Situation().danger = "yes"
    assert hash(Situation()) == hash(Situation())
