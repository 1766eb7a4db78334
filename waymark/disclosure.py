"""What of a month's sums may be published: numbers from which nobody's small number can be worked out. Pure functions.

Every number is rounded, and none is shown for fewer than five conversations. Nor can what is hidden be worked out from what the
other charts show: by lot a conversation is missing in some of them (`bot/tally.py`), so that whatever the hidden number is,
they could be as they are. A month is published when it is over, and is then the same for ever, so that two reports cannot be
taken from each other either.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bot.tally import ALL, LEFT_OUT

STEP = 5
FEWEST = 5
FEWEST_OF_A_MONTH = 20

# `under 5` may also be none. `not shown`: the one hidden number of a chart would have no other to hide behind.
Shown = int | Literal["under 5", "not shown"]
Sums = Mapping[str, Mapping[str, int]]  # by chart and value


@dataclass(frozen=True, slots=True)
class Month:
    """What is published of a month: how many conversations, and if they are enough, the charts by value."""

    month: str
    conversations: Shown
    charts: Mapping[str, Mapping[str, Shown]] = field(default_factory=dict)


def published(month: str, sums: Sums, values: Mapping[str, Sequence[str]]) -> Month:
    """Return what may be published of a month that is over.

    Args:
        values: all that a chart may hold, counted or not, so that nobody sees which were. One that was not known then is
            published if it has enough.
    """
    counted = sums.get("conversations", {}).get(ALL, 0)
    if counted < FEWEST_OF_A_MONTH:
        return Month(month, _rounded(counted))
    charts = {chart: _chart(sums.get(chart, {}), known) for chart, known in values.items()}
    return Month(month, _rounded(counted), charts)


def together(months: Iterable[Month]) -> dict[str, dict[str, int]]:
    """Return the sums of what is published of several months, by chart and value."""
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for month in months:
        for chart, shown in month.charts.items():
            sums[chart].update({value: number if isinstance(number, int) else 0 for value, number in shown.items()})
    return {chart: {value: number for value, number in summed.items() if number} for chart, summed in sums.items()}


def _chart(counted: Mapping[str, int], known: Sequence[str]) -> dict[str, Shown]:
    others = sorted(value for value, count in counted.items() if count >= FEWEST and value not in known)
    counts = {value: counted.get(value, 0) for value in (*known, *others)}
    shown = [value for value in counts if counts[value] >= FEWEST]
    chart = {value: _rounded(count) for value, count in counts.items()}
    if shown and len(counts) - len(shown) == 1:
        chart[min(shown, key=counts.__getitem__)] = "not shown"
    return chart


def _rounded(counted: int) -> Shown:
    """Return about how many conversations there were: some were left out by lot."""
    if counted < FEWEST:
        return "under 5"
    return STEP * round(counted / (1 - LEFT_OUT) / STEP)
