"""The lines that are learnt and tested: ours, or any data set in Rasa's format, divided the same way each time."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.examples import load_examples
from bot.languages import FALLBACK
from bot.text import plain

ONE_IN = 5  # lines is tested, the others are learnt
DANGER = "danger"  # the stock pipeline's intent


@dataclass(frozen=True, slots=True)
class Line:
    """One line, its intent, and what else it tells. `is_danger`: None in data that does not know of danger."""

    text: str
    intent: str
    language: str
    is_danger: bool | None = None
    told: Mapping[str, object] = field(default_factory=dict, hash=False)

    @property
    def stock_intent(self) -> str:
        """What the stock pipeline learns: it has intents only, so danger is one."""
        return DANGER if self.is_danger else self.intent


def our_lines(languages: Collection[str]) -> list[Line]:
    """Return our examples in some languages."""
    return [
        Line(example.text, example.intent, example.language, example.told.get("danger") is True, example.told)
        for example in load_examples()
        if example.language in languages
    ]


def lines_of(path: Path) -> list[Line]:
    """Return the examples of a file or folder in Rasa's format, YAML or JSON, read by Rasa itself; English, unless they say."""
    from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
    from rasa.shared.nlu.training_data.loading import load_data

    return [
        Line(
            " ".join(str(example.get(TEXT)).split()),
            example.get(INTENT),
            ((example.get(METADATA) or {}).get("intent") or {}).get("language", FALLBACK),
        )
        for example in load_data(str(path)).intent_examples
        if example.get(TEXT)
    ]


def sampled(lines: Iterable[Line], most: int) -> list[Line]:
    """Return at most so many lines of each language, the same ones each time; 0: all."""
    groups: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        groups[line.language].append(line)
    return [line for group in groups.values() for line in sorted(group, key=_place)[: most or None]]


def divided(lines: Iterable[Line]) -> tuple[list[Line], list[Line]]:
    """Return the lines to learn and those to test; lines that differ in capitals and signs only are on one side."""
    learnt: list[Line] = []
    tested: list[Line] = []
    for line in lines:
        (learnt if _digest(line.text)[-1] % ONE_IN else tested).append(line)
    return learnt, tested


def unseen(tested: Sequence[Line], learnt: Iterable[Line]) -> list[Line]:
    """Return the lines to test that are not learnt as well."""
    known = {plain(line.text) for line in learnt}
    return [line for line in tested if plain(line.text) not in known]


def _place(line: Line) -> bytes:
    return _digest(line.text)


def _digest(text: str) -> bytes:
    return hashlib.sha256(plain(text).encode("utf-8", "replace")).digest()
