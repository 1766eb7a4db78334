"""`waymark evaluate`: measure understanding and routing on labelled files, through the real thing over HTTP.

Messages are read one by one by the same reading that a conversation uses; scenarios are held as whole conversations. The form
of the files is the HTTP contract's.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot.content import PROJECT_FOLDER, read_yaml
from waymark.client import Client, client
from waymark.variants import VARIANTS

MOST_MESSAGES = 12  # of the person, in one scenario
Z_95 = 1.96
CHILDREN = {"child", "unsure"}
WORDS_THAT_TELL_A_LANGUAGE = 3
COLUMNS = {
    "danger recall": "recall",
    "must catch": "must_catch",
    "false alarms": "false_alarms",
    "language": "language",
    "short": "short",
    "person": "person",
    "age": "age",
    "area": "area",
    "kinds F1": "kinds",
    "signs F1": "signs",
    "scenarios": "scenarios",
}

_console = Console(highlight=False)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Below the least, or above the most, the command fails."""

    recall: float
    false_alarms: float
    scenarios: float


@dataclass(slots=True)
class Rate:
    """A share of cases, with its 95% interval (Wilson)."""

    right: int = 0
    all: int = 0

    def add(self, is_right: bool) -> None:
        """Count a case."""
        self.right += is_right
        self.all += 1

    @property
    def value(self) -> float | None:
        """The share, or None where there was no case."""
        return self.right / self.all if self.all else None

    def interval(self) -> tuple[float, float]:
        """Return the lower and the upper bound."""
        if not self.all:
            return 0.0, 1.0
        share, n = self.right / self.all, self.all
        centre = share + Z_95**2 / (2 * n)
        spread = Z_95 * sqrt(share * (1 - share) / n + Z_95**2 / (4 * n**2))
        return (centre - spread) / (1 + Z_95**2 / n), (centre + spread) / (1 + Z_95**2 / n)

    def __str__(self) -> str:
        if self.value is None:
            return "-"
        low, high = self.interval()
        return f"{self.value:.3f} ({low:.2f}-{high:.2f}) {self.all}"


@dataclass(slots=True)
class F1:
    """Micro-averaged F1 of a set of labels."""

    hits: int = 0
    misses: int = 0
    extras: int = 0

    def add(self, wanted: set[str], found: set[str]) -> None:
        """Count a case."""
        self.hits += len(wanted & found)
        self.misses += len(wanted - found)
        self.extras += len(found - wanted)

    def __str__(self) -> str:
        counted = self.hits + self.misses + self.extras
        return f"{2 * self.hits / (self.hits + counted):.3f}" if counted else "-"


@dataclass(slots=True)
class Scores:
    """Everything measured for one group of cases. `language` is of messages of three words and more, `short` of the others."""

    recall: Rate = field(default_factory=Rate)
    false_alarms: Rate = field(default_factory=Rate)
    language: Rate = field(default_factory=Rate)
    person: Rate = field(default_factory=Rate)
    age: Rate = field(default_factory=Rate)
    area: Rate = field(default_factory=Rate)
    scenarios: Rate = field(default_factory=Rate)
    must_catch: Rate = field(default_factory=Rate)
    short: Rate = field(default_factory=Rate)
    kinds: F1 = field(default_factory=F1)
    signs: F1 = field(default_factory=F1)


@dataclass(frozen=True, slots=True)
class Miss:
    """One case that went wrong, and what was expected of it."""

    case: Mapping[str, Any]
    wrong: list[str]


def run(
    files: Iterable[Path],
    address: str | None,
    misses_file: Path,
    thresholds: Thresholds,
    variant: str | None = None,
    channel: str | None = None,
) -> bool:
    """Measure, print the tables, write every miss to a file, and say whether the thresholds were met.

    Args:
        variant: how every message is typed instead, one of `waymark.variants`.
        channel: where every scenario is held; None: where it says.
    """
    cases = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    if variant:
        cases = [{**case, "text": VARIANTS[variant](case["text"])} for case in cases if "text" in case]
    cases = [{**case, "channel": channel or case.get("channel")} for case in cases]
    by_language: dict[str, Scores] = defaultdict(Scores)
    by_kind: dict[str, Scores] = defaultdict(Scores)
    misses: list[Miss] = []
    with client(address) as waymark:
        for case in track(cases, "Measuring", console=_console):
            groups = [by_language["all"], by_language[case["language"]]]
            groups += [by_kind[case[key]] for key in ("kind", "style") if key in case]
            wrong = list(_scenario(case, waymark, groups) if "opening" in case else _message(case, waymark, groups))
            if wrong:
                misses.append(Miss(case, wrong))
    _print("By language", by_language)
    _print("By kind and style", by_kind)
    _write(misses, misses_file)
    return _meets(by_language["all"], thresholds)


def _message(case: Mapping[str, Any], waymark: Client, groups: list[Scores]) -> Iterator[str]:
    """Measure the reading of one message; yield what is wrong with it."""
    reading = waymark.read(case["text"])
    found = reading["situation"]
    if case["danger"]:
        yield from _count([group.recall for group in groups], reading["danger"], "danger missed")
        if case.get("must_catch"):
            yield from _count([group.must_catch for group in groups], reading["danger"], "must be caught")
    else:
        for group in groups:
            group.false_alarms.add(reading["danger"])
        yield from ["false alarm"] if reading["danger"] else []
    is_short = len(case["text"].split()) < WORDS_THAT_TELL_A_LANGUAGE
    rates = [group.short if is_short else group.language for group in groups]
    yield from _count(rates, reading["language"] == case["language"], f"language: {reading['language']}")
    if "person" in case:
        yield from _count([group.person for group in groups], found["person"] == case["person"], f"person: {found['person']}")
    if "age_band" in case:
        ages = {"child" if age in CHILDREN else age for age in found.get("age_band", ())}
        yield from _count([group.age for group in groups], case["age_band"] in ages, f"age: {sorted(ages)}")
    if "area" in case:
        areas = found["area"] if found["area"] != "unknown" else found.get("area_candidates")
        yield from _count([group.area for group in groups], areas == case["area"], f"area: {areas}")
    for group in groups:
        if "exploitation" in case:
            group.kinds.add(set(case["exploitation"]), set(found.get("exploitation", ())))
        if "indicators" in case:
            group.signs.add(set(case["indicators"]), set(found.get("indicators", ())))


def _count(rates: list[Rate], is_right: bool, wrong: str) -> Iterator[str]:
    for rate in rates:
        rate.add(is_right)
    yield from [] if is_right else [wrong]


def _scenario(case: Mapping[str, Any], waymark: Client, groups: list[Scores]) -> Iterator[str]:
    """Hold one conversation; yield every expectation it did not meet."""
    wrong = list(unmet(case["expect"], list(held(case, waymark))))
    for group in groups:
        group.scenarios.add(not wrong)
    yield from wrong


def held(case: Mapping[str, Any], waymark: Client) -> Iterator[Mapping[str, Any]]:
    """Yield the reply to the opening and to every answer, until nothing more is asked."""
    now, language = case.get("now"), case["language"]
    reply = waymark.start(now, language=language, channel=case.get("channel"), audience=case.get("audience"))
    conversation, said = reply["conversation_id"], case["opening"]
    dont_know = _dont_know(language)
    for _ in range(MOST_MESSAGES):
        reply = waymark.say(conversation, said, now)
        yield reply
        asked = [message["asks"] for message in reply["messages"] if message.get("asks")]
        if not asked:
            return
        said = case["answers"].get(asked[-1], dont_know)


def unmet(expect: Mapping[str, Any], replies: list[Mapping[str, Any]]) -> Iterator[str]:
    """Yield every expectation of a scenario that the replies do not meet."""
    lists = [[service for message in reply["messages"] for service in message["services"]] for reply in replies]
    shown = {service["id"] for services in lists for service in services}
    urgent = any(message["urgent"] for reply in replies for message in reply["messages"])
    yield from (f"not shown: {service}" for service in expect.get("all", ()) if service not in shown)
    yield from (f"shown: {service}" for service in expect.get("none", ()) if service in shown)
    first = _first(lists)
    if "first" in expect and first != expect["first"]:
        yield f"first: {first}"
    if "urgent" in expect and urgent != expect["urgent"]:
        yield f"urgent: {urgent}"
    if "language" in expect and replies[-1]["language"] != expect["language"]:
        yield f"language: {replies[-1]['language']}"
    if len(replies) > expect.get("max_turns", MOST_MESSAGES):
        yield f"turns: {len(replies)}"


def _first(lists: list[list[Mapping[str, Any]]]) -> str | None:
    last: list[Mapping[str, Any]] = next((services for services in reversed(lists) if services), [])
    return next((service["id"] for service in last if not service.get("condition")), None)


def _dont_know(language: str) -> str:
    """Return "I don't know" in a language."""
    said = read_yaml(PROJECT_FOLDER / "locales" / language / "language.yml")["dont_know"]
    return str(said)


def _print(title: str, groups: Mapping[str, Scores]) -> None:
    table = Table(title=title)
    for column in ("", *COLUMNS):
        table.add_column(column)
    for name, scores in sorted(groups.items()):
        table.add_row(name, *(str(getattr(scores, measure)) for measure in COLUMNS.values()))
    _console.print(table)


def _write(misses: list[Miss], file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({"wrong": miss.wrong, **miss.case}, ensure_ascii=False) for miss in misses]
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    _console.print(f"{len(misses)} misses, written to {file}")


def _meets(scores: Scores, thresholds: Thresholds) -> bool:
    recall, alarms, scenarios = scores.recall.value, scores.false_alarms.value, scores.scenarios.value
    return (
        (recall is None or recall >= thresholds.recall)
        and (alarms is None or alarms <= thresholds.false_alarms)
        and (scenarios is None or scenarios >= thresholds.scenarios)
    )
