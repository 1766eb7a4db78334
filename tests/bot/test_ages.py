"""Ages read with word lists alone: as a set of bands, in many wordings."""

import pytest

from bot.ages import read_ages
from bot.content import PROJECT_FOLDER
from bot.lexicon import load_lexicon
from bot.text import plain

LEXICON = load_lexicon(PROJECT_FOLDER / "locales" / "en")
NOTHING = ""

NUMBERS_THAT_ARE_AGES = [
    ("she is 15", "child"),
    ("im 14", "child"),
    ("hes 16 and never at school", "child"),
    ("a girl of ten", "child"),
    ("girl about 13", "child"),
    ("my sisters 9", "child"),
    ("my lad's 16", "child"),
    ("my cousin (12) cleans for them", "child"),
    ("the boy, then 15, carried it", "child"),
    ("a fifteen-year-old in a car wash", "child"),
    ("15yo lad", "child"),
    ("14F, seen at clinic", "child"),
    ("sons 13 and 11 pick salad", "child"),
    ("siblings, 9, 12 and 15", "child"),
    ("cant be more than 11", "child"),
    ("nobbut a kid, 13 or 14", "child"),
    ("an 18 month old", "child"),
    ("under 16", "child"),
    ("Josh is 14, he has two phones", "child"),
    ("my mum is 62 and they took her pension", "adult"),
    ("a man of 33", "adult"),
    ("I have 39 years", "adult"),
    ("I am 26 years woman from Brazil", "adult"),
    ("he is twenty six", "adult"),
    ("tenant 58, cuckooed", "adult"),
    ("over 18", "adult"),
    ("just turned 18", "just_18"),
    ("shes exactly 18", "just_18"),
    ("it was her 18th birthday", "just_18"),
    ("about 18", "unsure"),
    ("17 or 18", "unsure"),
    ("sixteen or twenty, I can't tell", "unsure"),
    ("he turns 18 next week", "child"),
    ("nearly 18", "child"),
]

NUMBERS_THAT_STAND_ALONE = [
    ("15. owe a lad £80", "child"),
    ("they film us in the flat. 14 btw", "child"),
    ("I'm a chef, 45, eleven years in this country", "adult"),
    ("Fifty-two, Zimbabwean, papers run out", "adult"),
    ("works in a bed factory, thirty eight, been offered money", "adult"),
]

NUMBERS_THAT_ARE_NO_AGES = [
    "she works 16 hours a day",
    "there are 12 of them in a house",
    "he pays £15 an hour",
    "they owe 20 quid a week",
    "since 14 June",
    "at 9 they come",
    "open 24/7",
    "off the M6",
    "three phones and 40 bags",
    "we are eight in room",
    "20 weeks pregnant",
    "room 14",
    "ive worked here 5 years",
    "number 17 on our street",
]

WORDS_THAT_MEAN_AN_AGE = [
    ("a toddler was there", "child"),
    ("babby in the back room", "child"),
    ("a littel boy sells roses", "child"),
    ("he is in year 9", "child"),
    ("Y10 pupil", "child"),
    ("some are kids", "child"),
    ("my grandson sells for them", "child"),
    ("my daughter works for him", "child"),
    ("she looks very young", "unsure"),
    ("sixth former", "unsure"),
    ("a woman in her forties", "adult"),
    ("two adult males", "adult"),
    ("theyre all grown ups", "adult"),
    ("not a child, she works there", "adult"),
    ("not a grown up", "child"),
]

GROWN_PEOPLE = [
    "theres a man on the floor",
    "a bloke sleeps in the garage",
    "the chap next door has no shoes",
    "that woman never goes out",
    "a Romanian fella at the plant",
    "the lady at number 4 is never alone",
    "the grandmother is locked in her room",
    "an old gent in our road",
]

ADULTS_WHO_MAY_BE_THE_ONES_WHO_DO_HARM = [
    "my boyfriend is 24 and im 14",
    "my daughter is in year 9 and there is a boyfriend of 24",
    "mum to be is 16 and comes with an uncle who looks about thirty",
    "a man keeps a girl",
    "the man took my passport",
    "the lady has my passport and never pays me",
    "girls go off with older men",
]

SEVERAL_PEOPLE = [
    ("my brother (17) and me (20)", {"child", "adult"}),
    ("I am 26 and they let me use the children's tablet", {"adult"}),
    ("18 today, and they have had me stealing since year 9", {"just_18"}),
    ("fourteen-year-old female and two adult males", {"child", "adult"}),
    ("two women about thirty and a girl of ten", {"child", "adult"}),
    ("mixed, some grown ups and one of them is 15", {"child", "adult"}),
]

CORRECTIONS = [
    ("not 15, 19", "adult"),
    ("i meant 16 not 60", "child"),
    ("shes 17 not 18", "child"),
    ("she is not 18", "child"),
    ("he isnt 16 yet", "child"),
    ("the child is 14, not 12", "child"),
]

AGES_LONG_AGO = [
    ("I was 15 when it began. I am 26 now", "adult"),
    ("used to run lines, stabbed at 16, im 24 and out of it", "adult"),
    ("he was sold at 14", "unsure"),
]

ANSWERS = [
    ("15", "child"),
    ("seventeen", "child"),
    ("18", "just_18"),
    ("9", "child"),
    ("twenty", "adult"),
    ("a man", "adult"),
    ("2 of them, 15 and 16", "child"),
]


def bands(text, asks=None):
    """Return what is read of a text as it was written."""
    return read_ages(plain(text), LEXICON, asks)


def only(band):
    """Return the set of one band, or of none."""
    return frozenset({band} if band else ())


@pytest.mark.parametrize(("text", "band"), NUMBERS_THAT_ARE_AGES)
def test_numbers_that_are_ages(text, band):
    """A number is an age where the words around it say so."""
    assert band in bands(text)


@pytest.mark.parametrize(("text", "band"), NUMBERS_THAT_STAND_ALONE)
def test_numbers_that_stand_alone(text, band):
    """A number between stops or commas is an age."""
    assert bands(text) == only(band)


@pytest.mark.parametrize("text", NUMBERS_THAT_ARE_NO_AGES)
def test_numbers_that_are_no_ages(text):
    """A number of people, hours, pounds, days, years of work or of a house is no age."""
    assert bands(text) == only(NOTHING)


@pytest.mark.parametrize(("text", "band"), WORDS_THAT_MEAN_AN_AGE)
def test_words_that_mean_an_age(text, band):
    """Words tell an age without a number."""
    assert bands(text) == only(band)


@pytest.mark.parametrize("text", GROWN_PEOPLE)
def test_grown_people(text):
    """A man or a woman of whom somebody else tells is an adult."""
    assert bands(text) == only("adult")


@pytest.mark.parametrize("text", ADULTS_WHO_MAY_BE_THE_ONES_WHO_DO_HARM)
def test_adults_who_may_be_the_ones_who_do_harm(text):
    """A grown person is no sign of an adult at risk beside somebody young, or in one's own story."""
    assert "adult" not in bands(text)


@pytest.mark.parametrize(("text", "expected"), SEVERAL_PEOPLE)
def test_several_people(text, expected):
    """Every band that is spoken of is read, so that a child beside adults is never lost."""
    assert bands(text) == expected


@pytest.mark.parametrize(("text", "band"), CORRECTIONS)
def test_corrections(text, band):
    """What somebody is not, is not read; except that who is not 18 is a child."""
    assert bands(text) == only(band)


@pytest.mark.parametrize(("text", "band"), AGES_LONG_AGO)
def test_ages_long_ago(text, band):
    """An age somebody once had gives way to the age they have now, and alone it leaves the age open."""
    assert bands(text) == only(band)


@pytest.mark.parametrize(("text", "band"), ANSWERS)
def test_answers(text, band):
    """When the age was asked for, a bare number is one, and "a man" is enough."""
    assert bands(text, "age_band") == only(band)


def test_a_number_alone_chooses_from_a_list():
    """A message that is only a small number is no age if none was asked for: it may choose from a list."""
    assert bands("9") == only(NOTHING)


def test_who_is_named_in_answer_to_another_question_is_nobody_at_risk():
    """The aunt who is out is not the child who writes; a number is an age all the same."""
    assert bands("no, the lady has gone out") == only("adult")
    assert bands("no, the lady has gone out", "danger") == only(NOTHING)
    assert bands("no, she is 30", "danger") == only("adult")


@pytest.mark.parametrize(
    "text",
    ["this guy sells my pics, hes 24. i turned 14 in jan", "my bf is 22, im 15", "the man who drives is 40 i am only 13"],
)
def test_a_child_who_writes_tells_the_age_of_who_does_harm(text):
    """Nobody grown is at risk in what a child tells of a man: it is the child who is answered."""
    assert bands(text) == only("child")


def test_who_is_grown_and_writes_loses_no_child():
    """A mother's own age takes nothing from her daughter's."""
    assert bands("im 35 and my daughter is 9") == {"adult", "child"}
    assert bands("I was 14 when it began, he is 40 now") == only("adult")


def test_nobody_is_between_one_and_forty_five():
    """Where the word for "about" is that for "or", "one of about 45" is one age."""
    assert bands("1 or 45") == bands("45")


def test_where_somebody_works_is_nobodys_age():
    """ "A sixth form college", asked of a member of staff, does not make a child of an adult student."""
    assert bands("a children's home", "first_responder") == only(NOTHING)
    assert bands("a college, he is 17", "first_responder") == only("child")
