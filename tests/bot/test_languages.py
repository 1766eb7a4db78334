"""Languages: each is a folder, and says how it is named, written and how far it is checked."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.languages import FALLBACK, load_languages, named_language, said_besides

LANGUAGES = load_languages()
GREEK = (
    'name: "\u03b5\u03bb\u03bb"\nenglish_name: Greek\ndirection: ltr\nscripts: [Greek]\nstatus: draft\n'
    'dont_know: "\u03cc\u03c7\u03b9"\n'
)


def write(root: Path, code: str, content: str) -> None:
    """Make the folder of a language."""
    (root / "locales" / code).mkdir(parents=True)
    (root / "locales" / code / "language.yml").write_text(content, encoding="utf-8")


def test_the_language_everybody_falls_back_to_is_there():
    """English is always there, is written from left to right and was read by a native reader."""
    english = load_languages()[FALLBACK]
    assert (english.id, english.direction, english.status) == ("en", "ltr", "reviewed")


def test_a_language_is_named_after_its_folder(tmp_path: Path):
    """The folder's name is the language's code, and its words may be in any script."""
    write(tmp_path, "el", GREEK)
    write(tmp_path, "zh-Hans", GREEK)
    languages = load_languages(tmp_path)
    assert [language.id for language in languages.values()] == list(languages) == ["el", "zh-Hans"]
    assert languages["el"].name == "\u03b5\u03bb\u03bb"


def test_a_folder_without_the_file_is_no_language(tmp_path: Path):
    """Only a folder that says what language it is becomes one."""
    (tmp_path / "locales" / "xx").mkdir(parents=True)
    assert load_languages(tmp_path) == {}


MISTAKES = [
    ("direction: ltr", "direction: down", "direction"),
    ("status: draft", "status: perfect", "status"),
    ("status: draft", "status: reviewed", "(file)"),
    ("english_name: Greek", "englisch_name: Greek", "englisch_name"),
    ('dont_know: "\u03cc\u03c7\u03b9"\n', "", "dont_know"),
]


@pytest.mark.parametrize(("right", "wrong", "key"), MISTAKES)
def test_a_mistake_is_named_with_its_key(tmp_path: Path, right, wrong, key):
    """A language that says too little, too much or something else is refused, and the key is named."""
    write(tmp_path, "el", GREEK.replace(right, wrong))
    with pytest.raises(ContentError) as caught:
        load_languages(tmp_path)
    assert key in [problem.key for problem in caught.value.problems]


def test_every_language_with_a_mistake_is_reported(tmp_path: Path):
    """The mistakes of all languages are told together."""
    write(tmp_path, "el", GREEK.replace("ltr", "up"))
    write(tmp_path, "fa", GREEK.replace("ltr", "down"))
    with pytest.raises(ContentError) as caught:
        load_languages(tmp_path)
    assert {problem.value for problem in caught.value.problems} == {"up", "down"}


def test_a_language_without_words_of_ours_is_understood_only(tmp_path: Path):
    """Until a language has a catalogue of sentences, nobody is told that Waymark speaks it."""
    write(tmp_path, "el", GREEK)
    write(tmp_path, "fa", GREEK)
    (tmp_path / "locales" / "fa" / "LC_MESSAGES").mkdir()
    assert {language.id: language.has_words for language in load_languages(tmp_path).values()} == {"el": False, "fa": True}


NAMED = [
    # what is written, the language it asks for
    ("english please", "en"),
    ("can we do this in romanian", "ro"),
    ("po polsku", "pl"),
    ("中文", "zh"),
    ("polishing nails", None),
    ("", None),
]


@pytest.mark.parametrize(("written", "language"), NAMED)
def test_a_language_is_asked_for_by_any_of_its_names(written: str, language: str | None):
    """Its own name, the English one, or a neighbour's; whole words only, but where a script has no blanks."""
    names = {"en": ("english",), "ro": ("romana", "romanian"), "pl": ("polski", "po polsku", "polish"), "zh": ("中文",)}
    languages = {code: replace(LANGUAGES["en"], id=code, names=said) for code, said in names.items()}
    assert named_language(written, languages) == language


@pytest.mark.parametrize(
    ("language", "likely", "besides"),
    [
        ("en", [], []),
        ("ro", [], ["en"]),
        ("ro", ["sq", "ro"], ["sq", "en"]),
        ("ro", ["en"], ["en"]),
        ("fr", [], []),  # read by a native: it stands by itself
        ("fr", ["xx", "ru"], []),  # languages in which we have no words
    ],
)
def test_danger_is_answered_in_every_language_it_may_be_in(language: str, likely: list[str], besides: list[str]):
    """And in English too, as long as no native reader has read the words."""
    draft = replace(LANGUAGES["en"], status="draft", reviewed_by=None, reviewed_on=None)
    made = {code: replace(draft, id=code) for code in ("ro", "sq", "ru")}
    made["ru"] = replace(made["ru"], has_words=False)
    made |= {"en": LANGUAGES["en"], "fr": replace(LANGUAGES["en"], id="fr")}
    assert said_besides(language, likely, made) == besides
