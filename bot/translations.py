"""What may be wrong with a translation that a program can see: checked for every text of every language.

That it is well said, only a native reader can see.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping

import regex

from bot.directory import Directory
from bot.keywords import Keywords
from bot.languages import Language
from bot.replies import PLACEHOLDER
from bot.texts import Text

MOST_CHARACTERS_OF_A_BUTTON = 32
MOST_CHARACTERS_OF_AN_SMS = 134  # two segments, where the letters are none of GSM's alphabet
LONGER = 2.0  # times the English, and a little for the short ones
A_LITTLE = 30
MOSTLY = 0.8  # names and the English words to ask for may stand among those of another script

_NUMBER = re.compile(r"\d{2,}")
_ADDRESS = re.compile(r"https?://\S+|\b[\w-]+(?:\.[\w-]+){2,}(?:/\S*)?")
_LETTER = regex.compile(r"\p{L}")
_LATIN_LETTER = regex.compile(r"\p{Latin}")
_SMALL_ENGLISH_WORD = re.compile(r"the|your?|is|of|and|with|for|not|can|they|this|it|if|will|what|who|about|from|have|there")
_MARKUP = re.compile(r"[<>*_`#]|&\w+;|\[|\]\(")


def names_that_stay(directory: Directory) -> frozenset[str]:
    """Return the names that are the same in every language: those of the services."""
    return frozenset(name for service in directory.services.values() for name in (service.name, service.alternate_name) if name)


def mistakes(text: Text, said: str, language: Language, names: Collection[str]) -> Iterator[str]:
    """Yield what is wrong with a translation, each as a remark for whoever mends it.

    Args:
        names: of services and organisations, which stay as they are in every language.
    """
    bare, english = PLACEHOLDER.sub(" ", said), PLACEHOLDER.sub(" ", text.english)
    if sorted(PLACEHOLDER.findall(said)) != sorted(PLACEHOLDER.findall(text.english)):
        yield "holds other {placeholders} than the English"
    if sorted(_NUMBER.findall(bare)) != sorted(_NUMBER.findall(english)):
        yield "holds other numbers than the English"
    if any(character.isdecimal() and not character.isascii() for character in said):
        yield "holds digits that are not 0 to 9"
    for kept in [*_ADDRESS.findall(english), *_names_in(english, names)]:
        if kept.rstrip(".") not in said:
            yield f"does not hold {kept.rstrip('.')!r}"
    if any(unicodedata.category(character) == "Cf" and character not in "\u200c\u200d" for character in said):
        yield "holds an invisible character: direction is set by the program"
    if _MARKUP.search(bare) and not _MARKUP.search(english):
        yield "holds markup"
    if said.count("\n") != text.english.count("\n"):
        yield "has another number of lines than the English"
    yield from _too_long(text, said)
    if _is_english(_without(bare, names), language):
        yield "seems to be English still"


def _names_in(english: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if re.search(rf"\b{re.escape(name)}\b", english)]


def _without(said: str, names: Iterable[str]) -> str:
    for name in names:
        said = said.replace(name, " ")
    return said


def _too_long(text: Text, said: str) -> Iterator[str]:
    is_sms = "/sms" in text.reference
    if text.reference.startswith("phrases/buttons/") and len(said) > MOST_CHARACTERS_OF_A_BUTTON:
        yield f"is longer than a button: {len(said)} of {MOST_CHARACTERS_OF_A_BUTTON} characters"
    if is_sms and len(said) > MOST_CHARACTERS_OF_AN_SMS:
        yield f"is longer than two text messages: {len(said)} of {MOST_CHARACTERS_OF_AN_SMS} characters"
    if len(said) > LONGER * len(text.english) + A_LITTLE:
        yield f"is much longer than the English: {len(said)} characters, not {len(text.english)}"


def _is_english(said: str, language: Language) -> bool:
    """Say whether words were left in English: by the script, or by the small words that every English sentence has."""
    letters = len(_LETTER.findall(said))
    if language.scripts[0] != "Latin":
        return letters > 0 and len(_LATIN_LETTER.findall(said)) > MOSTLY * letters
    words = re.findall(r"\w+", said.lower())
    small = [word for word in words if _SMALL_ENGLISH_WORD.fullmatch(word)]
    return len(words) > 3 and len(small) >= len(words) / 4


def without_keyword(said: Mapping[str, str], keywords: Keywords) -> Iterator[tuple[str, str]]:
    """Yield the texts that tell people to send a word which is none of the language's keywords: reference and meaning."""
    for reference, meaning in TELL_TO_SEND:
        text = said.get(reference, "").casefold()
        if text and not any(word.casefold() in text for word in getattr(keywords, meaning)):
            yield reference, meaning


# The texts that tell people to send a word, and what the word is to mean.
TELL_TO_SEND = (
    ("replies/utter_pause", "resume"),
    ("replies/utter_decoy", "resume"),
    ("replies/utter_notes", "forget"),
    ("replies/utter_not_repeated", "forget"),
    ("phrases/sms/more", "more"),
    ("phrases/sms/help", "stop"),
    ("phrases/sms/stopped", "start"),
    ("topics/tell-boss/child_text", "forget"),
    ("topics/who-reads-this/text", "forget"),
    ("topics/who-reads-this/child_text", "forget"),
)
