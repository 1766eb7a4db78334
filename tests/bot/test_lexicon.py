"""Word lists: patterns that match whole words of plain text, and loaders that name every mistake."""

from pathlib import Path

import pytest
import yaml

from bot.content import PROJECT_FOLDER
from bot.errors import ContentError
from bot.lexicon import Phrases, check_lexicon, load_lexicon

ENGLISH = PROJECT_FOLDER / "locales" / "en"

FOUND = [
    # patterns, text, is it found
    (("knife",), "he has a knife", True),
    (("knife",), "a penknife", False),
    (("knife",), "knives and forks", False),
    (("knife",), "knife!", True),
    (("kni(fe|ves)",), "two knives", True),
    (("beat( up)?",), "they beat him", True),
    (("take ~ now",), "take now", True),  # `~` is up to three words, or none
    (("take ~ now",), "take her now", True),
    (("take ~ now",), "take her away with them now", False),
    (("take ~ now",), "take her away from now", True),
    (("take ~ now",), "i take sugar. now what", False),  # and no end of a sentence
    (("one", "two"), "two", True),
    (("a b",), "a  b", False),  # plain text has single blanks
    ((), "anything", False),
    (("knife",), "", False),
]


@pytest.mark.parametrize(("patterns", "text", "is_found"), FOUND)
def test_a_pattern_matches_whole_words(patterns, text, is_found):
    """A pattern is found as whole words, wherever they stand; an empty list finds nothing."""
    assert Phrases(patterns).found_in(text) == is_found


BEGINS = [
    ("yes", True),
    ("yes he is", True),
    (" , yes", True),
    ("...yes!", True),
    ("yesterday", False),
    ("oh yes", False),
    ("", False),
]


@pytest.mark.parametrize(("text", "begins"), BEGINS)
def test_a_text_begins_with_a_phrase(text, begins):
    """Blanks and sentence marks before it do not count; anything else does."""
    assert Phrases(("yes", "yeah")).begins(text) == begins


ENDS = [("she is not", True), ("she is not. ", True), ("not she", False), ("knot", False), ("", False)]


@pytest.mark.parametrize(("text", "ends"), ENDS)
def test_a_text_ends_with_a_phrase(text, ends):
    """Blanks and sentence marks after it do not count; anything else does."""
    assert Phrases(("not",)).ends(text) == ends


ALL = [
    ("not sure", True),
    ("not sure.", True),
    ("not, sure?!", True),
    (" not  sure ", True),
    ("not sure at all", False),
    ("im not sure", False),
    ("", False),
]


@pytest.mark.parametrize(("text", "is_all"), ALL)
def test_a_text_is_a_phrase_and_nothing_else(text, is_all):
    """Sentence marks and blanks aside, the phrase must be the whole text."""
    assert Phrases(("not sure", "no idea")).are_all_of(text) == is_all


def test_phrases_can_be_taken_out():
    """Every one of the phrases is taken out, and words that only hold them stay."""
    phrases = Phrases(("killing time", "no"))
    assert phrases.removed_from("no, killing time now").split() == [",", "now"]
    assert Phrases(()).removed_from("as it was") == "as it was"


def test_the_start_of_every_phrase_is_told():
    """Where phrases start is told, in order."""
    assert Phrases(("a", "bc")).starts("a bc abc a") == [0, 2, 9]
    assert Phrases(()).starts("a") == []


@pytest.fixture
def locale(tmp_path: Path) -> Path:
    """A copy of the English word lists."""
    for name in ("danger.yml", "lexicon.yml"):
        (tmp_path / name).write_bytes((ENGLISH / name).read_bytes())
    return tmp_path


def change(file: Path, section: str | None, key: str, value: object) -> None:
    """Change one list of a file."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    (content[section] if section else content)[key] = value
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def test_a_language_s_lists_are_loaded_together(locale: Path):
    """The lists of danger and all others make one lexicon, named after its folder."""
    lexicon = load_lexicon(locale)
    assert lexicon.id == locale.name
    assert lexicon.danger.now.found_in("he has a knife")


MISTAKES = [
    # file, section, key, value, the key reported
    ("danger.yml", None, "now", ["(unclosed"], "now"),
    ("danger.yml", None, "now", "words without a list", "now"),
    ("danger.yml", None, "now", [1], "now"),
    ("danger.yml", None, "noww", ["a"], "noww"),
    ("lexicon.yml", "answers", "yes", ["*"], "answers.yes"),
    ("lexicon.yml", "answers", "perhaps", ["maybe"], "answers.perhaps"),
    ("lexicon.yml", "ages", "numbers", {"one": "first"}, "ages.numbers.one"),
    ("lexicon.yml", "concerns", "missing", [None], "concerns.missing"),
    ("lexicon.yml", None, "staff", None, "staff"),
]


@pytest.mark.parametrize(("file", "section", "key", "value", "reported"), MISTAKES)
def test_a_list_that_cannot_be_used_is_named(locale: Path, file, section, key, value, reported):
    """A pattern that cannot be compiled, or a list of another form, is refused with its file and key."""
    change(locale / file, section, key, value)
    with pytest.raises(ContentError) as caught:
        check_lexicon(locale)
    assert (file, reported) in [(problem.file, problem.key) for problem in caught.value.problems]


SCRIPTS = [
    # patterns in several scripts find each in its own, and one without letters finds any
    ("he has a knife", True),
    ("\u0938\u093e\u0932 knife", True),
    ("\u0938\u093e\u0932", True),
    ("\u0938\u093e\u0932\u093e", False),  # a vowel sign of Hindi goes on with the word
    ("\u0628\u064a\u062a 999", True),
    ("\u0440\u044f\u0442\u0443\u0439\u0442\u0435", True),  # from a pattern that holds Latin letters too
    ("sos", True),
    ("\u0628\u064a\u062a", False),
]


@pytest.mark.parametrize(("text", "is_found"), SCRIPTS)
def test_each_script_is_looked_for_where_it_stands(text: str, is_found: bool):
    """A list may hold patterns in Latin letters, in another script and without letters."""
    assert (
        Phrases(("knife", "\u0938\u093e\u0932", "999", "sos|\u0440\u044f\u0442\u0443\u0439\u0442\u0435")).found_in(text)
        == is_found
    )


def test_no_list_can_be_forgotten(locale: Path):
    """A language without the lists that send to 999 and take it back is refused, and the list is named."""
    content = yaml.safe_load((locale / "danger.yml").read_text(encoding="utf-8"))
    for name in ("now", "none", "over"):
        (locale / "danger.yml").write_text(yaml.safe_dump({key: value for key, value in content.items() if key != name}))
        with pytest.raises(ContentError) as caught:
            load_lexicon(locale)
        assert [problem.key for problem in caught.value.problems] == [name]


def test_an_empty_list_is_a_list(locale: Path):
    """A language may have no words for something."""
    change(locale / "danger.yml", None, "idioms", [])
    assert not load_lexicon(locale).danger.idioms.found_in("killing time")
