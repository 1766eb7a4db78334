"""Who is sent where: the heart of Waymark.

A pure function of the situation, the moment and the directory. The rules, their numbers and their order are those of the
routing policy, section 4. Nothing here reads a clock, a file or a model.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from bot import hours
from bot.directory import Directory
from bot.situation import Situation

Condition = Literal[
    "if_danger",
    "if_danger_abroad",
    "if_under_18",
    "if_you_are_under_19",
    "if_in_area",
    "if_man",
]
Note = Literal["only_if_you_want_police"]
AT_ONCE = 3  # A person reads the top of a list: among this many services one must be awake.


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One service of a list. `stands_in_for` is the id of a service without a usable number, whose place this one takes."""

    service: str
    condition: Condition | None = None
    note: Note | None = None
    stands_in_for: str | None = None

    def as_payload(self) -> dict[str, str]:
        """Return the recommendation as the custom field of a reply: ids only, the gateway makes the card."""
        values = {"id": self.service, "condition": self.condition, "note": self.note, "stands_in_for": self.stands_in_for}
        return {key: value for key, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class _Case:
    """A situation at a moment, with what the rules ask of it again and again."""

    situation: Situation
    now: dt.datetime
    directory: Directory

    @property
    def has_possible_child(self) -> bool:
        return bool(self.situation.age_band & {"child", "unsure"})

    @property
    def has_adult(self) -> bool:
        # Nothing known of the age: the list for adults, with the children's line as a condition.
        return bool(self.situation.age_band & {"adult", "just_18"}) or not self.situation.age_band

    @property
    def is_about_writer(self) -> bool:
        return self.situation.person == "me"

    @property
    def councils(self) -> tuple[str, ...]:
        """The councils whose front doors are shown."""
        areas = self.directory.areas
        return tuple(code for code in self.situation.places if code in areas and areas[code].services)


def route(situation: Situation, now: dt.datetime, directory: Directory) -> tuple[Recommendation, ...]:
    """Return the ordered list of services for a situation; never empty.

    The order: danger and self-harm first, children before adults, then what the kind of exploitation adds, as far as each
    serves where the person is; a service known to be closed below all others; somebody who is awake near the top.
    """
    case = _Case(situation, now, directory)
    listed = [*_danger(case), *_children(case), *_adults(case), *_by_kind(case), *_referral_system(case)]
    serving = [entry for entry in listed if _serves(entry, case)]
    return tuple(_with_somebody_awake(_closed_last(_without_repeats(serving), case), case))


def _serves(entry: Recommendation, case: _Case) -> bool:
    """Rule 6: say whether a service serves where the person is, or in any of the places a name may mean."""
    return any(case.directory.serves(entry.service, area) for area in case.situation.places)


def _danger(case: _Case) -> Iterator[Recommendation]:
    """Rule 1 and section 1: 999 first; Samaritans, and Childline for the young, where somebody may end their life."""
    emergency = _emergency(case)
    if "self_harm" not in case.situation.concerns:
        yield from emergency
        return
    helpers = [Recommendation("samaritans")]
    if case.has_possible_child or "just_18" in case.situation.age_band:
        helpers.append(Recommendation("childline"))
    yield from [*emergency, *helpers] if case.situation.danger == "yes" else [*helpers, *emergency]


def _emergency(case: _Case) -> list[Recommendation]:
    danger = case.situation.danger
    if danger == "yes":
        return [Recommendation("emergency-999")]
    if case.directory.nation(case.situation.area) == "outside_uk":
        # Rule 7: abroad no line of ours is sure to be open, so the way to an emergency number is always said.
        return [Recommendation("emergency-999", "if_danger_abroad")]
    if danger == "no" and "self_harm" not in case.situation.concerns:
        return []
    return [Recommendation("emergency-999", "if_danger")]


def _children(case: _Case) -> Iterator[Recommendation]:
    """Rule 2: any possible child."""
    if not case.has_possible_child:
        return
    if case.is_about_writer:
        # A parent who writes about both is not the child: then Childline is for "if you are under 19".
        yield Recommendation("childline", "if_you_are_under_19" if "adult" in case.situation.age_band else None)
    if case.councils:
        yield from (_front_door(case, code, "children") for code in case.councils)
        yield from (Recommendation("ictg"), Recommendation("police-101"))
    else:
        yield from map(Recommendation, ("police-101", "nspcc", "ictg", "modern-slavery-helpline"))


def _adults(case: _Case) -> Iterator[Recommendation]:
    """Rules 3 and 4: adults, or nobody knows."""
    if not case.has_adult:
        return
    yield from _adult_writer(case) if case.is_about_writer else _adult_someone_else(case)


def _adult_someone_else(case: _Case) -> Iterator[Recommendation]:
    yield Recommendation("modern-slavery-helpline")
    if not hours.is_office_time(case.now):
        yield Recommendation("salvation-army")
    yield from (_front_door(case, code, "adults") for code in case.councils)
    yield from _children_beside_18(case)
    yield Recommendation("police-101")
    if "anonymous" in case.situation.concerns:
        yield Recommendation("crimestoppers")
    if not case.situation.age_band:
        yield from _children_line_on_condition(case)


def _adult_writer(case: _Case) -> Iterator[Recommendation]:
    yield from (Recommendation("modern-slavery-helpline"), Recommendation("salvation-army"))
    for code in case.councils:
        door = _front_door(case, code, "adults")
        # The police never take the place of help that an adult asks for themselves.
        if door.stands_in_for is None:
            yield door
    yield from _children_beside_18(case)
    yield from map(Recommendation, (code for code in ("gm-victims-services",) if case.councils))
    yield Recommendation("police-101", note="only_if_you_want_police")
    if "just_18" in case.situation.age_band:
        yield from (Recommendation("childline"), Recommendation("missing-people"))
    if not case.situation.age_band:
        yield Recommendation("childline", "if_you_are_under_19")


def _children_beside_18(case: _Case) -> Iterator[Recommendation]:
    """Exactly 18, where the council's strategy sends young people of that age to its children's service."""
    if "just_18" not in case.situation.age_band:
        return
    for code in case.councils:
        if case.directory.areas[code].children_until >= 18:
            yield _front_door(case, code, "children")


def _children_line_on_condition(case: _Case) -> Iterator[Recommendation]:
    doors = [_front_door(case, code, "children") for code in case.councils]
    usable = [Recommendation(door.service, "if_under_18") for door in doors if door.stands_in_for is None]
    yield from usable or [Recommendation("nspcc", "if_under_18")]


def _referral_system(case: _Case) -> Iterator[Recommendation]:
    """The first responders' own system; never for the public, never for somebody who writes about themselves."""
    situation = case.situation
    if situation.audience == "staff" and situation.first_responder == "yes" and not case.is_about_writer:
        yield Recommendation("nrm-online")


def _by_kind(case: _Case) -> Iterator[Recommendation]:
    """Rule 5: what the kind of exploitation and what was said add, at any age."""
    kinds, concerns = case.situation.exploitation, case.situation.concerns
    if "labour" in kinds:
        yield Recommendation("fair-work-agency")
    if "forced_marriage" in kinds:
        yield Recommendation("forced-marriage-unit")
    if "partner_or_relative" in concerns and case.has_adult:
        yield from (Recommendation("domestic-abuse-helpline"), Recommendation("mens-advice-line", "if_man"))
    if "missing" in concerns or ("county_lines" in concerns and case.has_possible_child):
        yield Recommendation("missing-people")


def _front_door(case: _Case, code: str, door: Literal["children", "adults"]) -> Recommendation:
    """Return a council's service, or whoever stands in for it while it has no number the person can use."""
    doors = case.directory.areas[code].services
    assert doors is not None  # `councils` names only areas that have front doors.
    service = doors.children if door == "children" else doors.adults
    if not case.directory.is_usable(service, case.situation.audience, case.now):
        found = case.directory.services.get(service)
        stand_in = found.instead.service if found and found.instead else "police-101"
        return Recommendation(stand_in, stands_in_for=service)
    return Recommendation(service, "if_in_area" if len(case.councils) > 1 else None)


def _without_repeats(entries: Iterable[Recommendation]) -> list[Recommendation]:
    """Keep each service once, at its first place; one that is shown in any case is not shown "if ..."."""
    kept: dict[str, Recommendation] = {}
    for entry in entries:
        first = kept.setdefault(entry.service, entry)
        if first.condition is not None and entry.condition is None:
            kept[entry.service] = entry
    return list(kept.values())


def _closed_last(entries: list[Recommendation], case: _Case) -> list[Recommendation]:
    return sorted(entries, key=lambda entry: _open_now(entry, case) is False)


def _with_somebody_awake(entries: list[Recommendation], case: _Case) -> list[Recommendation]:
    """Rule 7: among the first services shown to everybody, at least one is known to be open now."""
    certain = [entry for entry in entries if entry.condition is None]
    if any(_open_now(entry, case) for entry in certain[:AT_ONCE]):
        return entries
    awake = next((entry for entry in certain if _open_now(entry, case)), None)
    if awake is None:
        return entries
    others = [entry for entry in entries if entry is not awake]
    place = others.index(certain[AT_ONCE - 1])
    return [*others[:place], awake, *others[place:]]


def _open_now(entry: Recommendation, case: _Case) -> bool | None:
    return case.directory.open_now(entry.service, case.situation.audience, case.now)
