"""The routing policy (section 4, rules 1 to 7) copied out row by row, as a second opinion on bot.routing.

It imports nothing of the routing, the directory or the data files, so that a mistake there cannot be repeated here.
Tests ask `expected` for every situation at three fixed moments. Rows are meant to be read against the policy, whose
words stand beside them. Not held here: danger words, self-harm (policy, section 1) and a place name that may mean two
areas; `expected` refuses those.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from bot.situation import Situation

Clock = Literal["day", "night", "bank_holiday"]

LONDON = ZoneInfo("Europe/London")
MOMENTS: dict[Clock, datetime] = {
    "day": datetime(2026, 11, 25, 11, 0, tzinfo=LONDON),  # a Wednesday
    "night": datetime(2026, 11, 25, 23, 30, tzinfo=LONDON),  # the same Wednesday
    # A Monday. "Bank holidays (England) are out of hours."
    "bank_holiday": datetime(2026, 8, 31, 11, 0, tzinfo=LONDON),
}


@dataclass(frozen=True, slots=True)
class Expected:
    """Service ids: those shown in any case, in their order, and those shown only "if ..."."""

    services: tuple[str, ...]
    conditional: frozenset[str]


# Rule 2. "A child: the area's children's front door, `ictg`, `police-101`."
A_CHILD: dict[str, tuple[str, ...]] = {
    "stockport": ("stockport-children", "ictg", "police-101"),
    "halton": ("halton-children", "ictg", "police-101"),
    "warrington": ("warrington-children", "ictg", "police-101"),
    "cheshire-east": ("cheshire-east-children", "ictg", "police-101"),
    "cheshire-west-and-chester": ("cheshire-west-and-chester-children", "ictg", "police-101"),
    "staffordshire": ("staffordshire-children", "ictg", "police-101"),
    "stoke-on-trent": ("stoke-on-trent-children", "ictg", "police-101"),
    "bradford": ("bradford-children", "ictg", "police-101"),
    "calderdale": ("calderdale-children", "ictg", "police-101"),
    "kirklees": ("kirklees-children", "ictg", "police-101"),
    "leeds": ("leeds-children", "ictg", "police-101"),
    "wakefield": ("wakefield-children", "ictg", "police-101"),
    # Rule 2. "No area known: `police-101`, `nspcc`, `ictg`, `modern-slavery-helpline`."
    "unknown": ("police-101", "nspcc", "ictg", "modern-slavery-helpline"),
    # Rule 6. "`elsewhere_england` = as no area known".
    "elsewhere_england": ("police-101", "nspcc", "ictg", "modern-slavery-helpline"),
    # Rule 6. "no English council, ever. Wales keeps `salvation-army` and `ictg`".
    "wales": ("police-101", "nspcc", "ictg", "modern-slavery-helpline"),
    # Rule 6. "Scotland, Northern Ireland, abroad lose `salvation-army`, `ictg` and `nrm-online`".
    "scotland": ("police-101", "nspcc", "modern-slavery-helpline"),
    "northern_ireland": ("police-101", "nspcc", "modern-slavery-helpline"),
    # Rule 6. "abroad also `police-101`", and `nspcc`, which serves the four nations only.
    "outside_uk": ("modern-slavery-helpline",),
}

# Rule 3. "An adult, someone else: `modern-slavery-helpline`, the area's adults' front door, `police-101`".
AN_ADULT_SOMEONE_ELSE_IN_OFFICE_HOURS: dict[str, tuple[str, ...]] = {
    "stockport": ("modern-slavery-helpline", "stockport-adults", "police-101"),
    "halton": ("modern-slavery-helpline", "halton-adults", "police-101"),
    "warrington": ("modern-slavery-helpline", "warrington-adults", "police-101"),
    "cheshire-east": ("modern-slavery-helpline", "cheshire-east-adults", "police-101"),
    "cheshire-west-and-chester": ("modern-slavery-helpline", "cheshire-west-and-chester-adults", "police-101"),
    "staffordshire": ("modern-slavery-helpline", "staffordshire-adults", "police-101"),
    "stoke-on-trent": ("modern-slavery-helpline", "stoke-on-trent-adults", "police-101"),
    "bradford": ("modern-slavery-helpline", "bradford-adults", "police-101"),
    "calderdale": ("modern-slavery-helpline", "calderdale-adults", "police-101"),
    "kirklees": ("modern-slavery-helpline", "kirklees-adults", "police-101"),
    "leeds": ("modern-slavery-helpline", "leeds-adults", "police-101"),
    "wakefield": ("modern-slavery-helpline", "wakefield-adults", "police-101"),
    # Without a council there is no front door to name.
    "unknown": ("modern-slavery-helpline", "police-101"),
    # Rule 6. "`elsewhere_england` = as no area known".
    "elsewhere_england": ("modern-slavery-helpline", "police-101"),
    # Rule 6. "no English council, ever."
    "wales": ("modern-slavery-helpline", "police-101"),
    "scotland": ("modern-slavery-helpline", "police-101"),
    "northern_ireland": ("modern-slavery-helpline", "police-101"),
    # Rule 6. "abroad also `police-101`".
    "outside_uk": ("modern-slavery-helpline",),
}

# Rule 7. "rule 3 at night: `salvation-army`, 24 hours, takes calls about others": directly after the helpline.
AN_ADULT_SOMEONE_ELSE_OUT_OF_HOURS: dict[str, tuple[str, ...]] = {
    "stockport": ("modern-slavery-helpline", "salvation-army", "stockport-adults", "police-101"),
    "halton": ("modern-slavery-helpline", "salvation-army", "halton-adults", "police-101"),
    "warrington": ("modern-slavery-helpline", "salvation-army", "warrington-adults", "police-101"),
    "cheshire-east": ("modern-slavery-helpline", "salvation-army", "cheshire-east-adults", "police-101"),
    "cheshire-west-and-chester": (
        "modern-slavery-helpline",
        "salvation-army",
        "cheshire-west-and-chester-adults",
        "police-101",
    ),
    "staffordshire": ("modern-slavery-helpline", "salvation-army", "staffordshire-adults", "police-101"),
    "stoke-on-trent": ("modern-slavery-helpline", "salvation-army", "stoke-on-trent-adults", "police-101"),
    "bradford": ("modern-slavery-helpline", "salvation-army", "bradford-adults", "police-101"),
    "calderdale": ("modern-slavery-helpline", "salvation-army", "calderdale-adults", "police-101"),
    "kirklees": ("modern-slavery-helpline", "salvation-army", "kirklees-adults", "police-101"),
    "leeds": ("modern-slavery-helpline", "salvation-army", "leeds-adults", "police-101"),
    "wakefield": ("modern-slavery-helpline", "salvation-army", "wakefield-adults", "police-101"),
    # Rule 6 takes `salvation-army` away only where the place is known to lie outside England and Wales.
    "unknown": ("modern-slavery-helpline", "salvation-army", "police-101"),
    "elsewhere_england": ("modern-slavery-helpline", "salvation-army", "police-101"),
    # Rule 6. "Wales keeps `salvation-army` and `ictg`".
    "wales": ("modern-slavery-helpline", "salvation-army", "police-101"),
    # Rule 6. "Scotland, Northern Ireland, abroad lose `salvation-army`".
    "scotland": ("modern-slavery-helpline", "police-101"),
    "northern_ireland": ("modern-slavery-helpline", "police-101"),
    "outside_uk": ("modern-slavery-helpline",),
}

# Rule 4. "An adult, me: `modern-slavery-helpline`, `salvation-army`, the area's adults' front door,
# `gm-victims-services` where it serves; the police offered last, never pushed". Section 3: 101 "stands last, 'only if
# you want the police'".
AN_ADULT_ME: dict[str, tuple[str, ...]] = {
    "stockport": (
        "modern-slavery-helpline",
        "salvation-army",
        "stockport-adults",
        "gm-victims-services",  # Section 3: "(Greater Manchester)"; Stockport is the only one of the twelve in it.
        "police-101",
    ),
    "halton": ("modern-slavery-helpline", "salvation-army", "halton-adults", "police-101"),
    "warrington": ("modern-slavery-helpline", "salvation-army", "warrington-adults", "police-101"),
    "cheshire-east": ("modern-slavery-helpline", "salvation-army", "cheshire-east-adults", "police-101"),
    "cheshire-west-and-chester": (
        "modern-slavery-helpline",
        "salvation-army",
        "cheshire-west-and-chester-adults",
        "police-101",
    ),
    "staffordshire": ("modern-slavery-helpline", "salvation-army", "staffordshire-adults", "police-101"),
    "stoke-on-trent": ("modern-slavery-helpline", "salvation-army", "stoke-on-trent-adults", "police-101"),
    "bradford": ("modern-slavery-helpline", "salvation-army", "bradford-adults", "police-101"),
    "calderdale": ("modern-slavery-helpline", "salvation-army", "calderdale-adults", "police-101"),
    "kirklees": ("modern-slavery-helpline", "salvation-army", "kirklees-adults", "police-101"),
    "leeds": ("modern-slavery-helpline", "salvation-army", "leeds-adults", "police-101"),
    "wakefield": ("modern-slavery-helpline", "salvation-army", "wakefield-adults", "police-101"),
    "unknown": ("modern-slavery-helpline", "salvation-army", "police-101"),
    # Rule 6. "`elsewhere_england` = as no area known".
    "elsewhere_england": ("modern-slavery-helpline", "salvation-army", "police-101"),
    # Rule 6. "Wales keeps `salvation-army` and `ictg`".
    "wales": ("modern-slavery-helpline", "salvation-army", "police-101"),
    # Rule 6. "Scotland, Northern Ireland, abroad lose `salvation-army`".
    "scotland": ("modern-slavery-helpline", "police-101"),
    "northern_ireland": ("modern-slavery-helpline", "police-101"),
    # Rule 6. "abroad also `police-101`".
    "outside_uk": ("modern-slavery-helpline",),
}

# Section 2. Age not known: "the children's line worded 'if they could be under 18'". `nspcc` where no front door can
# be rung; nothing abroad, where neither serves.
CHILDRENS_LINE_IF_THEY_COULD_BE_UNDER_18: dict[str, str | None] = {
    "stockport": "stockport-children",
    "halton": "halton-children",
    "warrington": "warrington-children",
    "cheshire-east": "cheshire-east-children",
    "cheshire-west-and-chester": "cheshire-west-and-chester-children",
    "staffordshire": "staffordshire-children",
    "stoke-on-trent": "stoke-on-trent-children",
    "bradford": "bradford-children",
    "calderdale": "calderdale-children",
    "kirklees": "kirklees-children",
    "leeds": "leeds-children",
    "wakefield": "wakefield-children",
    "unknown": "nspcc",
    "elsewhere_england": "nspcc",
    "wales": "nspcc",
    "scotland": "nspcc",
    "northern_ireland": "nspcc",
    "outside_uk": None,
}

# Section 3. "No usable number (Wakefield, both; Leeds children for the public at all hours; Staffordshire children in
# the day)". Columns: service, audience, clock.
NO_USABLE_NUMBER: frozenset[tuple[str, str, str]] = frozenset(
    {
        # "Wakefield, both"
        ("wakefield-children", "public", "day"),
        ("wakefield-children", "public", "night"),
        ("wakefield-children", "public", "bank_holiday"),
        ("wakefield-children", "staff", "day"),
        ("wakefield-children", "staff", "night"),
        ("wakefield-children", "staff", "bank_holiday"),
        ("wakefield-adults", "public", "day"),
        ("wakefield-adults", "public", "night"),
        ("wakefield-adults", "public", "bank_holiday"),
        ("wakefield-adults", "staff", "day"),
        ("wakefield-adults", "staff", "night"),
        ("wakefield-adults", "staff", "bank_holiday"),
        # "Leeds children for the public at all hours"; staff have two numbers that between them cover all hours.
        ("leeds-children", "public", "day"),
        ("leeds-children", "public", "night"),
        ("leeds-children", "public", "bank_holiday"),
        # "Staffordshire children in the day"; its out-of-hours number answers on bank holidays.
        ("staffordshire-children", "public", "day"),
        ("staffordshire-children", "staff", "day"),
    }
)

# "Hours: a service known to be closed is shown with when it opens, below the others of the list. Unknown hours keep
# their place". Every other front door has an out-of-hours number or hours nobody knows.
KNOWN_CLOSED: dict[Clock, frozenset[str]] = {
    "day": frozenset(),
    "night": frozenset(
        {
            "leeds-adults",  # weekdays 9 to 5, Wednesdays from 10; "Leeds adults out of hours: 101 or 999"
            "forced-marriage-unit",  # Monday to Friday, 9 to 5
        }
    ),
    "bank_holiday": frozenset({"leeds-adults", "forced-marriage-unit"}),
}

# Rule 4. "Exactly 18: the adult list; in Stockport the MASSH beside it": front door of the adults -> what stands
# beside it.
BESIDE_THE_ADULTS_FRONT_DOOR_AT_18: dict[str, str] = {"stockport-adults": "stockport-children"}

# Rule 4. Exactly 18, "writing about oneself: `childline` and `missing-people` too".
JUST_18_ME_IN_THE_UK = ("childline", "missing-people")
JUST_18_ME_ABROAD = ("childline",)  # Rule 6. "National lines that serve stay": of these two, Childline.

# Rule 6. Abroad "the Forced Marriage Unit's +44 number for its cases"; the other lines of rule 5 serve the UK only.
RULE_5_ABROAD = frozenset({"forced-marriage-unit"})

# Rule 6. "Scotland, Northern Ireland, abroad lose ... `nrm-online`".
WITHOUT_NRM_ONLINE = frozenset({"scotland", "northern_ireland", "outside_uk"})


def expected(situation: Situation, clock: Clock) -> Expected:
    """Say which services the policy gives in this situation at that moment.

    Raises:
        ValueError: the situation is one this table does not hold.
    """
    _refuse_what_is_not_held(situation)
    services = _without_repeats(_danger(situation) + _ages(situation, clock) + _kinds(situation) + _nrm(situation))
    services = _closed_ones_last(services, clock)
    return Expected(services, _conditional(situation, clock))


def _refuse_what_is_not_held(situation: Situation) -> None:
    if situation.area not in A_CHILD:
        raise ValueError(f"no row for the area {situation.area!r}")
    if situation.area_candidates:
        raise ValueError("no rows for a place that may be in two areas")
    if "self_harm" in situation.concerns:
        raise ValueError("no rows for self-harm")


def _danger(situation: Situation) -> tuple[str, ...]:
    """Rule 1: "Danger: section 1, then the rules below under it." Section 1: "`emergency-999`, first"."""
    return ("emergency-999",) if situation.danger == "yes" else ()


def _ages(situation: Situation, clock: Clock) -> tuple[str, ...]:
    """Section 2: "rule 2 first, then the adult services of rule 3 or 4 where adults are at risk too"."""
    if _has_a_possible_child(situation) and _has_an_adult(situation):
        return _a_child(situation, clock) + _an_adult(situation, clock)
    if _has_a_possible_child(situation):
        return _a_child(situation, clock)
    return _an_adult(situation, clock)


def _has_a_possible_child(situation: Situation) -> bool:
    """Section 2: "Unsure about another, could be under 18 = child"; about oneself too."""
    return "child" in situation.age_band or "unsure" in situation.age_band


def _has_an_adult(situation: Situation) -> bool:
    return "adult" in situation.age_band or "just_18" in situation.age_band


def _is_18(situation: Situation) -> bool:
    """Rule 4: "Exactly 18": somebody at risk is, whoever else is too."""
    return "just_18" in situation.age_band


def _is_about_oneself(situation: Situation) -> bool:
    """Section 2: "Unknown = someone else"."""
    return situation.person == "me"


def _a_child(situation: Situation, clock: Clock) -> tuple[str, ...]:
    """Rule 2; "The child is writing: `childline` before all of these"."""
    services = _police_instead(A_CHILD[situation.area], situation, clock)
    if _is_about_oneself(situation) and not _is_childline_a_condition(situation):
        return ("childline", *services)
    return services


def _an_adult(situation: Situation, clock: Clock) -> tuple[str, ...]:
    if _is_about_oneself(situation):
        return _an_adult_me(situation, clock)
    return _an_adult_someone_else(situation, clock)


def _an_adult_someone_else(situation: Situation, clock: Clock) -> tuple[str, ...]:
    """Rule 3, with "`crimestoppers` for `anonymous`" after the police."""
    services = _someone_else_rows(clock)[situation.area]
    if _is_18(situation):
        services = _with_the_massh(services)
    if "anonymous" in situation.concerns and situation.area != "outside_uk":
        services = (*services, "crimestoppers")
    return _police_instead(services, situation, clock)


def _someone_else_rows(clock: Clock) -> dict[str, tuple[str, ...]]:
    return AN_ADULT_SOMEONE_ELSE_IN_OFFICE_HOURS if clock == "day" else AN_ADULT_SOMEONE_ELSE_OUT_OF_HOURS


def _an_adult_me(situation: Situation, clock: Clock) -> tuple[str, ...]:
    """Rule 4; a front door without a number is left out, and 101 "does not take its place"."""
    services = tuple(s for s in AN_ADULT_ME[situation.area] if _has_a_number(s, situation, clock))
    if not _is_18(situation):
        return services
    lines = JUST_18_ME_ABROAD if situation.area == "outside_uk" else JUST_18_ME_IN_THE_UK
    return _with_the_massh(services) + lines


def _with_the_massh(services: tuple[str, ...]) -> tuple[str, ...]:
    result: list[str] = []
    for service in services:
        result.append(service)
        if service in BESIDE_THE_ADULTS_FRONT_DOOR_AT_18:
            result.append(BESIDE_THE_ADULTS_FRONT_DOOR_AT_18[service])
    return tuple(result)


def _has_a_number(service: str, situation: Situation, clock: Clock) -> bool:
    return (service, situation.audience, clock) not in NO_USABLE_NUMBER


def _police_instead(services: tuple[str, ...], situation: Situation, clock: Clock) -> tuple[str, ...]:
    """Section 3: without a usable number "the service is not shown ...; `police-101` takes its place"."""
    return tuple(s if _has_a_number(s, situation, clock) else "police-101" for s in services)


def _kinds(situation: Situation) -> tuple[str, ...]:
    """Rule 5: "Added by kind, at any age, after the above"."""
    services: list[str] = []
    if "labour" in situation.exploitation:
        services.append("fair-work-agency")
    if "forced_marriage" in situation.exploitation:
        services.append("forced-marriage-unit")
    if _is_partner_or_relative_of_an_adult(situation):
        services.append("domestic-abuse-helpline")
    if _is_missing_or_a_child_in_county_lines(situation):
        services.append("missing-people")
    return tuple(s for s in services if _serves(s, situation))


def _is_partner_or_relative_of_an_adult(situation: Situation) -> bool:
    """Rule 5: "`partner_or_relative` and an adult"; age unknown is the adult list."""
    adult = _has_an_adult(situation) or not situation.age_band
    return adult and "partner_or_relative" in situation.concerns


def _is_missing_or_a_child_in_county_lines(situation: Situation) -> bool:
    """Rule 5: "`missing`, or a child in `county_lines`"."""
    in_county_lines = "county_lines" in situation.concerns and _has_a_possible_child(situation)
    return in_county_lines or "missing" in situation.concerns


def _serves(service: str, situation: Situation) -> bool:
    """Whether a national line of rule 5 serves the place; all of them serve the four nations."""
    return situation.area != "outside_uk" or service in RULE_5_ABROAD


def _nrm(situation: Situation) -> tuple[str, ...]:
    """Rules 2 and 3: first responders file it: "`nrm-online` added". Section 5: never shown to the public."""
    files_it = situation.audience == "staff" and situation.first_responder == "yes"
    if files_it and not _is_about_oneself(situation) and situation.area not in WITHOUT_NRM_ONLINE:
        return ("nrm-online",)
    return ()


def _without_repeats(services: tuple[str, ...]) -> tuple[str, ...]:
    """The first place of a service counts."""
    return tuple(dict.fromkeys(services))


def _closed_ones_last(services: tuple[str, ...], clock: Clock) -> tuple[str, ...]:
    closed = KNOWN_CLOSED[clock]
    return tuple(s for s in services if s not in closed) + tuple(s for s in services if s in closed)


def _conditional(situation: Situation, clock: Clock) -> frozenset[str]:
    conditional: set[str] = set()
    if situation.danger == "unknown" or _is_abroad_without_danger(situation):
        conditional.add("emergency-999")
    if _is_childline_a_condition(situation):
        conditional.add("childline")
    if not situation.age_band and not _is_about_oneself(situation):
        conditional |= _childrens_line(situation, clock)
    if _is_partner_or_relative_of_an_adult(situation) and _serves("mens-advice-line", situation):
        conditional.add("mens-advice-line")  # Rule 5: "(a man may prefer `mens-advice-line`)"
    return frozenset(conditional)


def _is_abroad_without_danger(situation: Situation) -> bool:
    """Rule 7: abroad no service is sure to be open; 999 "only works in the UK: ring the emergency number where you are"."""
    return situation.area == "outside_uk" and situation.danger != "yes"


def _is_childline_a_condition(situation: Situation) -> bool:
    """Section 2: "about oneself: `childline`, 'if you are under 19'"; also where the writer may be an adult with a child."""
    may_be_over_18 = "adult" in situation.age_band and not _is_18(situation)
    is_parent_perhaps = _has_a_possible_child(situation) and may_be_over_18
    return _is_about_oneself(situation) and (is_parent_perhaps or not situation.age_band)


def _childrens_line(situation: Situation, clock: Clock) -> set[str]:
    line = CHILDRENS_LINE_IF_THEY_COULD_BE_UNDER_18[situation.area]
    if line is None:
        return set()
    return {line} if _has_a_number(line, situation, clock) else {"nspcc"}
