"""Bring what a person typed into one form before anything reads it.

Two forms: `clean` is the text with everything harmful or invisible taken out, for models and channels; `plain` is the text as
the word lists are read: folded (lower case, Latin letters without accents, one form of each Arabic letter, Western digits), no
apostrophes, single blanks, sentence marks kept.
"""

import re
import unicodedata

import regex

MOST_CHARACTERS = 2000  # what one message may hold (HTTP contract)

_INVISIBLE = re.compile(r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufe00-\ufe0f]")
# Honorifics of eight and eighteen letters in one character. Written out, a message of them would take seconds to read.
_PHRASES_IN_ONE_CHARACTER = "\ufdfa\ufdfb"
_APOSTROPHES = re.compile(r"['\u2018\u2019\u201b\u02bc\u0060\u00b4]")
_ELONGATION = re.compile(r"([^\W\d_])\1{2,}")
_NEITHER_WORD_NOR_SENTENCE_MARK = regex.compile(r"[^\w\p{M}\s.,;:!?/£%+-]")
_SENTENCE_END = re.compile(r"[.!?;\n]+")
# Marks that people leave out when they type: accents of Latin letters, vowel signs of Arabic ones. Elsewhere they are letters.
_MARKS_OF_LATIN_AND_ARABIC = regex.compile(r"(?<=[\p{Latin}\p{Arabic}])\p{M}+")
# Ethiopic letters that sound alike and are typed for one another: the first of a row of seven, and of the row read instead.
_ALIKE = {0x1210: 0x1200, 0x1280: 0x1200, 0x1220: 0x1230, 0x12D0: 0x12A0, 0x1340: 0x1338, 0x1250: 0x1240}
_SHORT_A = {0x1203: 0x1200, 0x12A3: 0x12A0}  # "ha" and "a" are typed with either of two letters
_ETHIOPIC = {first + order: _SHORT_A.get(read + order, read + order) for first, read in _ALIKE.items() for order in range(7)}
_ONE_FORM = str.maketrans(
    {
        **{chr(typed): chr(read) for typed, read in (_SHORT_A | _ETHIOPIC).items()},
        # Latin letters that no decomposition takes apart
        **dict(zip("\u0142\u0111\u0131\u00f8\u0259\u0127", "ldioeh", strict=True)),
        # letters of Arabic, Persian, Urdu and Kurdish keyboards that stand for one another
        **dict(
            zip(
                "\u0623\u0625\u0622\u0671\u064a\u0649\u0643\u0629\u0624\u0626\u06c1\u06d5\u06be",
                "\u0627\u0627\u0627\u0627\u06cc\u06cc\u06a9\u0647\u0648\u06cc\u0647\u0647\u0647",
                strict=True,
            )
        ),
        "\u0640": None,
        "\u0451": "\u0435",
        # sentence marks of other scripts
        **dict.fromkeys("\u3002\u06d4\u0964\u0965\u1362", "."),
        **dict.fromkeys("\u061f\u1367", "?"),
        **dict.fromkeys("\u061b\u1364", ";"),
        **dict.fromkeys("\u060c\u3001\u1363", ","),
    }
)


def clean(text: str) -> str:
    """Return the text without NULs, lone surrogates, control and direction characters, in Unicode's NFKC form.

    A message in which nothing readable is left comes back empty.
    """
    readable = "".join(_readable(character) for character in text.replace("\r\n", "\n"))
    # What is invisible goes first, for it parts a letter from its accent; an acute accent typed for an apostrophe would else
    # become a blank and an accent; and NFKC itself makes apostrophes of some characters.
    typed = _APOSTROPHES.sub("'", _INVISIBLE.sub("", readable))
    return _APOSTROPHES.sub("'", unicodedata.normalize("NFKC", typed)).strip()


def plain(text: str) -> str:
    """Return the text as word lists are read: "He's  got a KNIFE!!!" becomes "hes got a knife!!!"."""
    lowered = folded(clean(text).replace("'", ""))
    words = _NEITHER_WORD_NOR_SENTENCE_MARK.sub(" ", _ELONGATION.sub(r"\1", lowered))
    return re.sub(r"[^\S\n]+", " ", words).strip()


def folded(text: str) -> str:
    """Return the text in lower case, and in one form of what people type in several: accents, letters, digits, marks."""
    decomposed = unicodedata.normalize("NFD", text.casefold().translate(_ONE_FORM))
    bare = unicodedata.normalize("NFC", _MARKS_OF_LATIN_AND_ARABIC.sub("", decomposed))
    # Once more, for what letters with a mark were taken apart into.
    return "".join(_western(character) for character in bare.translate(_ONE_FORM))


def sentences(text: str) -> list[str]:
    """Split plain text at its sentence marks and line ends."""
    return [sentence.strip() for sentence in _SENTENCE_END.split(text) if sentence.strip()]


def _western(character: str) -> str:
    return character if character.isascii() or not character.isdecimal() else str(unicodedata.decimal(character))


def _readable(character: str) -> str:
    if character in _PHRASES_IN_ONE_CHARACTER:
        return " "
    if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs", "Co", "Cn"):
        return character
    return " " if character.isspace() else ""


def passages(text: str, most_characters: int) -> list[str]:
    """Split a long text at its sentence and line ends into passages to be read one by one, each as long as may be."""
    gathered: list[str] = []
    for sentence in re.split(r"(?<=[.!?\u3002\u06d4\u0964\u1362])\s+|\n+", text):
        for start in range(0, len(sentence), most_characters):
            part = sentence[start : start + most_characters]
            if gathered and len(gathered[-1]) + len(part) < most_characters:
                gathered[-1] += f" {part}"
            else:
                gathered.append(part)
    return [passage for passage in gathered if passage.strip()]
