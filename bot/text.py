"""Bring what a person typed into one form before anything reads it.

Two forms: `clean` is the text with everything harmful or invisible taken out, for models and channels; `plain` is the text as
the word lists are written: lower case, no apostrophes, single blanks, sentence marks kept.
"""

import re
import unicodedata

import regex

MOST_CHARACTERS = 2000  # what one message may hold (HTTP contract)

_INVISIBLE = re.compile(r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufe00-\ufe0f]")
_APOSTROPHES = re.compile(r"['\u2018\u2019\u201b\u02bc\u0060\u00b4]")
_ELONGATION = re.compile(r"([^\W\d_])\1{2,}")
_NEITHER_WORD_NOR_SENTENCE_MARK = regex.compile(r"[^\w\p{M}\s.,;:!?/£%+-]")
_SENTENCE_END = re.compile(r"[.!?;\n]+|\bbut\b|\band then\b")


def clean(text: str) -> str:
    """Return the text without NULs, lone surrogates, control and direction characters, in Unicode's NFKC form.

    A message in which nothing readable is left comes back empty.
    """
    readable = "".join(_readable(character) for character in text.replace("\r\n", "\n"))
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", _APOSTROPHES.sub("'", readable))).strip()


def plain(text: str) -> str:
    """Return the text as word lists are written: "He's  got a KNIFE!!!" becomes "hes got a knife!!!"."""
    lowered = clean(text).casefold().replace("'", "")
    words = _NEITHER_WORD_NOR_SENTENCE_MARK.sub(" ", _ELONGATION.sub(r"\1", lowered))
    return re.sub(r"[^\S\n]+", " ", words).strip()


def clauses(text: str) -> list[str]:
    """Split plain text where a new thought begins, so that a "not" in one does not reach the next."""
    return [clause.strip() for clause in _SENTENCE_END.split(text) if clause.strip()]


def _readable(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs", "Co", "Cn"):
        return character
    return " " if character.isspace() else ""
