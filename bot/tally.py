"""What is counted of a conversation that was shown whom to ring: a few ids, each for a chart of its own.

Only sums are ever kept, and no chart is crossed with another. By lot each conversation is left out of each chart now and then.
So the charts of a month do not add up to one number, and what one of them hides cannot be worked out from the others.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from bot.hours import LONDON
from bot.situation import UNKNOWN_AREA, Situation

CHARTS = ("conversations", "channel", "audience", "language", "area", "kind", "hour")
ALL = "all"  # the one value of the chart `conversations`
NOT_SAID = "not_said"
HOURS_OF_A_BAND = 4
BANDS = tuple(f"{hour:02}" for hour in range(0, 24, HOURS_OF_A_BAND))  # by the hour, in England, in which each begins
LEFT_OUT = Fraction(1, 20)

Values = Mapping[str, Sequence[str]]  # by the chart


def values_of(situation: Situation) -> dict[str, list[str]]:
    """Return what is counted of a situation."""
    area = NOT_SAID if situation.area == UNKNOWN_AREA else situation.area
    return {"area": [area], "kind": sorted(situation.exploitation) or [NOT_SAID]}


def band(now: dt.datetime) -> str:
    """Return the band of hours in which a moment lies."""
    return BANDS[now.astimezone(LONDON).hour // HOURS_OF_A_BAND]


def month(now: dt.datetime) -> str:
    """Return the month in which a moment lies, such as 2026-10."""
    return f"{now.astimezone(LONDON):%Y-%m}"


def drawn(values: Values, is_left_out: Callable[[], bool]) -> list[tuple[str, str]]:
    """Return the charts and values to which a conversation adds one; a lot is drawn for each chart."""
    return [(chart, value) for chart in CHARTS if not is_left_out() for value in values[chart]]
