"""`waymark evaluate`: measure understanding and routing on labelled files, through the real thing over HTTP.

Messages are read one by one by the same reading that a conversation uses; scenarios are held as whole conversations. The form
of the files is the HTTP contract's.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path
from time import perf_counter
from typing import Any

import regex
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot.content import PROJECT_FOLDER, read_yaml
from waymark.client import Client, client
from waymark.variants import VARIANTS

MOST_MESSAGES = 12  # of the person, in one scenario
MOST_TRIES = 3  # to have a message read by the assistant
Z_95 = 1.96
CHILDREN = {"child", "unsure"}
WORDS_THAT_TELL_A_LANGUAGE = 3
WORDS_OF_A_LONG_MESSAGE = 10
LETTERS_OF_A_HAN_WORD = 2  # Chinese puts no blanks between words
NO_STORY_OF_OURS = {"out_of_scope", "other_help", "nlu_fallback"}  # taken for other things, or not understood
COLUMNS = {
    "danger recall": "recall",
    "must catch": "must_catch",
    "false alarms": "false_alarms",
    "language, 1-2 words": "short",
    "3-9 words": "middling",
    "10 words on": "long",
    "person": "person",
    "age": "age",
    "area": "area",
    "kinds F1": "kinds",
    "signs F1": "signs",
    "intent F1": "intents",
    "out of scope": "out_of_scope",
    "scenarios": "scenarios",
}

_HAN = regex.compile(r"\p{Han}")
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
        return max(0.0, (centre - spread) / (1 + Z_95**2 / n)), min(1.0, (centre + spread) / (1 + Z_95**2 / n))

    def __str__(self) -> str:
        if self.value is None:
            return ""
        low, high = self.interval()
        return f"{self.value:.3f} ({low:.2f}-{high:.2f}) {self.all}"


@dataclass(slots=True)
class F1:
    """The F1 of a label, or of several counted together."""

    hits: int = 0
    misses: int = 0
    extras: int = 0

    def add(self, is_wanted: bool, is_found: bool) -> None:
        """Count a case."""
        self.hits += is_wanted and is_found
        self.misses += is_wanted and not is_found
        self.extras += is_found and not is_wanted

    @property
    def value(self) -> float | None:
        """Twice the hits over everything wanted and everything found; None where there was neither."""
        counted = self.hits + self.misses + self.extras
        return 2 * self.hits / (self.hits + counted) if counted else None


@dataclass(slots=True)
class Labels:
    """How well a set of labels is read, label by label."""

    labels: dict[str, F1] = field(default_factory=lambda: defaultdict(F1))

    def add(self, wanted: Set[str], found: Set[str]) -> None:
        """Count a case."""
        for label in wanted | found:
            self.labels[label].add(label in wanted, label in found)

    def micro(self, of: Iterable[str] | None = None) -> F1:
        """Return the F1 of all labels together, or of some: every case weighs alike."""
        counts = [self.labels[label] for label in (self.labels if of is None else of) if label in self.labels]
        return F1(*(sum(getattr(count, name) for count in counts) for name in ("hits", "misses", "extras")))

    def macro(self) -> float | None:
        """Return the mean F1 of the labels that were wanted at least once: every label weighs alike."""
        values = [count.value or 0.0 for count in self.labels.values() if count.hits + count.misses]
        return sum(values) / len(values) if values else None

    def __str__(self) -> str:
        value = self.micro().value
        return "" if value is None else f"{value:.3f}"


class Intents(Labels):
    """How well intents are read: one a message, and the rare ones weigh as much as the others."""

    def __str__(self) -> str:
        value = self.macro()
        return "" if value is None else f"{value:.3f}"


@dataclass(slots=True)
class Scores:
    """Everything measured for one group of cases. `short`, `middling` and `long` messages: of the language they are in."""

    recall: Rate = field(default_factory=Rate)
    must_catch: Rate = field(default_factory=Rate)
    false_alarms: Rate = field(default_factory=Rate)
    short: Rate = field(default_factory=Rate)
    middling: Rate = field(default_factory=Rate)
    long: Rate = field(default_factory=Rate)
    person: Rate = field(default_factory=Rate)
    age: Rate = field(default_factory=Rate)
    area: Rate = field(default_factory=Rate)
    out_of_scope: Rate = field(default_factory=Rate)
    scenarios: Rate = field(default_factory=Rate)
    kinds: Labels = field(default_factory=Labels)
    signs: Labels = field(default_factory=Labels)
    intents: Intents = field(default_factory=Intents)
    milliseconds: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one case came to: what was wrong with it, and how a message was read; of a scenario there is no reading."""

    case: Mapping[str, Any]
    wrong: list[str]
    reading: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Measurement:
    """The scores of groups of cases, by name, and the outcome of every case. Everything is in the language "all" too."""

    languages: dict[str, Scores] = field(default_factory=lambda: defaultdict(Scores))
    kinds: dict[str, Scores] = field(default_factory=lambda: defaultdict(Scores))
    styles: dict[str, Scores] = field(default_factory=lambda: defaultdict(Scores))
    outcomes: list[Outcome] = field(default_factory=list)

    def groups(self, case: Mapping[str, Any]) -> list[Scores]:
        """Return the scores that a case counts in."""
        of_class = [scores[case[key]] for key, scores in (("kind", self.kinds), ("style", self.styles)) if key in case]
        return [self.languages["all"], self.languages[case["language"]], *of_class]

    def add_message(self, case: Mapping[str, Any], reading: Mapping[str, Any], milliseconds: float) -> None:
        """Count how a message was read, and how long that took."""
        groups = self.groups(case)
        for group in groups:
            group.milliseconds.append(milliseconds)
        _count_labels(case, reading, groups)
        self.outcomes.append(Outcome(case, list(_wrong(case, reading, groups)), reading))

    def add_scenario(self, case: Mapping[str, Any], wrong: list[str]) -> None:
        """Count a conversation, with every expectation that it did not meet."""
        for group in self.groups(case):
            group.scenarios.add(not wrong)
        self.outcomes.append(Outcome(case, wrong))

    @property
    def misses(self) -> list[Outcome]:
        """The cases that went wrong."""
        return [outcome for outcome in self.outcomes if outcome.wrong]


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
    cases = load_cases(files)
    if variant:
        cases = [typed(case, variant) for case in cases if "text" in case]
    cases = [{**case, "channel": channel or case.get("channel")} for case in cases]
    with client(address) as waymark:
        measurement = measured(cases, waymark)
    _print("By language", measurement.languages)
    _print("By kind", measurement.kinds)
    _print("By style", measurement.styles)
    _write(measurement.misses, misses_file)
    return _meets(measurement.languages["all"], thresholds)


def load_cases(files: Iterable[Path]) -> list[dict[str, Any]]:
    """Return the messages and scenarios of files."""
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def typed(case: Mapping[str, Any], variant: str) -> dict[str, Any]:
    """Return a message as it is in a variant."""
    return {**case, "text": VARIANTS[variant](case["text"], case["language"])}


def measured(cases: Sequence[Mapping[str, Any]], waymark: Client, title: str = "Measuring") -> Measurement:
    """Read every message and hold every scenario."""
    measurement = Measurement()
    for case in track(cases, title, console=_console):
        if "opening" in case:
            measurement.add_scenario(case, list(unmet(case["expect"], list(held(case, waymark)))))
        else:
            began = perf_counter()
            reading = _read(case["text"], waymark)
            measurement.add_message(case, reading, (perf_counter() - began) * 1000)
    return measurement


def _read(text: str, waymark: Client) -> Mapping[str, Any]:
    """Return the reading of a message; on a busy machine the assistant may be too late, and is asked again.

    Without an intent the word lists read alone: that is the product's safety, not its understanding.
    """
    reading = waymark.read(text)
    for _ in range(MOST_TRIES - 1):
        if reading["intent"] is not None:
            break
        reading = waymark.read(text)
    return reading


def _wrong(case: Mapping[str, Any], reading: Mapping[str, Any], groups: list[Scores]) -> Iterator[str]:
    """Count everything that is either right or wrong, and yield what is wrong."""
    found = reading["situation"]
    if case["danger"]:
        yield from _count([group.recall for group in groups], reading["danger"], "danger missed")
        if case.get("must_catch"):
            yield from _count([group.must_catch for group in groups], reading["danger"], "must be caught")
    else:
        for group in groups:
            group.false_alarms.add(reading["danger"])
        yield from ["false alarm"] if reading["danger"] else []
    lengths = [getattr(group, length_of(case["text"])) for group in groups]
    yield from _count(lengths, reading["language"] == case["language"], f"language: {reading['language']}")
    if "person" in case:
        yield from _count([group.person for group in groups], found["person"] == case["person"], f"person: {found['person']}")
    if "age_band" in case:
        ages = {"child" if age in CHILDREN else age for age in found.get("age_band", ())}
        yield from _count([group.age for group in groups], case["age_band"] in ages, f"age: {sorted(ages)}")
    if "area" in case:
        areas = found["area"] if found["area"] != "unknown" else found.get("area_candidates")
        yield from _count([group.area for group in groups], areas == case["area"], f"area: {areas}")
    if case.get("kind") == "out_of_scope":
        is_seen = reading["intent"] in NO_STORY_OF_OURS
        yield from _count([group.out_of_scope for group in groups], is_seen, f"intent: {reading['intent']}")


def length_of(text: str) -> str:
    """Return the length of a message, as `Scores` call it."""
    words = len(_HAN.sub(" ", text).split()) + len(_HAN.findall(text)) / LETTERS_OF_A_HAN_WORD
    if words < WORDS_THAT_TELL_A_LANGUAGE:
        return "short"
    return "middling" if words < WORDS_OF_A_LONG_MESSAGE else "long"


def _count_labels(case: Mapping[str, Any], reading: Mapping[str, Any], groups: list[Scores]) -> None:
    found = reading["situation"]
    for group in groups:
        if "exploitation" in case:
            group.kinds.add(set(case["exploitation"]), set(found.get("exploitation", ())))
        if "indicators" in case:
            group.signs.add(set(case["indicators"]), set(found.get("indicators", ())))
        if "intent" in case:
            group.intents.add({case["intent"]}, {str(reading["intent"])})


def _count(rates: list[Rate], is_right: bool, wrong: str) -> Iterator[str]:
    for rate in rates:
        rate.add(is_right)
    yield from [] if is_right else [wrong]


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
    """Print a table of everything that any of the groups had a case of."""
    texts = {
        name: {title: str(getattr(scores, measure)) for title, measure in COLUMNS.items()} for name, scores in groups.items()
    }
    columns = [column for column in COLUMNS if any(row[column] for row in texts.values())]
    table = Table("", *columns, title=title)
    for name, row in sorted(texts.items()):
        table.add_row(name, *(row[column] or "-" for column in columns))
    _console.print(table)


def _write(misses: list[Outcome], file: Path) -> None:
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
