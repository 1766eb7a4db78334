"""Begin a language: `waymark language CODE` writes every file it needs, each saying what belongs in it."""

from pathlib import Path

from babel import Locale, UnknownLocaleError
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.catalogue import catalogue_file
from bot.content import PROJECT_FOLDER
from bot.errors import WaymarkError
from bot.scripts import main_script
from bot.texts import load_texts
from waymark.catalogues import update_catalogues
from waymark.pages import TEMPLATES

LANGUAGE_FILES = TEMPLATES / "language"


class CannotBegin(WaymarkError):
    """The code is no language's, or the language is there already."""


def begin_language(code: str, root: Path = PROJECT_FOLDER) -> list[Path]:
    """Write the files of a new language and return them.

    Raises:
        CannotBegin: the code is unknown to Unicode's CLDR, or has its files.
    """
    try:
        locale = Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError) as error:
        raise CannotBegin(f"{code}: no language that Unicode's CLDR knows; a code is such as el or pt-BR") from error
    folder = root / "locales" / code
    if folder.exists():
        raise CannotBegin(f"{folder} is there already")
    name = locale.get_display_name() or code
    known = {
        "code": code,
        "name": name,
        "english_name": locale.get_display_name("en") or code,
        "direction": locale.text_direction,
        "script": main_script(name) or "Latin",
    }
    folder.mkdir(parents=True)
    written = [folder / name for name in ("language.yml", "danger.yml", "lexicon.yml", "keywords.yml")]
    examples = root / "data" / "nlu" / code / "examples.yml"
    if not examples.parent.exists():  # a language that was only recognised so far has some
        written.append(examples)
    pages = Environment(loader=FileSystemLoader(LANGUAGE_FILES), undefined=StrictUndefined, autoescape=False)  # noqa: S701 YAML
    for file in written:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(pages.get_template(file.name).render(known) + "\n", encoding="utf-8")
    catalogue_file(folder).parent.mkdir()
    list(update_catalogues(load_texts(root), root))
    return [*written, catalogue_file(folder)]
