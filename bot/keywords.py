"""Words that mean one thing when they are sent alone.

HELP, STOP, START, MORE by text message; "continue", "someone is coming", "forget me".

Loaded from `locales/<language>/keywords.yml`. They are understood in every language at once, because who sends one is not asked
first which language it is in.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Literal, get_args

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from bot.content import PROJECT_FOLDER, collect, load_record, shown
from bot.errors import ContentError, Problem
from bot.text import plain

Meaning = Literal["help", "stop", "start", "more", "resume", "pause", "forget"]
_MARKS = " .,!?;:"


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Keywords:
    """One language's words by meaning; the first of each is the one that our own texts tell people to send."""

    id: str
    help: tuple[str, ...]
    stop: tuple[str, ...]
    start: tuple[str, ...]
    more: tuple[str, ...]
    resume: tuple[str, ...]
    pause: tuple[str, ...]
    forget: tuple[str, ...]


def load_keywords(root: Path = PROJECT_FOLDER) -> dict[str, Keywords]:
    """Return every language's keywords by its code.

    Raises:
        ContentError: every mistake in the files; also a word that means one thing in one language and another in another.
    """
    files = sorted(root.glob("locales/*/keywords.yml"))
    loaded = collect([partial(load_record, file, Keywords, id=file.parent.name) for file in files])
    problems = tuple(_contradictions(files, loaded))
    if problems:
        raise ContentError(problems)
    return {keywords.id: keywords for keywords in loaded}


def meanings(keywords: Iterable[Keywords]) -> dict[str, Meaning]:
    """Return what each word means, by its bare form."""
    return {bare(word): meaning for each in keywords for meaning, word in _words(each)}


def _words(keywords: Keywords) -> Iterator[tuple[Meaning, str]]:
    return ((meaning, word) for meaning in get_args(Meaning) for word in getattr(keywords, meaning))


def _contradictions(files: Iterable[Path], loaded: Iterable[Keywords]) -> Iterator[Problem]:
    known: dict[str, Meaning] = {}
    for file, keywords in zip(files, loaded, strict=True):
        for meaning, word in _words(keywords):
            other = known.setdefault(bare(word), meaning)
            if other != meaning:
                yield Problem(shown(file), meaning, word, f"means {other!r} in another language, or in this one")


def bare(text: str) -> str:
    """Return a message as keywords are compared: in plain form, without marks around it."""
    return plain(text).strip(_MARKS)
