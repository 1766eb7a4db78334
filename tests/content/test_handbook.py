"""Signs, settings, topics, stories and the call card as editors wrote them: sourced, plain, short, and never too sure."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from bot.content import PROJECT_FOLDER
from bot.directory import load_directory
from bot.handbook import load_handbook
from bot.phrases import load_phrases
from bot.replies import load_replies
from bot.situation import EXPLOITATIONS, Situation
from bot.walk import EVERYWHERE, MOST_QUESTIONS, Walk, has_few_signs, next_indicator

HANDBOOK = load_handbook()
DIRECTORY = load_directory()
INTENTS = {
    intent if isinstance(intent, str) else next(iter(intent))
    for intent in yaml.safe_load((PROJECT_FOLDER / "domain.yml").read_text(encoding="utf-8"))["intents"]
}
EACH_INDICATOR = pytest.mark.parametrize("indicator", HANDBOOK.indicators.values(), ids=list(HANDBOOK.indicators))
EACH_SETTING = pytest.mark.parametrize("setting", HANDBOOK.settings.values(), ids=list(HANDBOOK.settings))
EACH_TOPIC = pytest.mark.parametrize("topic", HANDBOOK.topics.values(), ids=list(HANDBOOK.topics))
EACH_SCENARIO = pytest.mark.parametrize("scenario", HANDBOOK.scenarios.values(), ids=list(HANDBOOK.scenarios))


def texts() -> Iterator[tuple[str, str, str]]:
    """Every English text that people read: where it stands, whom it is for, and its words."""
    for name, variations in load_replies().responses.items():
        audience = "staff" if "staff" in name else "everyone"
        yield from ((f"{name}[{number}]", audience, variation["text"]) for number, variation in enumerate(variations))
    for indicator in HANDBOOK.indicators.values():
        for key in ("question", "question_me", "sign", "sign_me", "explanation"):
            yield f"indicators/{indicator.id}/{key}", "everyone", getattr(indicator, key)
    for topic in HANDBOOK.topics.values():
        yield f"topics/{topic.id}/text", topic.audience, topic.text
        if topic.child_text:
            yield f"topics/{topic.id}/child_text", "child", topic.child_text
    for scenario in HANDBOOK.scenarios.values():
        choices = " ".join(f"{choice.text} {choice.feedback}" for choice in scenario.choices)
        yield f"scenarios/{scenario.id}", scenario.audience, f"{scenario.story} {scenario.question} {choices}"
    for service in DIRECTORY.services.values():
        audience = service.audience
        yield f"services/{service.id}/description", audience, service.description
        if service.child_description:
            yield f"services/{service.id}/child_description", "child", service.child_description
    for line, words in HANDBOOK.call_card.lines.items():
        yield f"call_card/{line}", "everyone", words


TEXTS = list(texts())
EACH_TEXT = pytest.mark.parametrize(("audience", "text"), [text[1:] for text in TEXTS], ids=[text[0] for text in TEXTS])
# The words for things have as many syllables as they have: they are explained where they stand.
TERMS = "|".join(
    (
        r"National Referral Mechanism|\(?NRM\)?|Duty to Notify|Salvation Army",
        "safeguarding|first responder|modern slavery|organisation",
    )
)
MOST_WORDS_OF_A_SENTENCE = {"child": 16, "everyone": 20, "staff": 25}
WALKS_A_SUBJECT = 60
HIGHEST_GRADE = {"child": 4.0, "everyone": 5.0, "staff": 8.0}  # of school; grade 4 is reading age 9
FEWEST_WORDS_TO_GRADE = 20  # a formula of averages says nothing of a shorter text


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [sentence for sentence in re.split(r"(?<=[.!?:])\s+|\n", text) if sentence.strip()]


@EACH_TEXT
def test_sentences_are_short(audience: str, text: str):
    """A frightened, tired reader is given one thing at a time."""
    assert [sentence for sentence in sentences(text) if len(sentence.split()) > MOST_WORDS_OF_A_SENTENCE[audience]] == []


@EACH_TEXT
def test_words_are_plain(audience: str, text: str):
    """No text is harder to read than its reader can bear."""
    bare = re.sub(r"\{\w+\}", "this", re.sub(TERMS, "it", text))
    if len(bare.split()) >= FEWEST_WORDS_TO_GRADE:
        assert grade(bare) <= HIGHEST_GRADE[audience]


def grade(text: str) -> float:
    """The Automated Readability Index: the grade of school that can read a text."""
    words = re.findall(r"\w+", text)
    letters = sum(map(len, words))
    return 4.71 * letters / len(words) + 0.5 * len(words) / len(sentences(text)) - 21.43


NEVER = [
    r"\byou are (not )?(a |an )?(victim|slave)\b|\b(he|she|they|it) (is|are) (definitely|clearly|certainly)\b",
    r"\bwe promise\b|\bI promise\b|\bguarantee|\bcompletely safe\b|\btotally confidential\b",
    r"\billegals?\b(?! to)",
    r"\b45 days\b",
    r"\bself[- ]refer\b",
    r"\byou (must|have to) (tell|ring|call|report)\b",
    r"!",
]


@EACH_TEXT
@pytest.mark.parametrize("words", NEVER)
def test_what_is_never_said(audience: str, text: str, words: str):
    """No verdict, no promise, no word that shames, no order to tell, and nothing shouted."""
    if audience != "staff":
        assert not re.search(words, text, re.IGNORECASE)


DIAGNOSES = r"\b(is|are) (being )?(exploited|trafficked|enslaved)\b|\bslave(s|ry)?\b|\btraffick"


@EACH_INDICATOR
def test_a_sign_never_diagnoses(indicator: Any):
    """A question about a sign and its explanation name what can be seen, not what it is."""
    for text in (indicator.question, indicator.question_me, indicator.sign, indicator.sign_me, indicator.explanation):
        assert not re.search(DIAGNOSES, text, re.IGNORECASE)
    assert indicator.question.endswith("?")
    assert indicator.question_me.endswith("?")


def _walked(subject: str, chance: random.Random) -> Walk:
    """A walk with answers as they come."""
    walk = Walk(subject)
    while (found := next_indicator(walk, Situation(), HANDBOOK.indicators, HANDBOOK.settings)) is not None:
        walk = walk.answered(found, chance.choice(("yes", "no", "dont_know")))
    return walk


@pytest.fixture(scope="module")
def asked() -> set[str]:
    """Every sign that is asked about in many walks through every setting and kind."""
    chance = random.Random(7)
    subjects = [*sorted(HANDBOOK.settings), *sorted(EXPLOITATIONS), EVERYWHERE]
    walks = [_walked(subject, chance) for subject in subjects for _ in range(WALKS_A_SUBJECT)]
    return {indicator for walk in walks for indicator, _ in walk.answers}


@EACH_INDICATOR
def test_a_sign_can_be_reached(indicator: Any, asked: set[str]):
    """No sign is written for nothing: each is asked about in some walk."""
    assert indicator.id in asked


@EACH_SETTING
def test_a_setting_has_enough_to_ask(setting: Any):
    """A walk through a setting asks between six and ten questions, even if nothing was noticed."""
    walk = Walk(setting.id)
    while (found := next_indicator(walk, Situation(), HANDBOOK.indicators, HANDBOOK.settings)) is not None:
        walk = walk.answered(found, "no")
    assert 6 <= len(walk.answers) <= MOST_QUESTIONS


def test_kinds_without_sourced_signs_are_known():
    """Organ removal has no sourced sign today: its walk uses the general ones and says so."""
    assert [kind for kind in sorted(EXPLOITATIONS - {"unclear"}) if has_few_signs(kind, HANDBOOK.indicators)] == [
        "organ_removal"
    ]


@EACH_TOPIC
def test_a_topic_answers_an_intent(topic: Any):
    """A topic belongs to an intent of the domain, shows services that exist, and leads on to other topics."""
    assert topic.answers in INTENTS
    assert {service.id for service in topic.services} <= set(DIRECTORY.services)
    assert len(topic.title) <= 40
    assert 1 <= len(topic.next) <= 4
    assert topic.id not in topic.next


def test_each_intent_has_one_overview():
    """The topics of an intent stand in an order without gaps; the first is said where no single one can be told."""
    orders: dict[str, list[int]] = {}
    for topic in HANDBOOK.topics.values():
        orders.setdefault(topic.answers, []).append(topic.order)
    assert {intent: sorted(order) for intent, order in orders.items()} == {
        intent: list(range(1, len(order) + 1)) for intent, order in orders.items()
    }


@EACH_TOPIC
def test_the_public_is_never_shown_staff_pages(topic: Any):
    """A topic for everyone leads to no staff topic and to no service for staff."""
    if topic.audience == "everyone":
        assert [other for other in topic.next if HANDBOOK.topics[other].audience == "staff"] == []
        assert [service.id for service in topic.services if DIRECTORY.services[service.id].audience == "staff"] == []


def test_titles_differ():
    """Two buttons never read alike."""
    titles = Counter(topic.title for topic in HANDBOOK.topics.values())
    assert [title for title, count in titles.items() if count > 1] == []


SAFE_TO_ASK = [
    "tell-police",
    "tell-boss",
    "tell-family",
    "deported",
    "arrested",
    "are-you-a-person",
    "cost",
    "on-the-bill",
    "who-reads-this",
]


@pytest.mark.parametrize("topic", SAFE_TO_ASK)
def test_what_people_are_afraid_to_ask_is_answered_for_children_too(topic: str):
    """Each question of the policy, section 6, has an answer, and one in a child's words."""
    assert HANDBOOK.topics[topic].child_text


@EACH_SCENARIO
def test_a_practice_story_leads_where_the_policy_does(scenario: Any):
    """What a story expects are services that exist, and it says what is answered if we ask."""
    assert set(scenario.expect) <= {"all", "none", "first", "urgent"}
    assert set(scenario.expect["all"]) | set(scenario.expect.get("none", ())) <= set(DIRECTORY.services)
    assert isinstance(scenario.expect["urgent"], bool)


def test_there_is_enough_to_practise():
    """At least 24 stories, some of them for staff."""
    assert len(HANDBOOK.scenarios) >= 24
    assert sum(scenario.audience == "staff" for scenario in HANDBOOK.scenarios.values()) >= 8


def test_the_short_call_card_fits_one_text_message():
    """The short card, filled in with long names, has at most 160 characters."""
    words = " ".join(HANDBOOK.call_card.lines[line] for line in HANDBOOK.call_card.short)
    assert len(words.format(language="Kurdish Sorani", place="Cheshire West and Chester")) <= 160


def test_every_short_phrase_has_words():
    """No phrase that a person reads is empty, but what is said of unknown hours."""
    phrases = load_phrases()
    groups = (phrases.person, phrases.ages, phrases.kinds, phrases.concerns, phrases.dangers, phrases.summary, phrases.choices)
    assert all(words.strip() for group in groups for words in group.values())
