"""The practice room: short made-up stories in which people practise what to notice and whom to ring.

Loaded from `data/scenarios/<id>.yml`; the same files test the assistant.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

from bot.content import load_folder
from bot.sources import Sentence, Source

STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Choice:
    """One thing that one might do, and what is said to it."""

    text: Sentence
    best: bool
    feedback: Sentence


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Scenario:
    """One story. `told`, `expect` and `answers` are how somebody might tell Waymark of it, and where that must lead."""

    id: str
    title: Sentence
    audience: Literal["everyone", "staff"]
    story: Sentence
    signs: tuple[str, ...]
    question: Sentence
    choices: Annotated[tuple[Choice, ...], Field(min_length=3, max_length=4)]
    told: Sentence
    expect: dict[str, Any]
    answers: dict[str, str]
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    next_review: dt.date

    @model_validator(mode="after")
    def _has_one_best_choice(self) -> "Scenario":
        if sum(choice.best for choice in self.choices) != 1:
            raise ValueError("exactly one of `choices` must be best")
        return self


def load_scenarios(folder: Path) -> dict[str, Scenario]:
    """Return every scenario by id.

    Raises:
        ContentError: every mistake in every file.
    """
    return load_folder(folder, Scenario)


def next_scenario(done: Collection[str], audience: str, scenarios: Mapping[str, Scenario]) -> Scenario | None:
    """Return the next story for an audience; staff get their own first. None when all were practised."""
    fitting = [scenario for scenario in scenarios.values() if scenario.audience in ("everyone", audience)]
    left = [scenario for scenario in fitting if scenario.id not in done]
    return min(left, key=lambda scenario: (scenario.audience != audience, scenario.id), default=None)
