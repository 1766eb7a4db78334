"""Signs of exploitation, and the places where people notice them.

Loaded from `data/indicators/<id>.yml` and `data/settings/<id>.yml`. No sign proves anything by itself.
"""

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

from bot.content import load_folder
from bot.situation import AgeBand, Concern, Exploitation
from bot.sources import Sentence, Source

STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Indicator:
    """One sign. `broader` is the general sign to which a more particular one belongs; free text is read into general ones.

    `settings` empty: worth asking everywhere. `kinds` empty: a sign of any kind. `weight`: 5 is asked first. `concern`,
    `age_band` and `danger_is_unclear` are what a "yes" says besides.
    """

    id: str
    question: Sentence
    question_me: Sentence
    sign: Sentence
    sign_me: Sentence
    explanation: Sentence
    kinds: frozenset[Exploitation]
    settings: frozenset[str]
    about: Literal["anyone", "child"]
    leads_to: tuple[str, ...]
    weight: Annotated[int, Field(ge=1, le=5)]
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    next_review: dt.date
    broader: str | None = None
    concern: Concern | None = None
    age_band: AgeBand | None = None
    danger_is_unclear: bool = False

    @model_validator(mode="after")
    def _is_sourced_for_its_kinds(self) -> "Indicator":
        # No source names a sign of organ removal: nothing may claim to be one until somebody finds it.
        if "organ_removal" in self.kinds:
            raise ValueError("no sign of organ_removal has a source")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Setting:
    """A place where people notice signs; `first` are the ones to ask about at the beginning."""

    id: str
    name: Sentence
    first: tuple[str, ...]
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]


def load_indicators(folder: Path) -> dict[str, Indicator]:
    """Return every indicator by id.

    Raises:
        ContentError: every mistake in every file.
    """
    return load_folder(folder, Indicator)


def load_settings(folder: Path) -> dict[str, Setting]:
    """Return every setting by id.

    Raises:
        ContentError: every mistake in every file.
    """
    return load_folder(folder, Setting)
