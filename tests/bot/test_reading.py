"""What one message says, read with word lists alone."""

import pytest

from bot.directory import load_directory
from bot.reading import Reading, load_knowledge, read

KNOWLEDGE = load_knowledge(load_directory())
CHILD, ADULT = frozenset({"child"}), frozenset({"adult"})


def reading(text: str, asks: str | None = None) -> Reading:
    """What an English message says."""
    return read(text, asks, "en", KNOWLEDGE)


SAYS = [
    # text, what we asked, what is read
    ("A girl of 14 in Leeds", None, {"age_band": CHILD, "areas": frozenset({"leeds"})}),
    ("He is 35", None, {"age_band": ADULT}),
    ("35", "age_band", {"age_band": ADULT}),
    ("Leeds", "area", {"areas": frozenset({"leeds"})}),
    ("SK7", "area", {"areas": frozenset({"stockport"})}),
    ("Cheadle", "area", {"areas": frozenset({"stockport", "staffordshire"})}),
    ("me", "person", {"person": "me"}),
    ("me", None, {"person": None}),
    ("my cousin", "person", {"person": "someone_else"}),
    ("it's me", "person", {"person": "me", "is_correction": False}),
    ("it's me", "age_band", {"person": "me", "is_correction": True}),
    ("My boss took my passport", None, {"person": "me"}),
    ("I am a social worker", None, {"audience": "staff", "first_responder": "yes"}),
    ("I am a nurse", None, {"audience": "staff", "first_responder": "no"}),
    ("Adults' social worker, Kirklees Council. They think she is at the dentist.", None, {"first_responder": "yes"}),
    ("Outreach nurse here. The council sent him.", None, {"audience": "staff", "first_responder": "no"}),
    ("There is a council near here", None, {"audience": None, "first_responder": None}),
    ("She is hurt. Council: never came.", None, {"audience": None, "first_responder": None}),
    ("Stockport Council", "first_responder", {"first_responder": "yes"}),
    ("a school", "first_responder", {"first_responder": "no"}),
    ("Acme Limited", "first_responder", {"first_responder": None}),
    ("yes", "consent", {"consent": "yes", "answer": "yes"}),
    ("no", "consent", {"consent": "no", "answer": "no"}),
    ("I don't know", "consent", {"consent": None, "answer": "dont_know"}),
    ("yes", None, {"consent": None, "danger": None, "answer": "yes"}),
    ("nowt kicking off now no", "danger", {"danger": "no", "answer": "no"}),
    ("today no men, she is out until evening", "danger", {"danger": "no", "answer": "no", "person": "someone_else"}),
    ("na im good rn", "danger", {"danger": "no", "answer": "no"}),
    ("was 18 last tuesday so kids services are done with me", None, {"age_band": frozenset({"just_18"})}),
    ("Her husband rents her out", None, {"concerns": frozenset({"partner_or_relative"}), "person": "someone_else"}),
    ("dunner want me name on anythin", None, {"concerns": frozenset({"anonymous"})}),
    ("She wants to kill herself", None, {"concerns": frozenset({"self_harm"})}),
    ("He keeps going missing", None, {"concerns": frozenset({"missing"})}),
    ("I want to stay anonymous", None, {"concerns": frozenset({"anonymous"})}),
    ("Sorry, I meant Warrington", None, {"areas": frozenset({"warrington"}), "is_correction": True}),
    ("skip", "age_band", {"answer": "skip", "age_band": frozenset()}),
]


@pytest.mark.parametrize(("text", "asks", "says"), SAYS)
def test_a_message_fills_what_it_speaks_of(text, asks, says):
    """One message may say much at once; a short answer is read in the light of our question."""
    read_now = reading(text, asks)
    assert {name: getattr(read_now, name) for name in says} == says


DANGER = [
    # text, what we asked, danger
    ("yes", "danger", "yes"),
    ("no", "danger", "no"),
    ("I don't know", "danger", None),
    ("skip", "danger", None),
    ("yes", "person", None),
    ("no", "age_band", None),
    ("no", None, None),
    ("no but he has a knife", "danger", "yes"),  # words of danger beat a "no"
    ("he has a knife", "consent", "yes"),  # danger is heard whatever was asked
    ("no, false alarm", "danger", "over"),
    ("false alarm", "danger", "over"),
    ("Leeds", "danger", None),
]


@pytest.mark.parametrize(("text", "asks", "danger"), DANGER)
def test_danger_is_read_from_every_message(text, asks, danger):
    """Yes and no answer the danger question, and only that one; words of danger count at any time."""
    assert reading(text, asks).danger == danger


SAYS_NOTHING = ["", " ", "\x00", "\ud800", "\U0001f62d", "qwertz", "...", "\u200b"]


@pytest.mark.parametrize("text", SAYS_NOTHING)
@pytest.mark.parametrize("asks", [None, "danger", "person", "age_band", "area", "first_responder", "consent"])
def test_what_says_nothing_is_an_empty_reading(text, asks):
    """A message without words that we know claims nothing, whatever was asked."""
    assert reading(text, asks) == Reading()


PRIVATE = "My name is Xanthippe Quibble, ring me on 07700 900123, I am 15 and in Leeds and he has a knife"


@pytest.mark.parametrize("asks", [None, "danger", "person", "age_band", "area", "first_responder", "consent"])
def test_no_word_of_the_person_is_kept(asks):
    """A reading holds ids alone, never what was written."""
    held = repr(reading(PRIVATE, asks)).lower()
    assert not [word for word in ("xanthippe", "quibble", "07700", "900123", "15", "knife") if word in held]


def test_a_language_without_word_lists_is_read_with_the_english_ones():
    """Danger in English words is heard in every language's conversation."""
    assert read("he has a knife", None, "xx", KNOWLEDGE).danger == "yes"
    assert KNOWLEDGE.lexicon("xx") is KNOWLEDGE.lexicon("en")


@pytest.mark.parametrize(("likely", "danger"), [(["hu"], "yes"), (["ro", "hu"], "yes"), (["ro", "xx"], None), ([], None)])
def test_danger_counts_in_every_language_that_a_message_may_be_in(likely: list[str], danger: str | None):
    """Two words are too few to tell Hungarian from English."""
    assert read("ver engem", None, "en", KNOWLEDGE, likely).danger == danger


@pytest.mark.parametrize(("likely", "is_heard"), [(["pl"], True), (["xx", "pl"], True), (["ro"], False), ([], False)])
def test_a_thought_of_ending_ones_life_counts_in_every_language_that_a_message_may_be_in(likely: list[str], is_heard: bool):
    """Few words are often taken for a neighbour's."""
    assert ("self_harm" in read("chce umrzec", None, "uk", KNOWLEDGE, likely).concerns) == is_heard


FALSE_FRIENDS = [
    # language, text, what English alone would read into it
    ("cy", "ma'n cario parseli", "age_band"),
    ("ur", "teen saal se tankhwah nahi mili", "age_band"),
    ("vi", "no bi giu ho chieu", "answer"),
    ("bg", "ot 15 godini raboti tam", "concerns"),
    ("so", "gacmo gashi ma haysto", "danger"),
]


@pytest.mark.parametrize(("language", "text", "part"), FALSE_FRIENDS)
def test_words_that_mean_something_else_in_english_are_not_read_as_english(language, text, part):
    """English fills the gaps of every language, but not with a word that the language uses for something else."""
    assert not getattr(read(text, None, language, KNOWLEDGE), part)


@pytest.mark.parametrize(
    ("language", "text"), [("es", "no sé cómo se llama pero le pega"), ("pt", "no quarto ao lado"), ("es", "no lo sé")]
)
def test_an_english_no_is_none_in_another_language(language: str, text: str):
    """Who does not know, or says in which room, has not said that nobody is in danger."""
    assert read(text, "danger", language, KNOWLEDGE).danger != "no"
