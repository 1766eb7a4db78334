"""Where a fact comes from: the page, its date, the day it was read, and how far it can be trusted."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import ConfigDict, StringConstraints, model_validator
from pydantic.dataclasses import dataclass

STRICT = ConfigDict(extra="forbid")

Grade = Literal["A", "B", "C"]  # U, "no source found", is left out on purpose: such a fact cannot be loaded.
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
PartialDate = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]


def with_iso_text(values: dict[str, object]) -> dict[str, object]:
    """Return the values with `source_date` as text: in YAML a full date is a date, a year or month a text."""
    date = values.get("source_date")
    return {**values, "source_date": date.isoformat()} if isinstance(date, dt.date) else values


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Provenance:
    """Where something is known from."""

    source: Sentence
    source_date: PartialDate | None
    seen: dt.date
    grade: Grade

    @model_validator(mode="before")
    @classmethod
    def _from_yaml(cls, values: object) -> object:
        kwargs = getattr(values, "kwargs", values)
        return with_iso_text(kwargs) if isinstance(kwargs, dict) else values


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Source(Provenance):
    """Where a claim that is not a phone number comes from."""

    claim: Sentence
