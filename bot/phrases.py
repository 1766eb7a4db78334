"""The short words that stand with a service, by id. Loaded from `data/phrases.yml`."""

from pathlib import Path

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from bot.content import PROJECT_FOLDER, load_record

STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Phrases:
    """Words by id: labels of phones, opening, conditions and notes."""

    labels: dict[str, str]
    hours: dict[str, str]
    conditions: dict[str, str]
    notes: dict[str, str]


def load_phrases(root: Path = PROJECT_FOLDER) -> Phrases:
    """Load the phrases.

    Raises:
        ContentError: every mistake in the file.
    """
    return load_record(root / "data" / "phrases.yml", Phrases)
