"""Bring every catalogue up to date with the English words: `waymark content`.

New texts come in untranslated. A text whose English words have changed keeps its translation, marked fuzzy, until somebody has
renewed it. A text that is no more is dropped.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from bot.catalogue import DOMAIN, catalogue_file
from bot.content import PROJECT_FOLDER
from bot.languages import FALLBACK, Language, load_languages
from bot.texts import Text

WIDTH = 120
FOR_STAFF = "for staff, businesses or practice: in English and Welsh"
EMERGENCY = "emergency: short, literal, checked twice"


def update_catalogues(texts: Sequence[Text], root: Path = PROJECT_FOLDER) -> Iterator[tuple[Language, int]]:
    """Write the template and every catalogue that there is; yield each language with how many texts wait for words."""
    _write(_catalog(texts, Catalog(), None), root / "locales" / f"{DOMAIN}.pot")
    for code, language in load_languages(root).items():
        if code != FALLBACK and language.has_words:
            file = catalogue_file(root / "locales" / code)
            catalog = _catalog(texts, _known(file, code), code)
            _write(catalog, file)
            wanted = {text.reference for text in texts if text.is_for(code)}
            yield language, sum(not message.string or message.fuzzy for message in catalog if message.context in wanted)


def _catalog(texts: Sequence[Text], before: Catalog, language: str | None) -> Catalog:
    """Return the texts with the translations that are known of them."""
    # The date stays what it was: a catalogue in which nothing has changed is the same file.
    catalog = Catalog(
        locale=language,
        domain=DOMAIN,
        project="Waymark",
        fuzzy=False,
        creation_date=before.creation_date,
        revision_date=before.revision_date,
    )
    known = {str(message.context): message for message in before if message.context}
    for text in texts:
        comments = [comment for applies, comment in ((text.is_for_staff, FOR_STAFF), (text.is_emergency, EMERGENCY)) if applies]
        message = catalog.add(text.english, locations=[(text.file, 0)], auto_comments=comments, context=text.reference)
        if text.reference in known:
            old = known[text.reference]
            message.string, message.flags, message.user_comments = old.string, set(old.flags), old.user_comments
            if old.string and old.id != text.english:
                message.flags.add("fuzzy")
    return catalog


def _known(file: Path, language: str) -> Catalog:
    if not file.exists():
        return Catalog(locale=language)
    with file.open("rb") as stream:
        return read_po(stream, locale=language)


def _write(catalog: Catalog, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        write_po(stream, catalog, width=WIDTH, include_lineno=False)
