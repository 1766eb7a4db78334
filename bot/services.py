"""The directory's services: who they are, their phones, hours and where every fact comes from.

Loaded from `data/services/<id>.yml`. Names of fields follow Open Referral UK where it has one.
"""

import datetime as dt
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, StringConstraints, model_validator
from pydantic.dataclasses import dataclass

from bot import hours
from bot.content import load_folder
from bot.sources import Grade, PartialDate, Sentence, Source, with_iso_text

STRICT = ConfigDict(extra="forbid")

PhoneLabel = Literal["phone", "daytime", "out_of_hours", "any_time", "overseas", "textphone", "freephone"]

ShortName = Literal[
    "emergency", "police", "helpline", "children_team", "adults_team", "guardians", "support_line", "advice_line"
]


def _digits_only_apart(number: str) -> str:
    if not re.fullmatch(r"\+?\d[\d ]*", number):
        raise ValueError("must be digits and spaces, as a person reads the number")
    return number


Number = Annotated[str, AfterValidator(_digits_only_apart)]
Hours = Annotated[str, AfterValidator(hours.check)]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Phone:
    """One number of a service. `opening_hours` None means: not known, never called open."""

    number: Number
    label: PhoneLabel
    audience: Literal["public", "staff", "everyone"]
    opening_hours: Hours | None
    source: Sentence
    source_date: PartialDate | None
    seen: dt.date
    verified: dt.date | None
    next_check: dt.date
    grade: Grade
    extension_note: Sentence | None = None
    conflict: int | None = None
    decision: Sentence | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_yaml(cls, values: object) -> object:
        kwargs = getattr(values, "kwargs", values)
        if isinstance(kwargs, dict):
            kwargs = dict(kwargs)
            if "for" in kwargs:  # `for` is the contract's word, and a keyword of Python.
                kwargs["audience"] = kwargs.pop("for")
            return with_iso_text(kwargs)
        return values

    @model_validator(mode="after")
    def _conflict_is_decided(self) -> "Phone":
        if (self.conflict is None) != (self.decision is None):
            raise ValueError("a conflicting fact needs both `conflict` (row of the register) and `decision`")
        return self

    def is_for(self, audience: str) -> bool:
        """Say whether this audience may ring the number."""
        return self.audience in ("everyone", audience)

    def open_now(self, now: dt.datetime) -> bool | None:
        """Say whether the line is open; None where its hours are not known."""
        return None if self.opening_hours is None else hours.is_open(self.opening_hours, now)

    @property
    def href(self) -> str:
        """The number as a `tel:` link."""
        return "tel:" + self.number.replace(" ", "")


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class StandIn:
    """Who takes a service's place while it has no number that the person can use."""

    service: str
    note: Sentence


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Service:
    """One service of the directory. Which people it is shown to is decided in `bot.routing`, by its id."""

    id: str
    name: Sentence
    description: Sentence
    status: Literal["active", "withdrawn"]
    service_areas: tuple[str, ...]
    audience: Literal["everyone", "staff"]
    phones: tuple[Phone, ...]
    sources: tuple[Source, ...]
    alternate_name: Sentence | None = None
    short_name: ShortName | None = None
    organization: Sentence | None = None
    child_description: Sentence | None = None
    staff_description: Sentence | None = None
    instead: StandIn | None = None
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None
    url_label: Sentence | None = None
    text_number: Number | None = None
    note: Sentence | None = None

    @model_validator(mode="after")
    def _has_places_and_sources(self) -> "Service":
        if not self.service_areas or not self.sources:
            raise ValueError("a service needs at least one of `service_areas` and one of `sources`")
        return self

    def is_for(self, audience: str) -> bool:
        """Say whether this audience may be shown the service: the referral system is nothing that the public fills in."""
        return self.audience in ("everyone", audience)

    def phones_for(self, audience: str) -> tuple[Phone, ...]:
        """Return the numbers this audience may ring."""
        return tuple(phone for phone in self.phones if phone.is_for(audience))

    def open_now(self, audience: str, now: dt.datetime) -> bool | None:
        """Say whether somebody answers: True if any line is open, None if that is not known, False if all are closed."""
        states = {phone.open_now(now) for phone in self.phones_for(audience)}
        if True in states:
            return True
        return None if None in states or not states else False


def load_services(folder: Path) -> dict[str, Service]:
    """Return every service by id.

    Raises:
        ContentError: every mistake in every file.
    """
    return load_folder(folder, Service)
