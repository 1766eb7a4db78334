"""What a phone is sent, in every language: how many segments, what a locked phone shows, and what waits for MORE."""

import pytest

from bot.directory import load_directory
from bot.languages import FALLBACK, load_languages
from bot.replies import PLACEHOLDER, filled, load_replies
from bot.sms import cost
from bot.texting import MOST_SEGMENTS, pages, plain_marks, width
from bot.words import load_words

REPLIES, WORDS, SERVICES = load_replies(), load_words(), load_directory().services
LANGUAGES = [code for code, language in load_languages().items() if language.has_words or code == FALLBACK]
EACH = pytest.mark.parametrize("language", LANGUAGES)
SHOWN_BY_A_LOCKED_PHONE = 40  # columns
QUESTIONS = ("utter_ask_danger", "utter_ask_person", "utter_ask_age_band", "utter_ask_area")
CARDS = ("stockport-children", "ictg", "police-101", "childline", "nspcc")


def say(language: str):
    """The short words of a language."""
    return lambda id_: plain_marks(WORDS.text(f"phrases/{id_}", language))


def message(name: str, language: str, **more: object) -> dict[str, object]:
    """A reply as the contract's message."""
    values = {name: name for response in REPLIES.responses[name] for name in PLACEHOLDER.findall(response["text"])}
    reply = REPLIES.reply(name, {}, "sms", values, WORDS.catalogue(language))
    urgent = bool(reply.get("custom", {}).get("urgent"))
    return {"text": reply["text"], "urgent": urgent, "buttons": [], "services": [], **more}


def card(service: str, language: str) -> dict[str, object]:
    """A service as the contract's card, as far as a text message needs it; closed, so that its line is as long as can be."""
    known = SERVICES[service]
    phones = [{"number": phone.number, "open_now": False} for phone in known.phones_for("public")]
    hours = filled(WORDS.text("phrases/hours/opens_tomorrow", language), {"time": "09:00", "day": ""})
    name = WORDS.text(f"phrases/short_names/{known.short_name}", language) if known.short_name else None
    return {"id": service, "name": known.name, "short_name": name, "phones": phones, "open_now": False, "hours": hours}


def segments(texts: list[str]) -> int:
    """What texts cost together."""
    return sum(cost(text).segments for text in texts)


@EACH
def test_danger_costs_what_999_needs_and_no_more(language: str):
    """One segment in English, two elsewhere, and three with the English words beside them."""
    urgent = message("utter_danger", language, services=[card("samaritans", language)])
    rest = message("utter_cannot_speak_to_999", language)
    own, waiting = pages([urgent, rest], say(language))
    assert "999" in own[0]
    assert segments(own) <= (1 if language == FALLBACK else 2)
    assert waiting
    both, _ = pages([urgent, message("utter_danger", FALLBACK), rest], say(language))
    assert segments(both) <= 3


@EACH
@pytest.mark.parametrize("name", sorted(REPLIES.responses))
def test_every_page_of_every_reply_has_its_segments(name: str, language: str):
    """Whatever is said is cut between sentences into pages of two segments, three in other alphabets; nothing is lost."""
    for texts in pages([message(name, language)], say(language)):
        for text in texts:
            assert cost(text).segments <= MOST_SEGMENTS[cost(text).alphabet]


@EACH
def test_a_list_begins_with_three_services(language: str):
    """Three lines whom to ring at once, closed and with their hours, and the rest for MORE."""
    listed = message("utter_services", language, services=[card(service, language) for service in CARDS])
    at_once, waiting = pages([listed], say(language))
    numbers = [card(service, language)["phones"][0]["number"] for service in CARDS]  # type: ignore[index]
    sent = [number for number in numbers if number in at_once[0]]
    assert sent == numbers[: len(sent)]
    assert 1 <= len(sent) <= 3
    assert all(number in "\n".join([*at_once, *waiting]) for number in numbers)
    assert say(language)("sms/more") in at_once[0]


@EACH
def test_a_locked_phone_shows_nothing_of_it(language: str):
    """The opening words alone fill what a locked phone shows."""
    at_once, _ = pages([message("utter_ask_danger", language, asks="danger")], say(language))
    assert at_once[0].startswith(say(language)("sms/opening"))
    assert width(say(language)("sms/opening")) >= SHOWN_BY_A_LOCKED_PHONE


@EACH
def test_every_question_fits_with_its_answers(language: str):
    """A question and what can be answered stand on the first page, together."""
    for name in QUESTIONS:
        offered = REPLIES.reply(name, {}, "sms", {}, WORDS.catalogue(language)).get("buttons") or []
        buttons = [{**button, "title": WORDS.text(button["title"].lstrip("@"), language)} for button in offered]
        asked = message(name, language, asks=name.removeprefix("utter_ask_"), buttons=buttons)
        at_once, waiting = pages([asked], say(language))
        assert waiting == [], name
        assert all(plain_marks(button["title"]) in at_once[0] for button in buttons if not button["title"].isdecimal()), name
