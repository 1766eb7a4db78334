"""The languages Waymark speaks, each from its folder in `locales/`."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import cache, partial
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, model_validator
from pydantic.dataclasses import dataclass

from bot.content import PROJECT_FOLDER, collect, load_record
from bot.lexicon import Phrases
from bot.text import folded

FALLBACK = "en"
UNKNOWN = "und"  # BCP 47 for a language that is not determined


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Language:
    """One language; `id` is its BCP 47 code. A `draft` was not yet read by a native reader;
    of a language that is `reviewed` it is known by which role, and when.

    `has_words`: Waymark's own words exist in it; without them it is understood, and answered in English. `scripts` are the
    Unicode scripts it is written in, the proper one first; `dont_know` is what a person says who does not know. `names` are
    what people write who ask for it. `formality`, `gender` and `terms` are for whoever translates: the form of address, how
    wording stays neutral, and the one word for each thing.
    """

    id: str
    name: str
    english_name: str
    direction: Literal["ltr", "rtl"]
    scripts: tuple[str, ...]
    status: Literal["draft", "reviewed"]
    dont_know: str
    has_words: bool
    reviewed_by: str | None = None
    reviewed_on: dt.date | None = None
    names: tuple[str, ...] = ()
    formality: str | None = None
    gender: str | None = None
    terms: dict[str, str] = field(default_factory=dict)

    @model_validator(mode="after")
    def _review_is_documented(self) -> "Language":
        if (self.status == "reviewed") != bool(self.reviewed_by and self.reviewed_on):
            raise ValueError("what is reviewed says by whom (reviewed_by, a role) and when (reviewed_on); a draft does not")
        return self

    @property
    def is_draft(self) -> bool:
        """Whether no native reader has read it yet."""
        return self.status == "draft"


def load_languages(root: Path = PROJECT_FOLDER) -> dict[str, Language]:
    """Return every language by code.

    Raises:
        ContentError: every mistake in every file.
    """
    files = sorted(root.glob("locales/*/language.yml"))
    languages = collect([partial(_load, file.parent) for file in files])
    return {language.id: language for language in languages}


def spoken(languages: Mapping[str, Language]) -> list[Language]:
    """Return the languages that we have words in."""
    return [language for language in languages.values() if language.has_words]


def answering(code: str | None, languages: Mapping[str, Language]) -> Language:
    """Return the language that somebody who writes in this one is answered in: the same, or English where we have no words."""
    language = languages.get(code or FALLBACK)
    return language if language and language.has_words else languages[FALLBACK]


def by_name(languages: Mapping[str, Language]) -> dict[str, str]:
    """Return the codes of languages by each of their names, folded."""
    return {folded(name): code for code, language in sorted(languages.items()) for name in language.names}


def named_language(plain: str, languages: Mapping[str, Language]) -> str | None:
    """Return the language that a plain text names ("english please", "po polsku"), the longest name first."""
    found = [
        (len(name), code)
        for code, language in languages.items()
        for name in language.names
        if _whole_words(name).found_in(plain)
    ]
    return max(found)[1] if found else None


@cache
def _whole_words(name: str) -> Phrases:
    return Phrases((re.escape(name),))


def said_besides(language: str, likely: Iterable[str], languages: Mapping[str, Language]) -> list[str]:
    """Return the languages in which danger is answered besides the conversation's own.

    Those it may be in as well; and English, so that whoever is near can read it, while no native reader has read the words.
    """
    ours = {other.id for other in spoken(languages)}
    others = [code for code in likely if code != language and code in ours]
    needs_english = language != FALLBACK and language in languages and languages[language].is_draft
    return [*others, *([FALLBACK] if needs_english and FALLBACK not in others else [])]


def _load(locale: Path) -> Language:
    has_words = locale.name == FALLBACK or (locale / "LC_MESSAGES").is_dir()
    return load_record(locale / "language.yml", Language, id=locale.name, has_words=has_words)
