"""Every response of `domain.yml`: that it exists where it is needed, and that it can be sent as it stands."""

import itertools
import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
import yaml

from bot.advice import advice
from bot.content import PROJECT_FOLDER
from bot.directory import load_directory
from bot.payloads import entities
from bot.replies import load_replies
from bot.routing import Condition, Note
from bot.situation import CONCERNS, QUESTIONS, Situation
from bot.topics import find_topic, load_topics
from bot.words import load_words

DOMAIN = yaml.safe_load((PROJECT_FOLDER / "domain.yml").read_text(encoding="utf-8"))
REPLIES = load_replies()
DIRECTORY = load_directory()
WORDS = load_words()
TOPICS = load_topics(PROJECT_FOLDER / "data" / "topics")
# What the actions fill in, by response.
FILLED_IN = {
    "utter_topic": {"words"},
    "utter_ask_indicator": {"question"},
    "utter_signs_noticed": {"signs", "kinds"},
    "utter_signs_noticed_of_any_kind": {"signs"},
    "utter_notes": {"notes"},
    "utter_document": {"words"},
    "utter_call_card_short": {"words"},
    "utter_practice_story": {"story", "question"},
    "utter_practice_right": {"feedback"},
    "utter_practice_other": {"feedback"},
    "utter_practice_score": {"right", "all"},
}
VARIATIONS = [
    (f"{name}[{number}]", name, variation)
    for name, variations in REPLIES.responses.items()
    for number, variation in enumerate(variations)
]
EACH = pytest.mark.parametrize(
    ("name", "variation"), [(name, told) for _, name, told in VARIATIONS], ids=[label for label, _, _ in VARIATIONS]
)

# HTTP contract: what a message may ask for.
MAY_BE_ASKED = {
    "danger",
    "person",
    "age_band",
    "area",
    "audience",
    "first_responder",
    "consent",
    "exploitation",
    "indicator",
    "language",
}
# HTTP contract: before the list is settled these alone may stand on a question.
MAY_STAND_ON_A_QUESTION = {"emergency-999", "modern-slavery-helpline", "childline"}
# Said by name from Python.
SAID_BY_THE_PROGRAM = [
    "utter_greeting",
    "utter_greeting_staff",
    "utter_not_a_report",
    "utter_danger",
    "utter_danger_abroad",
    "utter_cannot_speak_to_999",
    "utter_when_safe",
    "utter_still_in_danger",
    "utter_danger_by_gateway",
    "utter_safe_reply",
    "utter_gone",
    "utter_too_long",
    "utter_too_many",
    "utter_not_readable",
    "utter_self_harm",
    "utter_services",
    "utter_ask_which_area",
    "utter_nlu_fallback",
    "utter_restart",
    "utter_forget_me",
]
ANSWERS_WHEN_NOTHING_WORKS = ["utter_safe_reply", "utter_gone", "utter_too_long", "utter_too_many", "utter_not_readable"]


def custom(variation: dict[str, Any]) -> dict[str, Any]:
    """What a variation holds for the program."""
    return variation.get("custom") or {}


def services(variation: dict[str, Any]) -> dict[str, str | None]:
    """The services on a variation, each with its condition."""
    return {entry["id"]: entry.get("condition") for entry in custom(variation).get("services", ())}


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [sentence for sentence in re.split(r"(?<=[.!?])\s+|\n", text) if sentence.strip()]


def intents_of_rules(topic: str) -> set[str]:
    """Every intent that the rules of a topic answer."""

    def found(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            yield from [value["intent"]] if "intent" in value else []
            yield from itertools.chain.from_iterable(map(found, value.values()))
        elif isinstance(value, list):
            yield from itertools.chain.from_iterable(map(found, value))

    return set(found(yaml.safe_load((PROJECT_FOLDER / "data" / "rules" / f"{topic}.yml").read_text(encoding="utf-8"))))


INTENTS = {intent if isinstance(intent, str) else next(iter(intent)) for intent in DOMAIN["intents"]}
ANSWERED = sorted(intents_of_rules("questions"))


@pytest.mark.parametrize("intent", ANSWERED)
def test_every_question_has_an_answer(intent):
    """Each intent that the rules answer is one of the domain, Rasa's own fallback aside, and has a topic or a response."""
    assert intent in INTENTS | {"nlu_fallback"}
    assert (find_topic(intent, None, TOPICS) is None) == (f"utter_{intent}" in REPLIES.responses)


@pytest.mark.parametrize("name", SAID_BY_THE_PROGRAM)
def test_what_the_program_says_by_name_exists(name):
    """No reply of the program is without words, even where nothing is known of the conversation."""
    assert REPLIES.reply(name, {}, "web", {})["text"]


@pytest.mark.parametrize("slot", QUESTIONS)
def test_every_question_of_the_triage_has_words_and_asks_for_its_slot(slot):
    """Each slot of the triage is asked for by a response of its name, in every variation."""
    assert [custom(variation).get("asks") for variation in REPLIES.responses[f"utter_ask_{slot}"]] == [slot] * len(
        REPLIES.responses[f"utter_ask_{slot}"]
    )


ANSWERS = ("yes", "no", "unknown")


@pytest.mark.parametrize("area", ["unknown", *DIRECTORY.areas])
def test_every_advice_has_words(area):
    """Whatever the situation: each id of what is said with a list has a response of its name."""
    ages = [frozenset(), *map(frozenset, itertools.combinations(("child", "just_18", "adult", "unsure"), 1))]
    ages += [frozenset({"child", "adult"}), frozenset({"unsure", "just_18"})]
    concerns = [frozenset(), frozenset(CONCERNS), frozenset({"cannot_speak"}), frozenset({"immigration_fear"})]
    kinds = [frozenset(), frozenset({"forced_marriage"})]
    persons = ("me", "someone_else", "unknown")
    product = itertools.product(ANSWERS, persons, ages, ("public", "staff"), ANSWERS, ANSWERS, kinds, concerns)
    said = {
        sentence
        for danger, person, age, audience, first_responder, consent, kind, concern in product
        for sentence in advice(
            Situation(
                danger=danger,
                person=person,
                age_band=age,
                area=area,
                audience=audience,
                first_responder=first_responder,
                consent=consent,
                exploitation=kind,
                concerns=concern,
            ),
            DIRECTORY,
        )
    }
    assert said
    assert {f"utter_advice_{sentence}" for sentence in said} <= set(REPLIES.responses)


@EACH
def test_it_can_be_sent_as_it_stands(name: str, variation: dict[str, Any]):
    """There is text, without a placeholder that nobody fills and without markup."""
    titles = [WORDS.text(button["title"]) for button in variation.get("buttons", ())]
    assert set(re.findall(r"\{(\w+)\}", variation["text"])) == FILLED_IN.get(name, set())
    for text in (re.sub(r"\{\w+\}", "words", variation["text"]), *titles):
        assert text.strip()
        assert not re.search(r"[{}<>\[\]*_#]|https?:", text)
    assert set(variation) <= {"text", "buttons", "custom", "condition", "channel"}
    assert set(custom(variation)) <= {"asks", "services", "urgent", "forget", "decoy"}


@EACH
def test_its_sentences_are_short(name: str, variation: dict[str, Any]):
    """No sentence has more than 25 words."""
    assert [sentence for sentence in sentences(variation["text"]) if len(sentence.split()) > 25] == []


@EACH
def test_it_asks_for_a_slot_of_the_contract(name: str, variation: dict[str, Any]):
    """What a reply asks for is one of the contract's slots."""
    assert custom(variation).get("asks", "danger") in MAY_BE_ASKED


@EACH
def test_its_services_exist(name: str, variation: dict[str, Any]):
    """Every service on a reply is in the directory, once, with a condition or a note that has words."""
    listed = custom(variation).get("services", ())
    assert {entry["id"] for entry in listed} <= set(DIRECTORY.services)
    assert len({entry["id"] for entry in listed}) == len(listed)
    for entry in listed:
        assert set(entry) <= {"id", "condition", "note"}
        assert entry.get("condition") in (None, *get_args(Condition))
        assert entry.get("note") in (None, *get_args(Note))


@EACH
def test_a_question_shows_only_what_may_stand_before_the_list(name: str, variation: dict[str, Any]):
    """With a question stand the helpline, Childline for a child, and 999 as a condition: nothing else, and never in danger."""
    if "asks" in custom(variation):
        assert set(services(variation)) <= MAY_STAND_ON_A_QUESTION
        assert services(variation).get("emergency-999", "if_danger") == "if_danger"
        assert not custom(variation).get("urgent")


@EACH
def test_its_conditions_are_slots_of_the_domain(name: str, variation: dict[str, Any]):
    """A variation depends on slots that exist; a slip there would leave it unsaid for ever."""
    for condition in variation.get("condition", ()):
        assert condition["type"] == "slot"
        assert condition["name"] in DOMAIN["slots"]


@EACH
def test_its_buttons_say_something_we_understand(name: str, variation: dict[str, Any]):
    """A button's payload is an intent of the domain, with values for entities of the domain, and two are never alike."""
    payloads = [button["payload"] for button in variation.get("buttons", ())]
    for payload in payloads:
        assert re.match(r"/(\w+)", payload)[1] in INTENTS
        assert {entity["entity"] for entity in entities(payload)} <= set(DOMAIN["entities"])
    titles = [button["title"] for button in variation.get("buttons", ())]
    assert len(set(titles)) == len(titles)


DANGER = [
    (name, variation)
    for _, name, variation in VARIATIONS
    if custom(variation).get("urgent") or custom(variation).get("asks") == "danger" or "danger" in name or "999" in name
]


@pytest.mark.parametrize(("name", "variation"), DANGER, ids=[name for name, _ in DANGER])
def test_every_word_of_danger_names_999(name: str, variation: dict[str, Any]):
    """A reply to danger, and the question about it, has 999 on that very message; an urgent one says it in words."""
    assert "999" in variation["text"] or "emergency-999" in services(variation)
    assert not custom(variation).get("urgent") or "999" in variation["text"]


URGENT = ["utter_danger", "utter_danger_abroad", "utter_danger_by_gateway"]


def test_only_a_danger_reply_is_urgent():
    """Urgent is said only because of what the person wrote: of the danger replies, and of nothing else."""
    assert sorted({name for _, name, told in VARIATIONS if custom(told).get("urgent")}) == sorted(URGENT)


@pytest.mark.parametrize("name", [name for name in REPLIES.responses if name.startswith(("utter_danger", "utter_still"))])
def test_a_danger_reply_asks_nothing(name):
    """No question stands between a person in danger and 999."""
    for variation in REPLIES.responses[name]:
        assert "asks" not in custom(variation)
        assert "?" not in variation["text"]


@pytest.mark.parametrize("name", ANSWERS_WHEN_NOTHING_WORKS)
def test_when_something_fails_two_numbers_are_left(name):
    """Whatever fails, 999 and the helpline stand on the answer."""
    for variation in REPLIES.responses[name]:
        assert services(variation) == {"emergency-999": "if_danger", "modern-slavery-helpline": None}


NUMBERS_OF_THE_DIRECTORY = {
    re.sub(r"\D", "", phone.number) for service in DIRECTORY.services.values() for phone in service.phones
}


@EACH
def test_every_number_in_words_is_in_the_directory(name: str, variation: dict[str, Any]):
    """A number that a reply says in words is one of the directory's."""
    told = {re.sub(r"\D", "", number) for number in re.findall(r"\d[\d ]*\d", variation["text"])}
    assert {number for number in told if len(number) >= 3} <= NUMBERS_OF_THE_DIRECTORY


NEVER = [
    r"\b45 days\b",
    r"\byou are (not )?a victim\b",
    r"\bwe promise\b|\bguarantee",
    r"\bare you a first responder\b",
    r"\byour (full )?name\?|\byour address\b|\byour (phone )?number\b",
    r"\bfollow (him|her|them)\b|\bconfront\b|\brescue\b|\bphotograph",
    r"\b(reported|passed on|sent) (it|this|your)\b|\bhas been (reported|passed on)\b",
]


@EACH
@pytest.mark.parametrize("words", NEVER)
def test_what_is_never_said(name: str, variation: dict[str, Any], words: str):
    """No verdict, no promise, no demand to act alone, no question for a name, and nothing that looks like a report made."""
    assert not re.search(words, variation["text"], re.IGNORECASE)


@pytest.mark.parametrize("name", ["utter_greeting", "utter_greeting_staff"])
def test_what_is_always_said_is_in_the_greeting(name):
    """Both greetings say in the same words what stands with every list: a guide, no person, nothing is passed on."""
    always = REPLIES.reply("utter_not_a_report", {}, "web", {})["text"]
    assert always in REPLIES.reply(name, {}, "web", {})["text"]
