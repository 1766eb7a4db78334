"""Ages: digits, number words, school years and words such as "toddler", read as a set of age bands.

The bands are those of the policy: `child` (under 18), `just_18`, `adult`, and `unsure` for somebody who could be under 18. A
number counts as an age only where the words around it say so, or when the age was asked for.
"""

import re
from collections.abc import Iterator

from bot.lexicon import Lexicon

ADULT_AGE = 18
OLDEST = 110


def read_ages(plain: str, lexicon: Lexicon, asked: bool) -> frozenset[str]:
    """Return the age bands that a plain text speaks of; empty where it says nothing of age.

    Args:
        asked: the text answers a question about age, so that a bare number is one.
    """
    words = lexicon.ages
    bands = set(_numbers_as_bands(_with_digits(plain, words.numbers), lexicon, asked))
    if words.unsure.found_in(plain):
        bands.add("unsure")
    if words.child.found_in(plain):
        bands.add("child")
    if bands:
        return frozenset(bands)
    if words.maybe_child.found_in(plain):
        return frozenset({"child"})
    # "Woman" or "mum" tell an adult only where nothing hints at somebody young: the adult may be the one who does harm.
    if words.adult.found_in(plain) and not words.ambiguous.found_in(plain):
        return frozenset({"adult"})
    return frozenset()


def _with_digits(plain: str, numbers: dict[str, int]) -> str:
    """Write number words as digits: "fifteen" becomes "15", "twenty one" becomes "21"."""
    known = "|".join(sorted(map(re.escape, numbers), key=len, reverse=True))
    digits = re.sub(rf"\b({known})\b", lambda match: str(numbers[match[1]]), plain)
    return re.sub(r"\b([2-9])0[ -]([1-9])\b(?!\d)", r"\1\2", digits)


_NUMBER = re.compile(r"(?<![\d.,£$/:-])(?<!\d )(\d{1,3})(?: ?(or|to|and|/|-) ?(\d{1,3}))?(?![\d:£%]|[.,]\d)")
_BOTH = "and"


def _numbers_as_bands(text: str, lexicon: Lexicon, asked: bool) -> Iterator[str]:
    words = lexicon.ages
    for match in _NUMBER.finditer(text):
        before, after = text[: match.start()].rstrip(), text[match.end() :].lstrip(" -")
        if not _is_age(before, after, lexicon, asked):
            continue
        ages = sorted(_years(int(number), before, after, lexicon) for number in match.group(1, 3) if number)
        if ages[-1] > OLDEST:
            continue
        is_choice = len(ages) > 1 and match[2] != _BOTH
        if is_choice and ages[0] < ADULT_AGE <= ages[-1]:
            yield "unsure"
        elif words.denied.ends(before):
            # "She is not 18" tells a child; "not 15" tells only what she is not.
            yield from ["child"] if ages[0] == ADULT_AGE else []
        else:
            is_about = words.about.ends(before) or words.about.begins(after)
            yield from (_band(age, is_about) for age in ages)


def _is_age(before: str, after: str, lexicon: Lexicon, asked: bool) -> bool:
    words = lexicon.ages
    if words.after.begins(after) or words.in_months.begins(after):
        return True
    if words.not_after.begins(after):
        return False
    return asked or words.before.ends(before)


def _years(number: int, before: str, after: str, lexicon: Lexicon) -> int:
    """Return the age in full years that a number stands for: "over 18" is 19, "under 18" is 17, "18 months" is 1."""
    words = lexicon.ages
    if words.in_months.begins(after):
        return number // 12
    if words.older.ends(before):
        return number + 1
    return max(number - 1, 0) if words.younger.ends(before) else number


def _band(age: int, is_about: bool) -> str:
    if age < ADULT_AGE:
        return "child"
    if age == ADULT_AGE:
        return "unsure" if is_about else "just_18"
    return "adult"
