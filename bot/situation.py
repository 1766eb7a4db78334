"""What is known about one person at risk: the situation that routing turns into a list of services.

Everything here is a frozen record of ids. No word a person wrote is ever part of a situation. The slot names and values are
those of the routing policy (section 2) and of Rasa's domain.
"""

from dataclasses import dataclass
from typing import Literal, get_args

Answer = Literal["yes", "no", "unknown"]
Person = Literal["me", "someone_else", "unknown"]
AgeBand = Literal["child", "just_18", "adult", "unsure"]
Audience = Literal["public", "staff"]
Exploitation = Literal[
    "labour",
    "sexual",
    "domestic_servitude",
    "criminal",
    "organ_removal",
    "forced_marriage",
    "debt_bondage",
    "unclear",
]
Concern = Literal[
    "partner_or_relative",
    "missing",
    "county_lines",
    "self_harm",
    "cannot_speak",
    "anonymous",
    "immigration_fear",
]

AGE_BANDS: frozenset[str] = frozenset(get_args(AgeBand))
EXPLOITATIONS: frozenset[str] = frozenset(get_args(Exploitation))
CONCERNS: frozenset[str] = frozenset(get_args(Concern))
UNKNOWN_AREA = "unknown"
QUESTIONS = ("danger", "person", "age_band", "area", "first_responder", "consent")  # what the triage may ask, in its order


@dataclass(frozen=True, slots=True)
class Situation:
    """The slots of the routing policy.

    `age_band` is a set because several people may be at risk; the empty set means that nothing is known. `area` is an area
    code or `unknown`; `area_candidates` holds the codes that one place name may mean, until somebody says which. `denied` are
    signs that the person said no to, never one of the `indicators`; `past` are those of the `indicators` that were told of as
    past. Routing looks at neither.
    """

    danger: Answer = "unknown"
    person: Person = "unknown"
    age_band: frozenset[str] = frozenset()
    area: str = UNKNOWN_AREA
    area_candidates: frozenset[str] = frozenset()
    audience: Audience = "public"
    first_responder: Answer = "unknown"
    consent: Answer = "unknown"
    exploitation: frozenset[str] = frozenset()
    indicators: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()
    past: frozenset[str] = frozenset()
    concerns: frozenset[str] = frozenset()

    @property
    def child_writes(self) -> bool:
        """Whether a child writes about themselves: then the words are a child's, and Childline comes first."""
        return self.person == "me" and "child" in self.age_band

    @property
    def places(self) -> tuple[str, ...]:
        """The area, or all areas that an unsettled place name may mean."""
        if self.area == UNKNOWN_AREA and self.area_candidates:
            return tuple(sorted(self.area_candidates))
        return (self.area,)
