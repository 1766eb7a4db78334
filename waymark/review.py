"""A page on which a native reader can go through all words of a language, sentence beside sentence: `waymark review`."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.catalogue import load_catalogue
from bot.content import PROJECT_FOLDER
from bot.directory import load_directory
from bot.errors import WaymarkError
from bot.languages import Language, load_languages
from bot.texts import Text, load_texts
from bot.translations import mistakes, names_that_stay
from waymark.pages import html_pages


class UnknownLanguage(WaymarkError):
    """There is no folder of that name in `locales/`."""


@dataclass(frozen=True, slots=True)
class Row:
    """One text as the reader sees it: English, translation if any, and what a program has to remark."""

    text: Text
    said: str | None
    remarks: tuple[str, ...]


def write_review(code: str, folder: Path, root: Path = PROJECT_FOLDER) -> Path:
    """Write the page of one language into a folder and return it.

    Raises:
        UnknownLanguage: there is no such language.
    """
    language = load_languages(root).get(code)
    if language is None:
        raise UnknownLanguage(f"{code}: no such language; `make language CODE={code}` begins one")
    rows = list(_rows(language, names_that_stay(load_directory(root / "data")), root))
    missing = sum(row.said is None for row in rows)
    page = folder / f"{code}.html"
    folder.mkdir(parents=True, exist_ok=True)
    page.write_text(
        html_pages().get_template("review.html").render(language=language, rows=rows, missing=missing), encoding="utf-8"
    )
    return page


def _rows(language: Language, names: Collection[str], root: Path) -> Iterator[Row]:
    # The direction of numbers is set when they are shown; here the words stand as they are written.
    catalogue = load_catalogue(root / "locales" / language.id, "ltr")
    for text in load_texts(root):
        known = catalogue.has(text.reference, text.english)
        if known or not text.is_for_staff:
            said = catalogue.text(text.reference, text.english) if known else None
            yield Row(text, said, tuple(mistakes(text, said, language, names)) if said else ())
