"""Places: names and postcodes in a message, read as area codes.

The gazetteer is made from the areas' own lists. A name that two areas share is returned with both codes: the person is asked.
Not every place named is where the person at risk is: the words before it tell how surely it is.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import regex

from bot.answers import is_correction
from bot.areas import Area
from bot.languages import FALLBACK
from bot.lexicon import Lexicon, PlaceWords
from bot.persons import is_done_to_writer, read_person
from bot.text import clean, plain

MOST_WORDS_OF_A_NAME = 6
MOST_WORDS_AROUND_A_COUNTRY = 6  # "in Qatar, near Doha"
MOST_CHARACTERS_AROUND = 60  # of what is read before and after a place
FEWEST_AREAS_OF_A_REGION = 3  # "Cheshire", "Yorkshire": such a name narrows others down, and never stands against them
NOTHING: frozenset[str] = frozenset()

_HAN = "\u3400-\u9fff"  # written without blanks: each character is a word
_STUCK = r"(?<![\w'\u2019])[a-z]['\u2019](?=[a-z]{3})"  # a word of one letter: "n'Stockport", "d'Halifax", "t'Leeds road"
_WORD = re.compile(rf"[{_HAN}]|{_STUCK}|[^\s,.;:!?()/\"\u201c\u201d\u2013\u2014{_HAN}-]+", re.IGNORECASE)
_POSTCODE = re.compile(
    r"(?<![a-z0-9])([a-z]{1,2})( ?)([0-9][0-9a-z]?)(?: ?([0-9][abd-hjlnp-uw-z]{2}))?(?![a-z0-9])", re.IGNORECASE
)
# The letters of every English postcode area, then a number; in central London with a letter behind it ("EC1A").
_ENGLISH_DISTRICT = re.compile(
    r"(?:AL|B|BA|BB|BD|BH|BL|BN|BR|BS|CA|CB|CH|CM|CO|CR|CT|CV|CW|DA|DE|DH|DL|DN|DT|DY|E|EC|EN|EX|FY|GL|GU|HA|HD|HG|HP|HR|HU|HX|"
    r"IG|IP|KT|L|LA|LE|LN|LS|LU|M|ME|MK|N|NE|NG|NN|NR|NW|OL|OX|PE|PL|PO|PR|RG|RH|RM|S|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|"
    r"TA|TF|TN|TQ|TR|TS|TW|UB|W|WA|WC|WD|WF|WN|WR|WS|WV|YO)(?:[0-9]|[1-9][0-9]|[1-9][A-HJKPSTUW])"
)


class Rank(IntEnum):
    """How surely a place that is named is where the person at risk is: the lower, the surer."""

    THERE = 0
    NAMED = 1
    FAINT = 2


@dataclass(frozen=True, slots=True)
class Name:
    """A place's name in the gazetteer: the areas it may mean, and how sure the sentence must be that it is a place."""

    areas: frozenset[str]
    is_common_word: bool
    is_only_answer: bool


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Names and postcode districts by their plain spelling.

    `own_names` are those that a language gives our places, by its code: elsewhere they may be everyday words.
    `abroad` are the areas that count only where somebody is there; `elsewhere` are those of English postcodes in no list.
    `postcodes` are full ones that an operator has imported, by area.
    """

    names: dict[str, Name]
    own_names: dict[str, dict[str, Name]]
    districts: dict[str, frozenset[str]]
    abroad: frozenset[str]
    elsewhere: frozenset[str]
    postcodes: Mapping[str, str]


@dataclass(frozen=True)
class _Message:
    """A message whose places are read, with all that this needs."""

    text: str
    gazetteer: Gazetteer
    lexicon: Lexicon
    is_answer: bool

    @property
    def words(self) -> PlaceWords:
        """What stands around places."""
        return self.lexicon.places

    @cached_property
    def rank_of_writer(self) -> Rank:
        """Return how surely the person at risk is where the one who writes is."""
        text = plain(self.text)
        if is_done_to_writer(text, self.lexicon):
            return Rank.THERE
        return Rank.FAINT if read_person(text, self.lexicon, asks=None) == "someone_else" else Rank.NAMED

    def named(self, key: str) -> Name | None:
        """Return the place of a plain name: one of the message's language, or of everybody's."""
        return self.gazetteer.own_names.get(self.lexicon.id, {}).get(key) or self.gazetteer.names.get(key)

    def before(self, start: int) -> str:
        """Return what stands before a place."""
        return plain(self.text[max(0, start - MOST_CHARACTERS_AROUND) : start])

    def is_abroad(self, areas: frozenset[str]) -> bool:
        """Say whether areas lie outside the UK."""
        return bool(areas & self.gazetteer.abroad)

    def after(self, end: int) -> str:
        """Return what follows with nothing but a blank between."""
        return plain(self.text[end : end + MOST_CHARACTERS_AROUND]) if self.text[end : end + 1] == " " else ""


@dataclass(frozen=True, slots=True)
class _Found:
    start: int  # where it stands in the message
    areas: frozenset[str]
    rank: Rank
    is_abroad: bool

    @property
    def certainty(self) -> tuple[Rank, bool]:
        """The lowest is the surest. A place abroad, where somebody may have been before, gives way to one in the UK."""
        return self.rank, self.is_abroad


def build_gazetteer(areas: dict[str, Area], postcodes: Mapping[str, str], lexicons: Iterable[Lexicon] = ()) -> Gazetteer:
    """Gather every name and postcode district of every area, its names in other languages, and the imported postcodes."""
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
    return Gazetteer(
        names,
        {lexicon.id: _own_names(lexicon) for lexicon in lexicons},
        {key: frozenset(codes) for key, codes in districts.items()},
        abroad=frozenset(area.id for area in areas.values() if area.kind == "abroad"),
        elsewhere=frozenset(area.id for area in areas.values() if area.kind == "elsewhere"),
        postcodes=postcodes,
    )


def _own_names(lexicon: Lexicon) -> dict[str, Name]:
    """Return the names that a language itself gives our places."""
    codes: dict[str, set[str]] = defaultdict(set)
    for area, spellings in lexicon.names.items():
        for spelling in spellings:
            codes[_key(spelling)].add(area)
    return {key: Name(frozenset(areas), is_common_word=False, is_only_answer=False) for key, areas in codes.items()}


def read_places(text: str, gazetteer: Gazetteer, lexicon: Lexicon, asked: bool) -> frozenset[str]:
    """Return the area codes where the person at risk may be; empty where no place is named.

    Several names narrow each other down ("Cheadle near Stockport"); names that contradict each other are all returned. But
    where the person at risk is wins over where the writer is ("I live in Leeds but she is in Bramhall").

    Args:
        text: what the person wrote, with its capitals, for those tell "Stone" from "stone".
        asked: the text answers a question about the place.
    """
    message = _Message(clean(text), gazetteer, lexicon, asked)
    if asked and message.words.abroad.found_in(plain(text)):
        return gazetteer.abroad
    found = [*_postcodes(message), *_names(message)]
    surest = min((place.certainty for place in found), default=None)
    others = [place.areas for place in found if place.certainty != surest]
    areas = _joined(_narrowed(place.areas, others) for place in found if place.certainty == surest)
    if asked and len(areas) > 1 and is_correction(plain(text), lexicon):
        # "Halifax, no wait, Huddersfield": the last word counts.
        return max(found, key=lambda place: place.start).areas
    return areas


def _narrowed(areas: frozenset[str], others: list[frozenset[str]]) -> frozenset[str]:
    for other in others:
        areas = (areas & other) or areas
    return areas


def _joined(places: Iterable[frozenset[str]]) -> frozenset[str]:
    apart: list[frozenset[str]] = []
    for areas in sorted(places, key=_is_region):
        if any(known & areas for known in apart):
            apart = [(known & areas) or known for known in apart]
        elif not (apart and _is_region(areas)):
            apart.append(areas)
    return NOTHING.union(*apart)


def _is_region(areas: frozenset[str]) -> bool:
    return len(areas) >= FEWEST_AREAS_OF_A_REGION


def _postcodes(message: _Message) -> Iterator[_Found]:
    for match in _POSTCODE.finditer(message.text):
        letters, blank, digits, second_half = match.groups()
        before, after = message.before(match.start()), message.after(match.end())
        is_certain = bool(second_half) or message.is_answer
        # "b6" or "m8" may be text-speak, "the M6" is a road: a single letter needs more than two do.
        # and "sa7" is a word where Arabic is typed in Latin letters.
        is_doubtful = (len(letters) == 1 and (letters.islower() or message.words.roads.ends(before))) or (
            letters.islower() and message.lexicon.id != FALLBACK and not message.words.before.ends(before)
        )
        if (blank or is_doubtful) and not is_certain:
            continue
        exact = message.gazetteer.postcodes.get(f"{letters}{digits} {second_half}".upper())
        is_surely_a_place = is_certain or message.words.before.ends(before)
        areas = frozenset({exact}) if exact else _areas_of_district(letters + digits, is_surely_a_place, message.gazetteer)
        rank = _rank(before, after, areas, message)
        if areas and rank is not None:
            yield _Found(match.start(), areas, rank, is_abroad=False)


def _areas_of_district(district: str, is_surely_a_place: bool, gazetteer: Gazetteer) -> frozenset[str]:
    listed = gazetteer.districts.get(district.upper(), NOTHING)
    # Every Scottish, Welsh and Northern Irish district is in the lists, so that any other is in the rest of England.
    is_elsewhere = not listed and is_surely_a_place and _ENGLISH_DISTRICT.fullmatch(district.upper())
    return gazetteer.elsewhere if is_elsewhere else listed


def _names(message: _Message) -> Iterator[_Found]:
    words = list(_WORD.finditer(message.text))
    keys = [_key(word[0]) for word in words]
    start = 0
    while start < len(words):
        length, name = _longest_name(keys[start : start + MOST_WORDS_OF_A_NAME], message)
        written = words[start : start + length]
        if name is not None and _is_place(name, written, message):
            before, after = message.before(written[0].start()), message.after(written[-1].end())
            rank = _rank(before, after, name.areas, message)
            if rank is not None:
                yield _Found(written[0].start(), name.areas, rank, is_abroad=message.is_abroad(name.areas))
        start += max(length, 1)


def _longest_name(keys: list[str], message: _Message) -> tuple[int, Name | None]:
    for length in range(len(keys), 0, -1):
        key = " ".join(keys[:length])
        name = message.named(key) or _without_ending(key, message)
        if name is not None:
            return length, name
    return 0, None


def _without_ending(key: str, message: _Message) -> Name | None:
    """Return the place that a word names with an ending ("bradfords"), if it is no everyday word ("sandals")."""
    for ending in message.words.endings:
        name = message.named(key.removesuffix(ending)) if key.endswith(ending) else None
        if name is not None and not name.is_common_word and not name.is_only_answer:
            return name
    return None


def _is_place(name: Name, written: list[re.Match[str]], message: _Message) -> bool:
    if message.is_answer:
        return True
    if name.is_only_answer:
        return False
    if name.is_common_word and _is_capitalised(written, message.text):
        return True
    if not name.is_common_word and not message.is_abroad(name.areas):
        return True
    before = message.before(written[0].start())
    return message.words.before.ends(before) or message.words.there.ends(before)


def _is_capitalised(written: list[re.Match[str]], text: str) -> bool:
    # The first word of a message is a capital anyway, and a message all in capitals tells nothing.
    others_are_lower = any(word.islower() for word in text.split())
    return written[0].start() > 0 and others_are_lower and all(word[0][:1].isupper() for word in written)


def _rank(before: str, after: str, areas: frozenset[str], message: _Message) -> Rank | None:
    """Return how surely the person at risk is where the words around say; None if they say that it is elsewhere."""
    words = message.words
    if words.not_after.begins(after):
        return None
    rank = _rank_of_words(before, message)
    if not message.is_abroad(areas) or rank in (None, Rank.THERE) or message.is_answer:
        return rank
    # Many tell of what was done to them in Libya and are long here: "in Libya" counts with next to nothing around it.
    is_plain = words.writer.ends(before) or len(message.text.split()) <= MOST_WORDS_AROUND_A_COUNTRY
    return rank if rank == Rank.NAMED and is_plain else None


def _rank_of_words(before: str, message: _Message) -> Rank | None:
    words = message.words
    if words.writer.ends(before):
        return message.rank_of_writer
    if words.there.ends(before):
        return Rank.THERE
    if words.they_are.ends(before):
        return Rank.FAINT if message.rank_of_writer == Rank.THERE else Rank.THERE
    if words.not_here.ends(before):
        return None
    return Rank.FAINT if words.faint.ends(before) else Rank.NAMED


def _key(spelling: str) -> str:
    words = regex.sub(rf"[^\w\s]|(?<=[{_HAN}])|(?=[{_HAN}])", " ", plain(spelling))
    return " ".join(words.split())
