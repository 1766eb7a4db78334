"""The areas Waymark knows: twelve councils, and the places outside them.

Loaded from `data/areas/<code>.yml`: names of places, postcode districts and the council's two front doors.
"""

from dataclasses import field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict
from pydantic.dataclasses import dataclass

from bot.content import load_folder
from bot.sources import Provenance, Sentence

STRICT = ConfigDict(extra="forbid")
Kind = Literal["council", "nation", "elsewhere", "abroad"]
Nation = Literal["england", "wales", "scotland", "northern_ireland", "outside_uk"]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Place:
    """A name that means this area. A `common_word` counts only where the sentence makes a place of it."""

    name: str
    spellings: tuple[str, ...] = ()
    common_word: bool = False
    only_answer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class FrontDoors:
    """The ids of a council's services for children and for adults."""

    children: str
    adults: str


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class NextStep(Provenance):
    """What happens after somebody tells the council, in its own words for it."""

    text: Sentence


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class NextSteps:
    """What happens next there, for children and for adults, where a source says it."""

    children: NextStep | None = None
    adults: NextStep | None = None


def _place(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Area:
    """One area. `children_until` is the last age, in years, that its children's service says it takes, if above 17.

    `ons_codes` name its local authorities in the ONS Postcode Directory.
    """

    id: str
    name: str
    kind: Kind
    nation: Nation
    places: tuple[Annotated[Place, BeforeValidator(_place)], ...]
    postcode_districts: tuple[str, ...] = ()
    region: str | None = None
    police: str | None = None
    services: FrontDoors | None = None
    ons_codes: tuple[str, ...] = ()
    children_until: int = 17
    next_steps: NextSteps = field(default_factory=NextSteps)


def load_areas(folder: Path) -> dict[str, Area]:
    """Return every area by code.

    Raises:
        ContentError: every mistake in every file.
    """
    return load_folder(folder, Area)
