"""What people come to ask, and the answers: one topic a file in `data/topics/<id>.yml`."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from bot.content import load_folder
from bot.routing import Condition
from bot.sources import Sentence, Source

STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Shown:
    """A service that stands with an answer."""

    id: str
    condition: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Topic:
    """One question and its answer. `answers` is the intent that asks it; of several with one intent, the first is the overview.

    `child_text` is said to a child who writes; `local` adds what the area's own data say of children or adults.
    """

    id: str
    title: Sentence
    answers: str
    order: int
    audience: Literal["everyone", "staff"]
    text: Sentence
    services: Annotated[tuple[Shown, ...], Field(min_length=1)]
    next: tuple[str, ...]
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    next_review: dt.date
    child_text: Sentence | None = None
    local: Literal["children", "adults"] | None = None


def load_topics(folder: Path) -> dict[str, Topic]:
    """Return every topic by id.

    Raises:
        ContentError: every mistake in every file.
    """
    return load_folder(folder, Topic)


def find_topic(intent: str, asked: str | None, topics: Mapping[str, Topic]) -> Topic | None:
    """Return the topic that answers an intent: the one asked for, if it belongs to it, else the overview, if any."""
    family = sorted((topic for topic in topics.values() if topic.answers == intent), key=lambda topic: topic.order)
    return next((topic for topic in family if topic.id == asked), next(iter(family), None))
