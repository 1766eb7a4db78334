"""A language's word lists, by which messages are read without any model.

Loaded from `locales/<language>/lexicon.yml` and `danger.yml`. Each entry is a pattern over plain text (see `bot.text`): a
regular expression in which a blank stands for a blank and `~` for up to three words between.
"""

import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict
from pydantic.dataclasses import dataclass

from bot.content import load_record

STRICT = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


class Phrases:
    """Patterns as one compiled expression that matches whole words only."""

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self._expression = re.compile(_any_of(patterns)) if patterns else None
        self._at_the_end = re.compile(_any_of(patterns) + r"\W*$") if patterns else None

    def found_in(self, text: str) -> bool:
        """Say whether any of the phrases stands in the plain text."""
        return self._expression is not None and self._expression.search(text) is not None

    def starts(self, text: str) -> list[int]:
        """Return where in the plain text the phrases start, those that begin within another included."""
        starts: list[int] = []
        while self._expression is not None and (match := self._expression.search(text, starts[-1] + 1 if starts else 0)):
            starts.append(match.start())
        return starts

    def begins(self, text: str) -> bool:
        """Say whether the plain text begins with one of the phrases."""
        return self._expression is not None and self._expression.match(text.lstrip(" .,!?")) is not None

    def ends(self, text: str) -> bool:
        """Say whether the plain text ends with one of the phrases."""
        return self._at_the_end is not None and self._at_the_end.search(text) is not None

    def removed_from(self, text: str) -> str:
        """Return the plain text without the phrases."""
        return text if self._expression is None else self._expression.sub(" ", text)

    def cut_from_end(self, text: str) -> str:
        """Return the plain text without the phrases that stand at its end."""
        return text if self._at_the_end is None or not text[-1:].isalnum() else self._at_the_end.sub("", text)

    def are_all_of(self, text: str) -> bool:
        """Say whether the plain text is one of the phrases and nothing else, sentence marks aside."""
        bare = re.sub(r"[^\w\s]+", " ", text)
        return self._expression is not None and self._expression.fullmatch(" ".join(bare.split())) is not None


def _any_of(patterns: tuple[str, ...]) -> str:
    alternatives = "|".join(pattern.replace(" ~ ", r" (?:[^\s.!?;]+ ){0,3}") for pattern in patterns)
    return rf"(?<!\w)(?:{alternatives})(?!\w)"


def _compiled(patterns: Any) -> Phrases:
    if not isinstance(patterns, list) or not all(isinstance(pattern, str) for pattern in patterns):
        raise ValueError("must be a list of patterns")
    try:
        return Phrases(tuple(patterns))
    except re.error as error:
        raise ValueError(f"must be patterns that can be compiled: {error}") from error


PhraseList = Annotated[Phrases, BeforeValidator(_compiled)]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class DangerWords:
    """What means danger now, what makes a question of it, and what takes it back (policy, section 1)."""

    now: PhraseList
    unclear: PhraseList
    none: PhraseList
    over: PhraseList
    denied: PhraseList
    not_now: PhraseList
    right_now: PhraseList
    not_real: PhraseList
    idioms: PhraseList


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class AnswerWords:
    """Bare answers to a question."""

    yes: PhraseList
    yes_alone: PhraseList
    no: PhraseList
    no_alone: PhraseList
    dont_know: PhraseList
    skip: PhraseList
    correction: PhraseList


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class AgeWords:
    """How ages are said: number words by value, what stands around a number that is an age, and words that mean an age."""

    numbers: dict[str, int]
    beside_the_point: PhraseList
    before: PhraseList
    having: PhraseList
    years: PhraseList
    after: PhraseList
    follows: PhraseList
    named: PhraseList
    hedges: PhraseList
    not_after: PhraseList
    in_months: PhraseList
    older: PhraseList
    younger: PhraseList
    soon: PhraseList
    denied: PhraseList
    about: PhraseList
    once: PhraseList
    at: PhraseList
    just_18: PhraseList
    not_child: PhraseList
    not_adult: PhraseList
    child: PhraseList
    maybe_child: PhraseList
    adult: PhraseList
    grown: PhraseList
    harm_doer: PhraseList
    young: PhraseList
    unsure: PhraseList


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class PersonWords:
    """Who is at risk: the one who writes, or somebody else."""

    looking_on: PhraseList
    me: PhraseList
    me_answer: PhraseList
    myself: PhraseList
    at_stake: PhraseList
    someone_else: PhraseList
    someone_else_answer: PhraseList
    third: PhraseList


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class PlaceWords:
    """What stands around a place, and tells where the person at risk is, the writer is, or neither."""

    before: PhraseList
    there: PhraseList
    they_are: PhraseList
    writer: PhraseList
    faint: PhraseList
    not_here: PhraseList
    not_after: PhraseList
    roads: PhraseList


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Lexicon:
    """One language's word lists. `concerns` and `staff` hold a list of phrases a value."""

    id: str
    danger: DangerWords
    answers: AnswerWords
    ages: AgeWords
    person: PersonWords
    places: PlaceWords
    staff: PhraseList
    concerns: dict[str, PhraseList]


def load_lexicon(locale: Path) -> Lexicon:
    """Return the word lists of one language's folder.

    Raises:
        ContentError: every mistake in the files.
    """
    danger = load_record(locale / "danger.yml", DangerWords)
    return load_record(locale / "lexicon.yml", Lexicon, id=locale.name, danger=danger)
