"""Every text that is shown by its id: `topics/cost/text`, `indicators/watched/sign`, `phrases/ages/child`, `areas/leeds/name`.

What travels from the actions to the person is always such a reference; the words are put in at the end, in the person's
language.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.catalogue import Catalogue, Translation, load_catalogue
from bot.content import PROJECT_FOLDER
from bot.directory import load_directory
from bot.errors import WaymarkError
from bot.handbook import load_handbook
from bot.languages import FALLBACK, Language, load_languages
from bot.page import load_page
from bot.phrases import load_phrases
from bot.replies import filled
from bot.workplace import load_workplace

REFERENCE = "@"  # a value that begins with it names a text
IN_ENGLISH = "@@"  # the same, for a text that is to be in English whatever the person's language is
Say = Callable[[str], str]  # a reference to its words in the person's language
_NO_CATALOGUE = Catalogue()


class UnknownText(WaymarkError):
    """A reference names no text."""


@dataclass(frozen=True, slots=True)
class Words:
    """All texts, by the collection they stand in, and their translations by language."""

    collections: Mapping[str, Any]
    catalogues: Mapping[str, Catalogue]

    def text(self, reference: str, language: str = FALLBACK) -> str:
        """Return the text that a reference names, in a language; in English where it has no translation.

        Raises:
            UnknownText: there is none.
        """
        if reference.startswith(IN_ENGLISH):
            language = FALLBACK
        path = reference.lstrip(REFERENCE)
        found: Any = self.collections
        for part in path.split("/"):
            found = _inside(found, part)
        if not isinstance(found, str):
            raise UnknownText(f"{reference}: no such text")
        return self.catalogue(language).text(path, found)

    def catalogue(self, language: str) -> Catalogue:
        """Return a language's translations: none for English, and for a language that we have no words in."""
        return self.catalogues.get(language, _NO_CATALOGUE)


def load_words(root: Path = PROJECT_FOLDER) -> Words:
    """Load every text.

    Raises:
        ContentError: every mistake in the first collection that has any.
    """
    directory = load_directory(root / "data")
    handbook = load_handbook(root)
    languages = load_languages(root)
    collections = {
        "indicators": handbook.indicators,
        "settings": handbook.settings,
        "topics": handbook.topics,
        "scenarios": handbook.scenarios,
        "call_card": handbook.call_card.lines,
        "phrases": load_phrases(root),
        "page": load_page(root),
        "workplace": load_workplace(root),
        "services": directory.services,
        "areas": directory.areas,
        "languages": languages,
    }
    return Words(collections, {language.id: _catalogue(language, root) for language in languages.values()})


def worded(value: Any, values: Mapping[str, Any], say: Say) -> Any:
    """Return the words of a value: of a reference, filled with others, or line by line of a list of them."""
    if isinstance(value, str) and value.startswith(REFERENCE):
        # What stands in an English sentence is said in English too: "I speak Romanian".
        mark = IN_ENGLISH if value.startswith(IN_ENGLISH) else REFERENCE
        return filled(say(value), {name: worded(_marked(other, mark), {}, say) for name, other in values.items()})
    if isinstance(value, list) and value and not isinstance(value[0], dict):
        return "\n".join(_line(part, values, say) for part in value)
    return value


def button(choice: Mapping[str, str], say: Say) -> dict[str, str]:
    """Return a button: its title in words, and what it sends back."""
    return {"title": str(worded(choice["title"], choice, say)), "payload": choice["payload"]}


def _marked(value: Any, mark: str) -> Any:
    is_reference = isinstance(value, str) and value.startswith(REFERENCE)
    return mark + value.lstrip(REFERENCE) if is_reference else value


def _line(part: str | list[str], values: Mapping[str, Any], say: Say) -> str:
    """Return one line: a sentence; or a heading and what stands under it, on the same line if it is one thing only."""
    if isinstance(part, str):
        return str(worded(part, values, say))
    heading, *under = (str(worded(reference, values, say)) for reference in part)
    return f"{heading}: {under[0]}" if len(under) == 1 else "\n- ".join([f"{heading}:", *under])


def _catalogue(language: Language, root: Path) -> Catalogue:
    """Return a language's translations; its own name it has for itself."""
    loaded = load_catalogue(root / "locales" / language.id, language.direction)
    if language.id == FALLBACK:
        return loaded
    own_name = Translation(language.english_name, language.name)
    own = {f"languages/{language.id}/english_name": own_name}
    return replace(loaded, translations={**loaded.translations, **own})


def _inside(found: Any, part: str) -> Any:
    if isinstance(found, Mapping):
        return found.get(part)
    if isinstance(found, tuple):
        return found[int(part)] if part.isdigit() and int(part) < len(found) else None
    return getattr(found, part, None)
