"""The report: a page and a file with the same numbers, which hold what was measured and nothing from elsewhere."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.texts import load_texts
from waymark.report import sampled, write_report
from waymark.supervisor import Supervisor
from waymark.variants import MESSAGES, VARIANTS

HOSTILE = "he has a knife <script>alert(1)</script> & he is at the door"
SCENARIO = MESSAGES.parent / "scenarios" / "en-danger.jsonl"


class Page(HTMLParser):
    """The tags of a page with what they refer to, and its tables' captions."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.references: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note a tag, and what it loads or leads to."""
        self.tags.append(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)
        self.references += [value or "" for name, value in attributes if name in ("src", "href", "data", "action", "style")]

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note a tag that is closed at once."""
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that was opened last."""
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def report(running: Supervisor, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a report on a few messages and one conversation."""
    folder = tmp_path_factory.mktemp("report")
    cases = [
        {"id": "1", "language": "en", "text": HOSTILE, "danger": True, "must_catch": True, "kind": "weapon", "style": "plain"},
        # Labelled wrongly, so that some danger is missed.
        {"id": "2", "language": "ro", "text": "bun\u0103 ziua <b>", "danger": True, "kind": "now", "style": "short"},
        {"id": "3", "language": "ro", "text": "mul\u021bumesc mult", "danger": False, "kind": "smalltalk", "style": "short"},
    ]
    messages, scenario = folder / "messages.jsonl", folder / "scenario.jsonl"
    messages.write_text("".join(f"{json.dumps(case)}\n" for case in cases), encoding="utf-8")
    scenario.write_text(SCENARIO.read_text(encoding="utf-8").splitlines()[0], encoding="utf-8")
    write_report([messages, scenario], folder, 1, running.address)
    return folder


@pytest.fixture(scope="module")
def figures(report: Path) -> dict:
    """What `report.json` holds."""
    return json.loads((report / "report.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def html(report: Path) -> str:
    """The page."""
    return (report / "index.html").read_text(encoding="utf-8")


def test_everything_is_measured_once_plain_and_once_in_each_variant(figures: dict):
    """Messages, conversations, and the same messages typed worse, where that changes them."""
    assert (figures["measured"]["messages"], figures["measured"]["dangers"]) == (3, 2)
    assert figures["measured"]["all"]["scenarios"]["all"] == 1
    assert [variant["variant"] for variant in figures["variants"]] == list(VARIANTS)
    typed = {variant["variant"]: variant["messages"] for variant in figures["variants"]}
    assert typed["capitals"] == typed["code-switching"] == 3
    assert typed["no-accents"] == 2


def test_the_card_counts_what_is_there(figures: dict):
    """The sizes of all data, and which languages are drafts, come from the files."""
    card = figures["card"]
    english = next(row for row in card["languages"] if row["code"] == "en")
    lines = (MESSAGES / "en.jsonl").read_text(encoding="utf-8").splitlines()
    assert english["messages"] == len(lines)
    assert english["dangers"] == sum(json.loads(line)["danger"] for line in lines)
    assert english["own_texts"] == english["texts"] == len(load_texts())
    assert {row["english_name"] for row in card["languages"] if row["status"] == "draft"} == set(card["drafts"])
    assert card["totals"]["messages"] == sum(row["messages"] for row in card["languages"])


def test_the_page_loads_nothing_and_runs_nothing(html: str):
    """No script, no style or picture from elsewhere; links lead to the page itself and to the file beside it."""
    page = Page(html)
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(page.tags)
    assert all(reference.startswith("#") or reference == "report.json" for reference in page.references)
    assert page.open == []


def test_every_link_on_the_page_leads_somewhere(html: str):
    """What is listed at the top is there."""
    assert set(re.findall(r'href="#(\w+)"', html)) <= set(re.findall(r'id="(\w+)"', html))


def test_messages_are_shown_as_they_are_written(html: str):
    """A message that looks like markup stays text."""
    assert "<b>" not in html
    assert "bun\u0103 ziua &lt;b&gt;" in html


def test_every_table_says_what_it_shows(html: str):
    """Each has a caption, and each chart stands beside the number it draws."""
    page = Page(html)
    assert page.tags.count("caption") == page.tags.count("table") > 10
    assert html.count("<svg") == html.count('aria-hidden="true" focusable="false"')


def test_a_missed_goal_is_marked_in_words_too(html: str, figures: dict):
    """Not by colour alone: a sign, and words for whoever listens."""
    assert figures["measured"]["all"]["met"]["recall"]["value"] is False
    assert re.search(
        r'class="missed">50.0%<span aria-hidden="true"> \u2717</span><span class="unseen"> \(misses the goal\)', html
    )


def test_what_was_not_measured_is_no_number(html: str, figures: dict):
    """No test message here says which intent is right."""
    assert figures["measured"]["all"]["intents"]["value"] is None
    assert "Intents are not measured" in html


def test_a_sample_is_the_same_each_time():
    """As many dangers and others of each language, or all there are; scenarios are left out."""
    cases = [
        {"language": code, "danger": number % 3 == 0, "text": str(number)} for code in ("ro", "pl") for number in range(12)
    ]
    some = sampled([*cases, {"language": "ro", "opening": "hello"}], 5)
    counted = [sum((case["language"], case["danger"]) == group for case in some) for group in (("ro", True), ("pl", False))]
    assert counted == [4, 5]
    assert some == sampled(cases, 5)
