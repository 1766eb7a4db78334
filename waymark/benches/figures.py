"""What the benches count: percentiles, right answers, and tables. Pure, and printed as it was measured."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from rich.console import Console
from rich.table import Table

from waymark.evaluation import Intents

PERCENTILES = (50, 95, 99)

Row = Mapping[str, Any]


def percentile(values: Sequence[float], percent: int) -> float | None:
    """Return the smallest value that so many of a hundred do not exceed (nearest rank); None where there is none."""
    if not values:
        return None
    return sorted(values)[max(ceil(percent / 100 * len(values)), 1) - 1]


def latencies(milliseconds: Sequence[float]) -> dict[str, float | None]:
    """Return the percentiles of times by name: p50, p95, p99."""
    return {f"p{percent}": percentile(milliseconds, percent) for percent in PERCENTILES}


def share(right: int, of: int) -> float | None:
    """Return a share; None where nothing was counted."""
    return right / of if of else None


def macro_f1(wanted: Sequence[str], found: Sequence[str]) -> float | None:
    """Return the mean F1 of the intents that were wanted: the rare ones weigh as much as the others."""
    intents = Intents()
    for want, got in zip(wanted, found, strict=True):
        intents.add({want}, {got})
    return intents.macro()


def cell(value: Any) -> str:
    """Return a value as a table shows it; a number with as many digits as mean something."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3f}" if abs(value) < 1 else f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def table(title: str, rows: Sequence[Row]) -> Table:
    """Return rows side by side, a column each, headed by the value of its key ""; their other keys stand on the left."""
    shown = Table(title=title, title_justify="left")
    shown.add_column("")
    for row in rows:
        shown.add_column(row[""], justify="right")
    for key in dict.fromkeys(key for row in rows for key in row if key):
        shown.add_row(key, *(cell(row.get(key)) for row in rows))
    return shown


def show(title: str, rows: Sequence[Row]) -> None:
    """Print rows side by side."""
    Console(highlight=False).print(table(title, rows))
