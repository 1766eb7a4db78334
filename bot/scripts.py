"""The script a text is written in: the first thing that tells its language."""

import unicodedata
from collections import Counter

# The first word of a letter's Unicode name, where it is not the script's own name.
_NAMES = {"CJK": "Han", "HIRAGANA": "Kana", "KATAKANA": "Kana"}


def main_script(text: str) -> str | None:
    """Return the Unicode script of most letters of a text ("Latin", "Arabic", "Han"); None where it has no letters."""
    counts = Counter(_script(letter) for letter in text if letter.isalpha())
    return counts.most_common(1)[0][0] if counts else None


def _script(letter: str) -> str:
    first = unicodedata.name(letter, "OTHER").split()[0]
    return _NAMES.get(first, first.capitalize())
