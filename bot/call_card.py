"""The call card: fixed sentences that a person can show or read aloud to be heard in English. Loaded from `data/call_card.yml`.

Which sentences stand on it follows from the situation; nothing of it is kept.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, ConfigDict
from pydantic.dataclasses import dataclass

from bot.content import load_record
from bot.languages import FALLBACK
from bot.situation import Situation
from bot.sources import Sentence

STRICT = ConfigDict(extra="forbid")
Line = Literal[
    "danger",
    "language",
    "interpreter",
    "cannot_speak",
    "about_me",
    "about_somebody",
    "under_18",
    "they_are_under_18",
    "place",
    "their_place",
    "ring_back",
]


def _has_all_lines(lines: dict[str, str]) -> dict[str, str]:
    if set(lines) != set(get_args(Line)):
        raise ValueError(f"must hold exactly {', '.join(get_args(Line))}")
    return lines


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class CallCard:
    """The sentences by id, with `{language}` and `{place}` for what is filled in. `short` are those of one text message."""

    id: str
    lines: Annotated[dict[str, Sentence], AfterValidator(_has_all_lines)]
    short: tuple[Line, ...]


def load_call_card(file: Path) -> CallCard:
    """Return the call card.

    Raises:
        ContentError: every mistake in the file.
    """
    return load_record(file, CallCard, id=file.stem)


def lines_for(situation: Situation, language: str, has_place: bool) -> Iterator[Line]:
    """Yield the ids of the sentences that fit a situation, in the order in which they are needed on the phone.

    Args:
        language: the person's; who speaks English needs no interpreter.
        has_place: the place has a name that can be said.
    """
    is_about_writer = situation.person == "me"
    may_be_child = bool(situation.age_band & {"child", "unsure"})
    if situation.danger == "yes":
        yield "danger"
    if language != FALLBACK:
        yield from ("language", "interpreter")
    if "cannot_speak" in situation.concerns:
        yield "cannot_speak"
    yield "about_me" if is_about_writer else "about_somebody"
    if may_be_child:
        yield "under_18" if is_about_writer else "they_are_under_18"
    if has_place:
        yield "place" if is_about_writer else "their_place"
    yield "ring_back"
