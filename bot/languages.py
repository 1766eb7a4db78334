"""The languages Waymark speaks, each from its folder in `locales/`."""

from functools import partial
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from bot.content import PROJECT_FOLDER, collect, load_record

FALLBACK = "en"
UNKNOWN = "und"  # BCP 47 for a language that is not determined


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Language:
    """One language; `id` is its BCP 47 code. A `draft` was not yet read by a native reader.

    `has_words`: Waymark's own words exist in it; without them it is understood, and answered in English. `scripts` are the
    Unicode scripts it is written in, the proper one first; `dont_know` is what a person says who does not know.
    """

    id: str
    name: str
    english_name: str
    direction: Literal["ltr", "rtl"]
    scripts: tuple[str, ...]
    status: Literal["draft", "reviewed"]
    dont_know: str
    has_words: bool


def load_languages(root: Path = PROJECT_FOLDER) -> dict[str, Language]:
    """Return every language by code.

    Raises:
        ContentError: every mistake in every file.
    """
    files = sorted(root.glob("locales/*/language.yml"))
    languages = collect([partial(_load, file.parent) for file in files])
    return {language.id: language for language in languages}


def _load(locale: Path) -> Language:
    has_words = locale.name == FALLBACK or (locale / "LC_MESSAGES").is_dir()
    return load_record(locale / "language.yml", Language, id=locale.name, has_words=has_words)
