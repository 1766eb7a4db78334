"""The same message typed worse: what people do in a hurry, on a strange keyboard, between two languages, or in fear.

For `waymark evaluate --variant` and `waymark report`. Chance is seeded with the text itself: a variant is the same each time.
"""

import json
import random
import unicodedata
from collections.abc import Callable
from functools import cache

from bot.content import PROJECT_FOLDER
from bot.languages import FALLBACK

SHARE_OF_NOISE = 0.1  # of all letters
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHARE_OF_LOOK_ALIKES = 0.25  # of the letters that another script has too
MESSAGES = PROJECT_FOLDER / "tests" / "understanding"

# Letters that no decomposition takes apart, and what is typed where the keyboard lacks them.
_WITHOUT_STROKE = str.maketrans("\u0142\u0141\u0111\u0110\u0131", "lLdDi")
_LATIN = "ABCEHIJKMOPSTXY" + "aceijopsxy"
_CYRILLIC = (
    "\u0410\u0412\u0421\u0415\u041d\u0406\u0408\u041a\u041c\u041e\u0420\u0405\u0422\u0425\u0423"  # large
    "\u0430\u0441\u0435\u0456\u0458\u043e\u0440\u0455\u0445\u0443"  # small
)
_LATIN_AS_IN_GREEK = "ABEHIKMNOPTXYZ" + "aikopuv"
_GREEK = (
    "\u0391\u0392\u0395\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a7\u03a5\u0396"  # large
    "\u03b1\u03b9\u03ba\u03bf\u03c1\u03c5\u03bd"  # small
)
_PAIRS = [
    *zip(_LATIN, _CYRILLIC, strict=True),
    *zip(_LATIN_AS_IN_GREEK, _GREEK, strict=True),
    *zip(_CYRILLIC, _LATIN, strict=True),
]
_LOOK_ALIKES = {letter: [other for one, other in _PAIRS if one == letter] for letter, _ in _PAIRS}


def with_noise(text: str) -> str:
    """Return the text with one letter in ten dropped, doubled, changed or swapped with the next."""
    chance = random.Random(text)  # noqa: S311 no secret, only a slip
    letters = list(text)
    for place, letter in enumerate(text[:-1]):
        if letter.isalpha() and chance.random() < SHARE_OF_NOISE:
            slip = chance.choice(("drop", "double", "change", "swap"))
            if slip == "swap":
                letters[place], letters[place + 1] = letters[place + 1], letters[place]
            else:
                letters[place] = {"drop": "", "double": letter * 2, "change": chance.choice(LETTERS)}[slip]
    return "".join(letters)


def without_accents(text: str) -> str:
    """Return the text without the marks of Latin letters, however many a letter has."""
    bare: list[str] = []
    is_latin = False
    for mark in unicodedata.normalize("NFD", text.translate(_WITHOUT_STROKE)):
        if not unicodedata.combining(mark):
            is_latin = mark.isascii()
        elif is_latin:
            continue
        bare.append(mark)
    return unicodedata.normalize("NFC", "".join(bare))


def drawn_out(text: str) -> str:
    """Return the text with the last vowel of each third word drawn out."""
    words = text.split(" ")
    return " ".join(_drawn_out(word) if number % 3 == 0 else word for number, word in enumerate(words))


def _drawn_out(word: str) -> str:
    place = max(word.rfind(vowel) for vowel in "aeiou")
    return word if place < 0 else word[:place] + word[place] * 4 + word[place + 1 :]


def with_mixed_scripts(text: str) -> str:
    """Return the text with Cyrillic and Greek letters in Latin words, and Latin ones in Cyrillic words, that look the same."""
    chance = random.Random(text)  # noqa: S311 no secret, only a slip
    return "".join(
        chance.choice(_LOOK_ALIKES[letter]) if letter in _LOOK_ALIKES and chance.random() < SHARE_OF_LOOK_ALIKES else letter
        for letter in text
    )


def between_other_words(text: str, language: str) -> str:
    """Return the text between two neutral lines of another language: English, or around English any other."""
    chance = random.Random(text)  # noqa: S311 no secret, only a frame
    others = [file.stem for file in sorted(MESSAGES.glob("*.jsonl")) if file.stem != FALLBACK]
    before, after = chance.sample(_neutral_lines(chance.choice(others) if language == FALLBACK else FALLBACK), 2)
    return f"{before} {text} {after}"


@cache
def _neutral_lines(language: str) -> list[str]:
    """Return the short greetings and thanks among a language's test messages."""
    cases = map(json.loads, (MESSAGES / f"{language}.jsonl").read_text(encoding="utf-8").splitlines())
    return [case["text"] for case in cases if (case.get("kind"), case.get("style")) == ("smalltalk", "short")]


def _in_any_language(vary: Callable[[str], str]) -> Callable[[str, str], str]:
    return lambda text, _: vary(text)


# Each takes a message and the language it is in.
VARIANTS: dict[str, Callable[[str, str], str]] = {
    "noise": _in_any_language(with_noise),
    "no-accents": _in_any_language(without_accents),
    "capitals": _in_any_language(str.upper),
    "drawn-out": _in_any_language(drawn_out),
    "mixed-scripts": _in_any_language(with_mixed_scripts),
    "code-switching": between_other_words,
}
