"""Places: names and postcodes in a message, read as area codes.

The gazetteer is made from the areas' own lists. A name that two areas share is returned with both codes: the person is asked.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from bot.areas import Area
from bot.lexicon import Lexicon
from bot.text import clean, plain

MOST_WORDS_OF_A_NAME = 5
NOTHING: frozenset[str] = frozenset()

_POSTCODE = re.compile(r"(?<![a-z0-9])([a-z]{1,2}[0-9][0-9a-z]?)(?: ?([0-9][a-z]{2}))?(?![a-z0-9])", re.IGNORECASE)
_LONE_LETTER_AND_DIGIT = re.compile(r"[a-z][0-9]{1,2}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Name:
    """A place's name in the gazetteer: the areas it may mean, and how sure the sentence must be that it is a place."""

    areas: frozenset[str]
    is_common_word: bool
    is_only_answer: bool


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Names and postcode districts by their plain spelling. `abroad` are the areas that count only where somebody is there."""

    names: dict[str, Name]
    districts: dict[str, frozenset[str]]
    abroad: frozenset[str]


def build_gazetteer(areas: dict[str, Area]) -> Gazetteer:
    """Gather every name and postcode district of every area."""
    names: dict[str, Name] = {}
    districts: dict[str, set[str]] = defaultdict(set)
    for area in areas.values():
        for place in area.places:
            for spelling in (place.name, *place.spellings):
                key = _key(spelling)
                known = names.get(key, Name(NOTHING, False, False))
                names[key] = Name(
                    known.areas | {area.id},
                    known.is_common_word or place.common_word,
                    known.is_only_answer or place.only_answer,
                )
        for district in area.postcode_districts:
            districts[district.upper()].add(area.id)
    abroad = frozenset(area.id for area in areas.values() if area.kind == "abroad")
    return Gazetteer(names, {key: frozenset(codes) for key, codes in districts.items()}, abroad)


def read_places(text: str, gazetteer: Gazetteer, lexicon: Lexicon, asked: bool) -> frozenset[str]:
    """Return the area codes where the person at risk may be; empty where no place is named.

    Several names narrow each other down ("Cheadle near Stockport"); names that contradict each other are all returned.

    Args:
        text: what the person wrote, with its capitals, for those tell "Stone" from "stone".
        asked: the text answers a question about the place.
    """
    found = [*_postcodes(text, gazetteer, asked), *_names(text, gazetteer, lexicon, asked)]
    narrowed = NOTHING
    for areas in found:
        narrowed = (narrowed & areas) or (narrowed | areas)
    return narrowed


def _postcodes(text: str, gazetteer: Gazetteer, asked: bool) -> Iterator[frozenset[str]]:
    for match in _POSTCODE.finditer(clean(text)):
        # "b6" or "m8" may be text-speak: a short district counts with its second half, or where a place was asked for.
        is_doubtful = _LONE_LETTER_AND_DIGIT.fullmatch(match[1]) and match[1].islower() and not match[2] and not asked
        areas = gazetteer.districts.get(match[1].upper(), NOTHING)
        if areas and not is_doubtful:
            yield areas


def _names(text: str, gazetteer: Gazetteer, lexicon: Lexicon, asked: bool) -> Iterator[frozenset[str]]:
    words = [word for word in re.split(r"[\s,.;:!?()/\"]+|(?<=\w)-(?=\w)", clean(text)) if word]
    start = 0
    while start < len(words):
        length, name = _longest_name(words, start, gazetteer)
        if name is not None and _is_meant(name, words, start, length, gazetteer, lexicon, asked):
            yield name.areas
        start += max(length, 1)


def _longest_name(words: list[str], start: int, gazetteer: Gazetteer) -> tuple[int, Name | None]:
    for length in range(min(MOST_WORDS_OF_A_NAME, len(words) - start), 0, -1):
        name = gazetteer.names.get(_key(" ".join(words[start : start + length])))
        if name is not None:
            return length, name
    return 0, None


def _is_meant(
    name: Name, words: list[str], start: int, length: int, gazetteer: Gazetteer, lexicon: Lexicon, asked: bool
) -> bool:
    before = plain(" ".join(words[max(0, start - 4) : start]))
    if lexicon.places.not_here.ends(before):
        return False
    if asked:
        return True
    if name.is_only_answer:
        return False
    is_after_preposition = lexicon.places.before.ends(before)
    if name.areas & gazetteer.abroad or name.is_common_word:
        return is_after_preposition or (name.is_common_word and _is_capitalised(words, start, length))
    return True


def _is_capitalised(words: list[str], start: int, length: int) -> bool:
    # The first word of a message is a capital anyway, and a message all in capitals tells nothing.
    name = words[start : start + length]
    others_are_lower = any(word.islower() for word in words)
    return start > 0 and others_are_lower and all(word[:1].isupper() for word in name)


def _key(spelling: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", plain(spelling)).split())
