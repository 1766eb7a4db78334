"""Ages: digits, number words, school years and words such as "toddler", read as a set of age bands.

The bands are those of the policy: `child` (under 18), `just_18`, `adult`, and `unsure` for somebody who could be under 18. A
number counts as an age only where the words around it say so, where it stands by itself ("15. i owe a lad"), or when the age
was asked for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import regex

from bot.lexicon import AgeWords, Lexicon
from bot.persons import is_done_to_writer

ADULT_AGE = 18
OLDEST = 110
LOWEST_BARE_AGE = 4  # a bare number below this counts things: "one of them", "all three"
LAST_HOUR = 12  # "at 9" is an hour, "at 14" an age; a message that is only "9" chooses from a list
MOST_CHARACTERS_BEFORE = 60  # of what is read in front of a number

_HYPHEN_OF_WORDS = re.compile(r"-(?=[^\W\d])|(?<=[^\W\d])-")
_AGE = r"(?:1[01]\d|\d{1,2})(?!\d)"
_NO_AGE_AFTER = r"(?<![^\W\u3400-\u9fff])(?<![£$/:+-])(?<!\d[.,])(?<!\d )"  # Chinese writes an age right behind a word
_BREAK = regex.compile(r"(?:^|[^\w\s])\s*$")
_NOTHING: frozenset[str] = frozenset()
_CHILD = frozenset({"child"})
ASKS_WHO = frozenset({None, "person", "age_band"})  # what was asked where an answer may tell an age without a number
_ASKS_OF_WORK = frozenset({"first_responder", "audience"})


@dataclass(frozen=True, slots=True)
class _Number:
    """One number, or several that belong together ("12 or 13"), with the words around it."""

    ages: tuple[int, ...]
    is_choice: bool
    before: str
    after: str

    @property
    def next_words(self) -> str:
        """What follows without a stop or comma between."""
        return "" if self.after[:1] in {".", ",", ";", ":", "!", "?"} else self.after


def read_ages(plain: str, lexicon: Lexicon, asks: str | None) -> frozenset[str]:
    """Return the age bands that a plain text speaks of; empty where it says nothing of age.

    Args:
        asks: the slot that our last reply asked for. In answer to a question about age a bare number is one; in answer to any
            other, "no, my aunt has gone out" tells nobody's age, and neither does "a children's home" where it is about work.
    """
    words = lexicon.ages
    asked = asks == "age_band"
    text = words.beside_the_point.removed_from(_with_digits(plain, words.numbers))
    in_numbers = _said_in_numbers(text, words, asked)
    if asks in _ASKS_OF_WORK:
        return in_numbers
    said = in_numbers | _said_in_words(text, words)
    if said or asks not in ASKS_WHO:
        return said
    return _guessed(text, plain, lexicon, asked)


def _with_digits(plain: str, numbers: dict[str, int]) -> str:
    """Write number words as digits: "fifteen-year-old" becomes "15 year old", "twenty one" becomes "21"."""
    text = _HYPHEN_OF_WORDS.sub(" ", plain)
    digits = _number_words(tuple(numbers)).sub(lambda match: str(numbers[match[1] or match[2]]), text)
    return re.sub(r"\b([2-9])0 ([1-9])\b(?!\d)", r"\1\2", digits)


@cache
def _number_words(words: tuple[str, ...]) -> Any:
    known = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    # Chinese puts no blanks between words: there a number word needs none around it.
    return regex.compile(rf"(?<![^\W\p{{Han}}])({known})(?![^\W\p{{Han}}])|(?<!\w)({known})(?=ish\b)")


def _said_in_words(text: str, words: AgeWords) -> frozenset[str]:
    without_children = words.not_child.removed_from(text)
    without_adults = words.not_adult.removed_from(words.harm_doer.removed_from(text))
    found = {
        "child": words.child.found_in(without_children) or words.not_adult.found_in(text),
        "just_18": words.just_18.found_in(text),
        "unsure": words.unsure.found_in(without_children),
        "adult": words.adult.found_in(without_adults) or words.not_child.found_in(text),
    }
    return frozenset(band for band, is_said in found.items() if is_said)


def _guessed(text: str, plain: str, lexicon: Lexicon, asked: bool) -> frozenset[str]:
    words = lexicon.ages
    if words.maybe_child.found_in(text):
        return frozenset({"child"})
    if words.young.found_in(text) or not words.grown.found_in(words.harm_doer.removed_from(text)):
        return _NOTHING
    # In one's own story "the man" or "the lady" is the one who does harm.
    return _NOTHING if is_done_to_writer(plain, lexicon) and not asked else frozenset({"adult"})


def _said_in_numbers(text: str, words: AgeWords, asked: bool) -> frozenset[str]:
    now: set[str] = set()
    once: set[str] = set()
    for number in _numbers(text, words):
        if _is_age(number, words, asked):
            bands = frozenset(_bands(number, words))
            is_once = words.once.ends(number.before) or words.at.ends(number.before)
            if not is_once and bands == _CHILD and words.mine.ends(number.before):
                # A child who writes tells the age of who does harm, too: "im 14 hes 24".
                return _CHILD
            (once if is_once else now).update(bands)
    # "I was sold at 14" leaves open how old they are by now; "... I am 30" does not.
    return frozenset(now) or (frozenset({"unsure"}) if "child" in once else frozenset(once))


def _numbers(text: str, words: AgeWords) -> Iterator[_Number]:
    several, choice = _between(words.either, words.both)
    for match in several.finditer(text):
        is_choice = bool(choice.search(match[1]))
        ages = _ages_of(match[1], is_choice)
        before = text[max(0, match.start() - MOST_CHARACTERS_BEFORE) : match.start()].rstrip()
        if ages[-1] <= OLDEST:
            yield _Number(ages, is_choice, before, text[match.end() :].lstrip(" -"))


def _ages_of(written: str, is_choice: bool) -> tuple[int, ...]:
    ages = tuple(sorted(int(number) for number in re.findall(r"\d+", written)))
    # "One man of about 45", where the word for "about" is that for "or": nobody is between 1 and 45.
    return ages[-1:] if is_choice and ages[0] < LOWEST_BARE_AGE and ages[-1] >= ADULT_AGE else ages


@cache
def _between(either: tuple[str, ...], both: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what finds numbers that belong together, and what tells "12 or 13", one of them, from "12 and 13"."""
    one = "|".join([*map(re.escape, either), "/", "-"])
    all_of_them = "|".join([one, *map(re.escape, both)])
    several = rf"({_AGE}(?:(?:, ?{_AGE})*(?:,? ?(?:{all_of_them}) ?| ){_AGE})?)(?![£%]|[.,:]\d)"
    return re.compile(_NO_AGE_AFTER + several), re.compile(rf"\d ?(?:{one}| ) ?\d")


def _is_age(number: _Number, words: AgeWords, asked: bool) -> bool:
    after = number.next_words
    if words.after.begins(after) or words.in_months.begins(after):
        return True
    if words.having.ends(number.before) and words.years.begins(after):
        return True
    if words.not_after.begins(after) or (number.ages[-1] < LOWEST_BARE_AGE and not asked):
        return False
    if words.at.ends(number.before) and not asked:
        return number.ages[0] > LAST_HOUR
    return asked or words.before.ends(number.before) or words.denied.ends(number.before) or _stands_alone(number, words)


def _stands_alone(number: _Number, words: AgeWords) -> bool:
    if not number.before and not number.after:
        return number.ages[0] > LAST_HOUR
    if number.next_words and not words.follows.begins(number.next_words):
        return False
    before = words.hedges.cut_from_end(number.before)
    return _is_break(number.before) or _is_break(before) or words.named.ends(number.before)


def _is_break(before: str) -> bool:
    return _BREAK.search(before) is not None


def _bands(number: _Number, words: AgeWords) -> Iterator[str]:
    ages = [_years(age, number, words) for age in number.ages]
    if number.is_choice and ages[0] < ADULT_AGE <= ages[-1]:
        yield "unsure"
    elif words.denied.ends(number.before):
        # "She is not 18" and "not 16 yet" tell a child; "not 15" tells only what she is not.
        is_not_yet = words.soon.begins(number.next_words)
        yield from ["child"] if number.ages[0] == ADULT_AGE or (is_not_yet and number.ages[0] < ADULT_AGE) else []
    else:
        is_about = words.about.ends(number.before) or words.about.begins(number.next_words)
        yield from (_band(age, is_about) for age in ages)


def _years(number: int, around: _Number, words: AgeWords) -> int:
    """Return the age in full years that a number stands for: "over 18" is 19, "nearly 18" is 17, "18 months" is 1."""
    if words.in_months.begins(around.next_words):
        return number // 12
    if words.younger.ends(around.before) or words.soon.begins(around.next_words):
        return max(number - 1, 0)
    return number + 1 if words.older.ends(around.before) else number


def _band(age: int, is_about: bool) -> str:
    if age < ADULT_AGE:
        return "child"
    if age == ADULT_AGE:
        return "unsure" if is_about else "just_18"
    return "adult"
