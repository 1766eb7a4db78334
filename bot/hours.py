"""Opening hours: is a line open at a moment, and when does that change.

Hours are OSM `opening_hours` expressions in England's time. The word PH in them means a bank holiday in England; the dates come
from the `holidays` library, because the parser's own calendar knows only the United Kingdom as a whole.
"""

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]  # the error is missing from its types

LONDON = ZoneInfo("Europe/London")
OFFICE_HOURS = "Mo-Fr 09:00-17:00; PH off"


def is_open(expression: str, at: dt.datetime) -> bool:
    """Say whether a line with these hours is open at a moment (any time zone)."""
    local = _in_london(at)
    return bool(_parsed(expression, local.year).state(local)[0] == State.OPEN)


def next_change(expression: str, at: dt.datetime) -> dt.datetime | None:
    """Return the next moment, in England's time, at which the line opens or closes; None if it never does."""
    local = _in_london(at)
    change: dt.datetime | None = _parsed(expression, local.year).next_change(local)
    return change


def is_office_time(at: dt.datetime) -> bool:
    """Say whether most offices in England are open: a weekday, no bank holiday, nine to five."""
    return is_open(OFFICE_HOURS, at)


def check(expression: str) -> str:
    """Return the expression if it can be read.

    Raises:
        ValueError: it is not an OSM opening_hours expression.
    """
    try:
        _parsed(expression, dt.date.today().year)
    except ParserError as error:
        raise ValueError(f"must be an OSM opening_hours expression: {error}") from error
    return expression


def _in_london(at: dt.datetime) -> dt.datetime:
    # By way of UTC: a moment said in London's time may lie in the hour that is skipped in March, which does not exist.
    return at.astimezone(dt.UTC).astimezone(LONDON)


@lru_cache(maxsize=512)
def _parsed(expression: str, year: int) -> OpeningHours:
    return OpeningHours(expression.replace("PH", _bank_holidays(year)), timezone=LONDON)


@lru_cache(maxsize=8)
def _bank_holidays(year: int) -> str:
    # The year after is needed too: on 31 December the next opening lies behind New Year's Day.
    days = holidays.country_holidays("GB", subdiv="ENG", years=(year, year + 1))
    return ",".join(f"{day:%Y %b %d}" for day in sorted(days))
