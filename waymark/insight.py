"""What Waymark was asked for, month by month, as a page with charts and a table of values: `waymark insight`."""

import asyncio
import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import get_args

from bot.areas import load_areas
from bot.content import PROJECT_FOLDER
from bot.errors import WaymarkError
from bot.languages import load_languages, spoken
from bot.phrases import load_phrases
from bot.situation import Audience
from bot.tally import ALL, BANDS, NOT_SAID, month
from waymark.disclosure import Month, Sums, published, together
from waymark.pages import html_pages
from webhook.gateway import build_store
from webhook.post.channel import Name
from webhook.stores.store import StoreFailed

COLUMNS = ("month", "dimension", "value", "count")

Names = Mapping[str, Mapping[str, str]]  # by chart and value


class NotOver(WaymarkError):
    """There is no such month, or it is not over; what is published of one must never change."""


def write_insight(environment: Mapping[str, str], folder: Path, until: str | None, now: dt.datetime) -> Path:
    """Write page and table of every month that is over into a folder, and return the page.

    Args:
        environment: says where the gateways keep their sums, as it does to them.
        until: the last month, such as 2026-10; without it, the last that is over.

    Raises:
        NotOver: the month is not over, or is none.
        StoreFailed: the sums cannot be read now.
    """
    last = _last(until, now)
    sums = _by_month(asyncio.run(_sums(environment.get("WAYMARK_STORE_URL", ""), environment.get("WAYMARK_STATE", ""))))
    names = _names()
    values = _values(names)
    months = [published(name, sums.get(name, {}), values) for name in _months(min(sums, default=month(now)), last)]
    folder.mkdir(parents=True, exist_ok=True)
    _write_table(months, folder / "insight.csv")
    page = folder / "index.html"
    page.write_text(_page(months, names), encoding="utf-8")
    return page


def _last(until: str | None, now: dt.datetime) -> str:
    """Return the last month to publish."""
    over = _shifted(month(now), -1)
    try:
        last = over if until is None else f"{dt.datetime.strptime(until, '%Y-%m'):%Y-%m}"
    except ValueError:
        raise NotOver(f"a month is written like {over}") from None
    if last > over:
        raise NotOver(f"{last} is not over yet; the last month that is over is {over}")
    return last


def _shifted(name: str, months: int) -> str:
    count = int(name[:4]) * 12 + int(name[5:]) - 1 + months
    return f"{count // 12:04}-{count % 12 + 1:02}"


def _months(first: str, last: str) -> Iterator[str]:
    """Yield every month from the first to the last, also those in which nothing was counted."""
    while first <= last:
        yield first
        first = _shifted(first, 1)


async def _sums(url: str, folder: str) -> dict[str, int]:
    store = build_store(url, folder)
    try:
        return await store.sums()
    except StoreFailed as failure:
        raise StoreFailed(f"the sums cannot be read: {failure}") from failure
    finally:
        await store.close()


def _by_month(sums: Mapping[str, int]) -> dict[str, Sums]:
    found: defaultdict[str, defaultdict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for name, number in sums.items():
        of_month, chart, value = name.split(" ")
        found[of_month][chart][value] = number
    return dict(found)


def _names(root: Path = PROJECT_FOLDER) -> Names:
    """Return the names that the content files give; those of the other values stand in the template."""
    return {
        "area": {area.id: area.name for area in load_areas(root / "data" / "areas").values()},
        "kind": load_phrases(root).kinds,
        "language": {language.id: language.english_name for language in spoken(load_languages(root))},
    }


def _values(names: Names) -> dict[str, Sequence[str]]:
    """Return all values that each chart may hold, in the order in which they are shown."""
    return {
        "kind": (*names["kind"], NOT_SAID),
        "area": (*names["area"], NOT_SAID),
        "language": tuple(names["language"]),
        "hour": BANDS,
        "channel": ("web", *get_args(Name)),
        "audience": get_args(Audience),
    }


def _page(months: Sequence[Month], names: Names) -> str:
    titles = {shown.month: f"{dt.date.fromisoformat(f'{shown.month}-01'):%B %Y}" for shown in months}
    return (
        html_pages().get_template("insight.html").render(months=months, titles=titles, together=together(months), names=names)
    )


def _write_table(months: Sequence[Month], file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as table:
        rows = csv.writer(table)
        rows.writerow(COLUMNS)
        for shown in months:
            rows.writerow((shown.month, "conversations", ALL, shown.conversations))
            for chart, numbers in shown.charts.items():
                rows.writerows((shown.month, chart, value, number) for value, number in numbers.items())
