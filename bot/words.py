"""Every text that is shown by its id: `topics/cost/text`, `indicators/watched/sign`, `phrases/ages/child`, `areas/leeds/name`.

What travels from the actions to the person is always such a reference; the words are put in at the end, in the person's
language.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.content import PROJECT_FOLDER
from bot.directory import load_directory
from bot.errors import WaymarkError
from bot.handbook import load_handbook
from bot.languages import load_languages
from bot.phrases import load_phrases

REFERENCE = "@"  # a value that begins with it names a text


class UnknownText(WaymarkError):
    """A reference names no text."""


@dataclass(frozen=True, slots=True)
class Words:
    """All texts, by the collection they stand in."""

    collections: Mapping[str, Any]

    def text(self, reference: str) -> str:
        """Return the text that a reference names.

        Raises:
            UnknownText: there is none.
        """
        found: Any = self.collections
        for part in reference.removeprefix(REFERENCE).split("/"):
            found = _inside(found, part)
        if not isinstance(found, str):
            raise UnknownText(f"{reference}: no such text")
        return found


def load_words(root: Path = PROJECT_FOLDER) -> Words:
    """Load every text.

    Raises:
        ContentError: every mistake in the first collection that has any.
    """
    directory = load_directory(root / "data")
    handbook = load_handbook(root)
    return Words(
        {
            "indicators": handbook.indicators,
            "settings": handbook.settings,
            "topics": handbook.topics,
            "scenarios": handbook.scenarios,
            "call_card": handbook.call_card.lines,
            "phrases": load_phrases(root),
            "areas": directory.areas,
            "languages": load_languages(root),
        }
    )


def _inside(found: Any, part: str) -> Any:
    if isinstance(found, Mapping):
        return found.get(part)
    if isinstance(found, tuple):
        return found[int(part)] if part.isdigit() and int(part) < len(found) else None
    return getattr(found, part, None)
