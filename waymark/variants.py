"""The same message typed worse: what people do in a hurry, on a strange keyboard, or in fear. For `waymark evaluate --variant`.

Every variant is made from the text alone, so that it is the same each time.
"""

import random
import unicodedata
from collections.abc import Callable

SHARE_OF_NOISE = 0.1  # of all letters
LETTERS = "abcdefghijklmnopqrstuvwxyz"


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
    """Return the text without the marks of Latin letters."""
    decomposed = unicodedata.normalize("NFD", text)
    bare = (
        mark
        for before, mark in zip(" " + decomposed, decomposed, strict=False)
        if not (unicodedata.combining(mark) and before.isascii())
    )
    return unicodedata.normalize("NFC", "".join(bare))


def drawn_out(text: str) -> str:
    """Return the text with the last vowel of each third word drawn out."""
    words = text.split(" ")
    return " ".join(_drawn_out(word) if number % 3 == 0 else word for number, word in enumerate(words))


def _drawn_out(word: str) -> str:
    place = max(word.rfind(vowel) for vowel in "aeiou")
    return word if place < 0 else word[:place] + word[place] * 4 + word[place + 1 :]


VARIANTS: dict[str, Callable[[str], str]] = {
    "noise": with_noise,
    "no-accents": without_accents,
    "capitals": str.upper,
    "drawn-out": drawn_out,
}
