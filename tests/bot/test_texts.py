"""Every text that may be shown, by its reference."""

import pytest

from bot.texts import load_texts
from bot.words import load_words

TEXTS = load_texts()
WORDS = load_words()
BY_REFERENCE = {text.reference: text for text in TEXTS}


def test_every_text_has_a_reference_of_its_own():
    """A reference is the context of a translation: two texts never share one."""
    assert len(BY_REFERENCE) == len(TEXTS)


def test_a_reference_leads_to_its_text():
    """What is asked for by reference is what translators were shown; replies have a loader of their own."""
    asked_for = [text for text in TEXTS if not text.reference.startswith("replies/")]
    assert [WORDS.text(text.reference) for text in asked_for] == [text.english for text in asked_for]


@pytest.mark.parametrize(
    ("reference", "is_for_staff"),
    [
        ("replies/utter_danger", False),
        ("replies/utter_services/audience=staff/writes_about=someone_else", True),
        ("replies/utter_practice_story", None),  # nothing but placeholders
        ("replies/utter_practice_right", True),
        ("replies/utter_ask_area/writes_about=me/child_writes=true", False),
        ("replies/utter_greeting/sms", False),
        ("topics/cost/text", False),
        ("topics/staff-nrm/text", True),
        ("topics/section-54/text", True),
        ("services/nrm-online/description", True),
        ("services/stockport-children/child_description", False),
        ("services/stockport-children/staff_description", True),
        ("scenarios/car-wash-taken-by-van/story", True),
        ("indicators/watched/question_me", False),
        ("areas/wales/name", False),
        ("areas/leeds/name", None),  # names of places stay as they are
        ("phrases/buttons/police", True),
        ("page/exit", False),
    ],
)
def test_what_is_translated_into_every_language(reference: str, is_for_staff: bool | None):
    """The public's texts are; those for staff, for businesses and for practice are in English and Welsh alone."""
    text = BY_REFERENCE.get(reference)
    assert (text and text.is_for_staff) == is_for_staff


def test_emergencies_come_first():
    """Whoever translates begins with them."""
    flags = [text.is_emergency for text in TEXTS]
    assert flags == sorted(flags, reverse=True)
    assert BY_REFERENCE["replies/utter_cannot_speak_to_999"].is_emergency
