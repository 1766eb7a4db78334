"""The page for the partnership, and the table beside it: read from the store, the same for every month that is over."""

import asyncio
import csv
import datetime as dt
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.tally import CHARTS
from waymark.cli import app
from waymark.insight import NotOver, write_insight
from webhook.gateway import build_store
from webhook.stores.embedded import SUMS_FILE
from webhook.stores.store import StoreFailed

NOW = dt.datetime(2026, 12, 1, 0, 30, tzinfo=dt.UTC)
SUMS = {
    "2026-08 conversations all": 12,
    "2026-08 area stockport": 12,
    "2026-10 conversations all": 38,
    "2026-10 channel web": 30,
    "2026-10 channel sms": 8,
    "2026-10 audience public": 38,
    "2026-10 language en": 28,
    "2026-10 language ro": 6,
    "2026-10 language ti": 3,
    "2026-10 area stockport": 21,
    "2026-10 area not_said": 9,
    "2026-10 area somewhere-of-old": 7,
    "2026-10 kind labour": 20,
    "2026-10 kind organ_removal": 1,
    "2026-10 hour 08": 38,
    "2026-12 conversations all": 99,
}


class Reader(HTMLParser):
    """What stands in a page: its tags, the addresses it would load from, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Take note of a tag."""
        self.tags.add(tag)
        self.links += [value or "" for name, value in attributes if name in ("src", "href", "action")]

    def handle_data(self, data: str) -> None:
        """Take note of words."""
        self.words += data.split()

    @property
    def text(self) -> str:
        """All words of the page."""
        return " ".join(self.words)


def kept(sums: Mapping[str, int], folder: Path) -> dict[str, str]:
    """Have a store keep sums, and return the environment that names it."""

    async def keep() -> None:
        store = build_store("", str(folder))
        await store.start()
        await store.add(sums)
        await store.close()

    asyncio.run(keep())
    return {"WAYMARK_STATE": str(folder)}


def written(sums: Mapping[str, int], folder: Path, until: str | None = None) -> tuple[str, str]:
    """The page and the table that are made of sums."""
    environment = kept(sums, folder / "state")
    page = write_insight(environment, folder / "out", until, NOW)
    return page.read_text(encoding="utf-8"), (folder / "out" / "insight.csv").read_text(encoding="utf-8")


def read(page: str) -> Reader:
    """The page as a browser has it."""
    reader = Reader()
    reader.feed(page)
    return reader


def rows(table: str) -> dict[tuple[str, str, str], str]:
    """The table's counts by month, dimension and value."""
    return {(row["month"], row["dimension"], row["value"]): row["count"] for row in csv.DictReader(table.splitlines())}


def test_every_month_that_is_over_is_published(tmp_path: Path):
    """From the first in which somebody wrote, the quiet ones too; the one under way never."""
    page, table = written(SUMS, tmp_path)
    counts = rows(table)
    months = {month: count for (month, dimension, _), count in counts.items() if dimension == "conversations"}
    assert months == {"2026-08": "15", "2026-09": "under 5", "2026-10": "40", "2026-11": "under 5"}
    assert "October 2026" in read(page).text
    assert "December 2026" not in read(page).text


def test_the_table_holds_every_chart(tmp_path: Path):
    """All values that could have been counted, each with what may be shown of it."""
    counts = rows(written(SUMS, tmp_path)[1])
    assert {dimension for _, dimension, _ in counts} == set(CHARTS)
    assert {dimension for month, dimension, _ in counts if month == "2026-08"} == {"conversations"}
    of_october = {(dimension, value): count for (month, dimension, value), count in counts.items() if month == "2026-10"}
    assert of_october["language", "en"] == "30"
    assert of_october["language", "ti"] == of_october["language", "vi"] == "under 5"
    assert of_october["audience", "staff"] == "under 5"
    assert of_october["audience", "public"] == "not shown"
    assert of_october["area", "somewhere-of-old"] == "5"


def test_the_page_shows_what_the_table_holds(tmp_path: Path):
    """Each number stands beside its name; what is hidden is named without one."""
    text = read(written(SUMS, tmp_path)[0]).text
    for shown in (
        "Stockport 20",
        "Not said 10",
        "somewhere-of-old 5",
        "Romanian 5",
        "Chat on a web page 30",
        "8 am to noon 40",
    ):
        assert shown in text
    assert not re.search(r"(Tigrinya|Taking an organ for money) \d", text)


def test_small_numbers_change_nothing(tmp_path: Path):
    """Whoever compares two pages cannot tell what was counted under five."""
    others = {"2026-10 language ti": 1, "2026-10 kind organ_removal": 4, "2026-10 audience staff": 2, "2026-10 area leeds": 3}
    assert written(SUMS, tmp_path / "one") == written({**SUMS, **others}, tmp_path / "other")


def test_a_month_stays_as_it_was_published(tmp_path: Path):
    """What is counted later changes no earlier month, so that nothing can be learnt from two reports."""
    before = written(SUMS, tmp_path / "before", "2026-10")
    later = {**SUMS, "2026-11 conversations all": 50, "2026-11 area leeds": 30}
    assert written(later, tmp_path / "after", "2026-10") == before
    assert before[1] == written(SUMS, tmp_path / "all")[1].removesuffix("2026-11,conversations,all,under 5\n")


def test_the_page_needs_nothing_else(tmp_path: Path):
    """It runs no program and loads nothing from anywhere."""
    page = read(written(SUMS, tmp_path)[0])
    assert page.tags.isdisjoint({"script", "img", "link", "iframe", "object"})
    assert set(page.links) == {"insight.csv"}
    assert '<html lang="en-GB">' in written(SUMS, tmp_path / "again")[0]


def test_a_store_without_sums_makes_a_page(tmp_path: Path):
    """Before the first month is over, the page says that there is nothing yet."""
    page = write_insight({"WAYMARK_STATE": str(tmp_path / "none")}, tmp_path / "out", None, NOW)
    assert "Nothing was counted" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("until", ["2026-12", "2027-01", "2026-13", "October", ""])
def test_a_month_that_is_not_over_is_refused(until: str, tmp_path: Path):
    """Whoever asks for it is told which is the last."""
    with pytest.raises(NotOver, match="2026-11"):
        write_insight(kept(SUMS, tmp_path), tmp_path / "out", until, NOW)


def test_a_month_ends_in_england(tmp_path: Path):
    """In summer the last hour of a month in UTC belongs to the next."""
    environment = kept({"2026-06 conversations all": 30}, tmp_path)
    write_insight(environment, tmp_path / "out", "2026-06", dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC))
    with pytest.raises(NotOver):
        write_insight(environment, tmp_path / "out", "2026-06", dt.datetime(2026, 6, 30, 22, 30, tzinfo=dt.UTC))


def test_sums_that_cannot_be_read_are_no_empty_page(tmp_path: Path):
    """A broken store is said, not hidden."""
    (tmp_path / SUMS_FILE).write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreFailed, match="the sums cannot be read"):
        write_insight({"WAYMARK_STATE": str(tmp_path)}, tmp_path / "out", None, NOW)


def test_the_command_writes_the_page(tmp_path: Path):
    """`waymark insight` reads the store that the environment names."""
    environment = kept({"2020-01 conversations all": 25, "2020-01 area leeds": 25}, tmp_path / "state")
    made = CliRunner().invoke(app, ["insight", "--out", str(tmp_path / "out"), "--until", "2020-02"], env=environment)
    assert made.exit_code == 0
    assert "Leeds 25" in read((tmp_path / "out" / "index.html").read_text(encoding="utf-8")).text
