"""A language is begun with one command, and everything loads."""

import shutil
from pathlib import Path

import pytest

from bot.catalogue import load_catalogue
from bot.content import PROJECT_FOLDER
from bot.keywords import load_keywords
from bot.languages import load_languages
from bot.lexicon import check_lexicon
from bot.texts import load_texts
from bot.words import load_words
from waymark.catalogues import update_catalogues
from waymark.new_language import CannotBegin, begin_language
from waymark.review import UnknownLanguage, write_review

ISOLATES = "\u2066\u2069"  # around English words where a language runs the other way


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the project's content, with English alone."""
    shutil.copytree(PROJECT_FOLDER / "data", tmp_path / "data", ignore=shutil.ignore_patterns("nlu"))
    shutil.copytree(PROJECT_FOLDER / "locales" / "en", tmp_path / "locales" / "en")
    shutil.copy(PROJECT_FOLDER / "domain.yml", tmp_path)
    return tmp_path


def public(root: Path) -> list[str]:
    """The references of the texts that every language is to have."""
    return [text.reference for text in load_texts(root) if not text.is_for_staff]


@pytest.mark.parametrize(
    ("code", "name", "direction"),
    [("el", "\u0395\u03bb\u03bb\u03b7\u03bd\u03b9\u03ba\u03ac", "ltr"), ("he", "\u05e2\u05d1\u05e8\u05d9\u05ea", "rtl")],
)
def test_a_language_is_begun(code: str, name: str, direction: str, root: Path):
    """Every file is written and loads; all texts wait for their words, and are said in English until then."""
    written = begin_language(code, root)
    assert all(file.exists() for file in written)
    language = load_languages(root)[code]
    assert (language.name, language.direction, language.status, language.has_words) == (name, direction, "draft", True)
    check_lexicon(root / "locales" / code)
    assert code in load_keywords(root)
    assert [waiting for _, waiting in update_catalogues(load_texts(root), root)] == [len(public(root))]
    assert load_words(root).text("page/send", code).strip(ISOLATES) == "Send"


def test_examples_that_are_there_stay(root: Path):
    """A language that was only recognised so far keeps what was written for it."""
    examples = root / "data" / "nlu" / "el" / "examples.yml"
    examples.parent.mkdir(parents=True)
    examples.write_text("mine")
    assert examples not in begin_language("el", root)
    assert examples.read_text() == "mine"


@pytest.mark.parametrize("code", ["en", "english", "xx-nowhere"])
def test_what_cannot_be_begun_is_refused(code: str, root: Path):
    """A language that is there stays as it is; what is no language's code is said to be none."""
    with pytest.raises(CannotBegin, match=code):
        begin_language(code, root)


def test_translations_outlive_a_change_of_the_english(root: Path):
    """A changed English text comes in as fuzzy with its old translation; all others stay, and nothing is written twice."""
    begin_language("el", root)
    file = root / "locales" / "el" / "LC_MESSAGES" / "waymark.po"
    translated = file.read_text().replace('msgid "Send"\nmsgstr ""', 'msgid "Send"\nmsgstr "X"')
    file.write_text(translated.replace('msgid "Print"\nmsgstr ""', 'msgid "Print"\nmsgstr "Y"'))
    page = root / "data" / "page.yml"
    page.write_text(page.read_text().replace("send: Send", "send: Send it"))
    before = len(public(root)) - 1  # Print alone is as it should be
    assert [waiting for _, waiting in update_catalogues(load_texts(root), root)] == [before]
    known = load_catalogue(root / "locales" / "el", "ltr").translations
    assert (known["page/send"].said, known["page/send"].fuzzy) == ("X", True)
    assert (known["page/print"].said, known["page/print"].fuzzy) == ("Y", False)
    again = file.read_bytes()
    list(update_catalogues(load_texts(root), root))
    assert file.read_bytes() == again


def test_a_native_reader_gets_a_page(root: Path):
    """Every public text stands on it, its translation beside it, marks of HTML in them harmless."""
    begin_language("el", root)
    page = write_review("el", root / "review", root).read_text()
    assert all(text.reference in page for text in load_texts(root) if not text.is_for_staff)
    assert "scenarios/" not in page
    assert "doesn&#39;t" in page or "&#34;forget me&#34;" in page


def test_a_page_of_no_language_is_refused(root: Path):
    """The line says how a language is begun."""
    with pytest.raises(UnknownLanguage, match="CODE=tlh"):
        write_review("tlh", root / "review", root)
