"""One language's words: the gettext catalogue `locales/<language>/LC_MESSAGES/waymark.po`.

The context of an entry is the text's reference (`bot.texts`). Where the English words have changed since, an ordinary text is
said in English again, but an emergency in its last good translation.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from babel.messages.pofile import PoFileError, read_po

from bot.content import shown
from bot.errors import ContentError, Problem

DOMAIN = "waymark"
_EMERGENCIES = (
    "replies/utter_danger",
    "replies/utter_cannot_speak_to_999",
    "replies/utter_still_in_danger",
    "replies/utter_when_safe",
    "phrases/conditions/if_danger",
    "call_card/danger",
)
# A telephone number in words that run from right to left must not be turned round group by group.
_NUMBER = re.compile(r"\+\d[\d ]*\d|\d+(?: \d+)+")
_LINE = re.compile(r"^.*\S.*$", re.MULTILINE)
_ISOLATED = "\u2066\\g<0>\u2069"


@dataclass(frozen=True, slots=True)
class Translation:
    """One text in a language, and the English words it was made from; `fuzzy`: they have changed since."""

    english: str
    said: str
    fuzzy: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The translations of one language by reference. `direction`: `ltr` or `rtl`, as the language is written."""

    translations: Mapping[str, Translation] = field(default_factory=dict)
    direction: str = "ltr"

    def text(self, reference: str, english: str) -> str:
        """Return a text in this language; in English where it has no translation of these words."""
        known = self.translations.get(reference)
        is_said = known and (self.has(reference, english) or is_emergency(reference))
        return known.said if known and is_said else self._english(english)

    def _english(self, text: str) -> str:
        """Return English words as they can stand among others: their full stop stays at their end."""
        return _LINE.sub(_ISOLATED, text) if self.direction == "rtl" else text

    def has(self, reference: str, english: str) -> bool:
        """Say whether there is a translation of these very words."""
        known = self.translations.get(reference)
        return known is not None and known.english == english and not known.fuzzy


def is_emergency(reference: str) -> bool:
    """Say whether a text must not fall back to English because a word of it was changed."""
    return reference.startswith(_EMERGENCIES)


def catalogue_file(locale: Path) -> Path:
    """Return where a language's catalogue stands."""
    return locale / "LC_MESSAGES" / f"{DOMAIN}.po"


def load_catalogue(locale: Path, direction: str) -> Catalogue:
    """Return a language's catalogue; an empty one where it has none.

    Raises:
        ContentError: the file is no gettext catalogue.
    """
    file = catalogue_file(locale)
    return _read(file, direction, file.stat().st_mtime_ns) if file.exists() else Catalogue()


@lru_cache(maxsize=64)
def _read(file: Path, direction: str, _changed: int) -> Catalogue:
    """Read a catalogue, once as long as nobody changes it."""
    try:
        with file.open("rb") as stream:
            entries = [entry for entry in read_po(stream, abort_invalid=True) if entry.context and entry.string]
    except (PoFileError, UnicodeDecodeError) as error:
        raise ContentError((Problem(shown(file), "(file)", "", f"must be a gettext catalogue: {error}"),)) from error
    return Catalogue(
        {
            str(entry.context): Translation(str(entry.id), _directed(str(entry.string), direction), entry.fuzzy)
            for entry in entries
        },
        direction,
    )


def _directed(text: str, direction: str) -> str:
    return _NUMBER.sub(_ISOLATED, text) if direction == "rtl" else text
