"""A language's word lists, by which messages are read without any model.

Loaded from `locales/<language>/lexicon.yml`, `danger.yml` and `places.yml`. Each entry is a pattern over plain text (see
`bot.text`): a regular expression in which a blank stands for a blank and `~` for up to three words between. Patterns are folded
as plain text is, so that they may be written with or without accents. A language leaves out the lists that it does not need.
"""

import re
from collections.abc import Iterator
from dataclasses import field, fields, is_dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import regex
from pydantic import AfterValidator, BeforeValidator, ConfigDict
from pydantic.dataclasses import dataclass

from bot.content import load_record, read_yaml, shown
from bot.errors import ContentError, Problem
from bot.text import folded

STRICT = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

_LATIN = re.compile(r"[a-z]")
_ESCAPE = re.compile(r"\\.")
_ENDS_IN_A_WORD = regex.compile(r"\w$")
_COMBINING_MARK = regex.compile(r"\p{M}")
_WRITTEN_WITHOUT_BLANKS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")


class Phrases:
    """Patterns that match whole words only, folded and compiled when they are first looked for: no start waits for them.

    Those in Latin letters and those in another script are looked for apart, and only in a text that has such letters.
    """

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self._patterns = patterns

    @cached_property
    def _groups(self) -> tuple["_Group", ...]:
        written = [folded_pattern(pattern) for pattern in self._patterns]
        latin = [pattern for pattern in written if _is_latin_only(pattern)]
        others = [pattern for pattern in written if not _is_latin_only(pattern)]
        # One without letters, such as \d\d, or with a choice of scripts, may stand in any text.
        needs_other_letters = all(not pattern.isascii() and not _has_latin(pattern) for pattern in others)
        groups = (_Group(latin, needs_latin=True), _Group(others, needs_other_letters=needs_other_letters))
        return tuple(group for group in groups if group.patterns)

    def check(self) -> None:
        """Compile every pattern.

        Raises:
            re.error, regex.error: a pattern cannot be compiled.
        """
        for group in self._groups:
            # Few lists are ever looked for at the end only: that form is compiled when it is.
            _ = group.anywhere

    def found_in(self, text: str) -> bool:
        """Say whether any of the phrases stands in the plain text."""
        return any(group.anywhere.search(text) for group in self._fitting(text))

    def starts(self, text: str) -> list[int]:
        """Return where in the plain text the phrases start, those that begin within another included."""
        return sorted(start for group in self._fitting(text) for start in group.starts(text))

    def begins(self, text: str) -> bool:
        """Say whether the plain text begins with one of the phrases."""
        beginning = text.lstrip(" .,!?")
        return any(group.anywhere.match(beginning) for group in self._fitting(text))

    def ends(self, text: str) -> bool:
        """Say whether the plain text ends with one of the phrases."""
        return any(group.at_the_end.search(text) for group in self._fitting(text))

    def removed_from(self, text: str) -> str:
        """Return the plain text without the phrases."""
        return self._replaced(text, " ")

    def parted(self, text: str) -> list[str]:
        """Return the plain text in parts, divided where the phrases stand; so a "not" in one part does not reach the next."""
        return [part.strip() for part in self._replaced(text, "\n").split("\n") if part.strip()]

    def cut_from_end(self, text: str) -> str:
        """Return the plain text without the phrases that stand at its end."""
        for group in self._fitting(text):
            if _ENDS_IN_A_WORD.search(text):
                text = group.at_the_end.sub("", text)
        return text

    def are_all_of(self, text: str) -> bool:
        """Say whether the plain text is one of the phrases and nothing else, sentence marks aside."""
        bare = " ".join(regex.sub(r"[^\w\s]+", " ", text).split())
        return any(group.anywhere.fullmatch(bare) for group in self._fitting(text))

    def _replaced(self, text: str, by: str) -> str:
        for group in self._fitting(text):
            text = group.anywhere.sub(by, text)
        return text

    def _fitting(self, text: str) -> Iterator["_Group"]:
        return (group for group in self._groups if group.may_stand_in(text))


class _Group:
    """Patterns in one kind of letters."""

    def __init__(self, patterns: list[str], needs_latin: bool = False, needs_other_letters: bool = False) -> None:
        self.patterns = patterns
        self._needs_latin = needs_latin
        self._needs_other_letters = needs_other_letters

    def may_stand_in(self, text: str) -> bool:
        if self._needs_latin:
            return _LATIN.search(text) is not None
        return not (self._needs_other_letters and text.isascii())

    @cached_property
    def anywhere(self) -> Any:
        return _compiled(_any_of(self.patterns))

    @cached_property
    def at_the_end(self) -> Any:
        return _compiled(_any_of(self.patterns) + r"\W*$")

    def starts(self, text: str) -> Iterator[int]:
        match = self.anywhere.search(text)
        while match:
            yield match.start()
            match = self.anywhere.search(text, match.start() + 1)


def _has_latin(pattern: str) -> bool:
    return _LATIN.search(_ESCAPE.sub("", pattern)) is not None


def _is_latin_only(pattern: str) -> bool:
    return pattern.isascii() and _has_latin(pattern)


def _any_of(patterns: list[str]) -> str:
    alternatives = "|".join(pattern.replace(" ~ ", r" (?:[^\s.!?;]+ ){0,3}") for pattern in patterns)
    if _WRITTEN_WITHOUT_BLANKS.search(alternatives):
        return rf"(?:{alternatives})"
    return rf"(?<!\w)(?:{alternatives})(?!\w)"


def folded_pattern(pattern: str) -> str:
    """Return a pattern in the form of plain text; escapes such as `\\W` stay what they are."""
    return "".join(part if part.startswith("\\") else folded(part) for part in re.split(r"(\\.)", pattern))


def _compiled(expression: str) -> Any:
    # To `re` a vowel sign of Hindi or Bengali ends a word. `regex` knows better, but takes twice as long.
    return regex.compile(expression) if _COMBINING_MARK.search(expression) else re.compile(expression)


def _phrases(patterns: Any) -> Phrases:
    if isinstance(patterns, Phrases):
        return patterns
    if not isinstance(patterns, list) or not all(isinstance(pattern, str) for pattern in patterns):
        raise ValueError("must be a list of patterns")
    return Phrases(tuple(patterns))


def _checked(phrases: Phrases) -> Phrases:
    try:
        phrases.check()
    except (re.error, regex.error) as error:
        raise ValueError(f"must be patterns that can be compiled: {error}") from error
    return phrases


PhraseList = Annotated[Phrases, BeforeValidator(_phrases)]
CheckedPhraseList = Annotated[PhraseList, AfterValidator(_checked)]
NO_PHRASES = Phrases(())


def _by_folded_word(numbers: dict[str, int]) -> dict[str, int]:
    return {folded(word): number for word, number in numbers.items()}


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class DangerWords:
    """What means danger now, what makes a question of it, and what takes it back (policy, section 1).

    `turns` are words such as "but", with which a new thought begins. `dates` begin a sentence that puts the one before it in
    the past, such as "this was in 2019". `calm` is what goes on in peace: "she is doing her homework".
    """

    now: PhraseList
    unclear: PhraseList = NO_PHRASES
    none: PhraseList
    over: PhraseList
    calm: PhraseList = NO_PHRASES
    denied: PhraseList = NO_PHRASES
    past: PhraseList = NO_PHRASES
    dates: PhraseList = NO_PHRASES
    not_now: PhraseList = NO_PHRASES
    right_now: PhraseList = NO_PHRASES
    not_real: PhraseList = NO_PHRASES
    idioms: PhraseList = NO_PHRASES
    turns: PhraseList = NO_PHRASES


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class AnswerWords:
    """Bare answers to a question."""

    yes: PhraseList
    yes_alone: PhraseList = NO_PHRASES
    no: PhraseList
    no_alone: PhraseList = NO_PHRASES
    dont_know: PhraseList
    skip: PhraseList
    back: PhraseList = NO_PHRASES
    enough: PhraseList = NO_PHRASES
    correction: PhraseList = NO_PHRASES


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ConsentWords:
    """Answers to whether somebody agrees to a referral. `not_asked`: nobody knows, for they were not or could not be asked."""

    not_asked: PhraseList = NO_PHRASES
    refuses: PhraseList = NO_PHRASES
    agrees: PhraseList = NO_PHRASES


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class AgeWords:
    """How ages are said: number words by value, what stands around a number that is an age, and words that mean an age.

    `either` and `both` are the plain words between two numbers, as in "12 or 13" and "12 and 13". `mine` stands just before
    the writer's own age.
    """

    numbers: Annotated[dict[str, int], AfterValidator(_by_folded_word)]
    either: tuple[str, ...] = ()
    both: tuple[str, ...] = ()
    beside_the_point: PhraseList = NO_PHRASES
    before: PhraseList = NO_PHRASES
    mine: PhraseList = NO_PHRASES
    having: PhraseList = NO_PHRASES
    years: PhraseList = NO_PHRASES
    after: PhraseList = NO_PHRASES
    follows: PhraseList = NO_PHRASES
    named: PhraseList = NO_PHRASES
    hedges: PhraseList = NO_PHRASES
    not_after: PhraseList = NO_PHRASES
    in_months: PhraseList = NO_PHRASES
    older: PhraseList = NO_PHRASES
    younger: PhraseList = NO_PHRASES
    soon: PhraseList = NO_PHRASES
    denied: PhraseList = NO_PHRASES
    about: PhraseList = NO_PHRASES
    once: PhraseList = NO_PHRASES
    at: PhraseList = NO_PHRASES
    just_18: PhraseList = NO_PHRASES
    not_child: PhraseList = NO_PHRASES
    not_adult: PhraseList = NO_PHRASES
    child: PhraseList = NO_PHRASES
    maybe_child: PhraseList = NO_PHRASES
    adult: PhraseList = NO_PHRASES
    grown: PhraseList = NO_PHRASES
    harm_doer: PhraseList = NO_PHRASES
    young: PhraseList = NO_PHRASES
    unsure: PhraseList = NO_PHRASES


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class PersonWords:
    """Who is at risk: the one who writes, or somebody else."""

    looking_on: PhraseList = NO_PHRASES
    me: PhraseList = NO_PHRASES
    me_answer: PhraseList = NO_PHRASES
    myself: PhraseList = NO_PHRASES
    at_stake: PhraseList = NO_PHRASES
    someone_else: PhraseList = NO_PHRASES
    someone_else_answer: PhraseList = NO_PHRASES
    third: PhraseList = NO_PHRASES


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class PlaceWords:
    """What stands around a place, and tells where the person at risk is, the writer is, or neither.

    `abroad` is how an answer says that it is in no place of ours: "in another country". `endings` are what a name may end in
    besides: "bradfords", "leedsben".
    """

    before: PhraseList = NO_PHRASES
    there: PhraseList = NO_PHRASES
    they_are: PhraseList = NO_PHRASES
    writer: PhraseList = NO_PHRASES
    faint: PhraseList = NO_PHRASES
    not_here: PhraseList = NO_PHRASES
    not_after: PhraseList = NO_PHRASES
    roads: PhraseList = NO_PHRASES
    abroad: PhraseList = NO_PHRASES
    endings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Lexicon:
    """One language's word lists.

    `concerns` and `settings` hold a list of phrases a value, `names` the language's own names of places an area.
    `false_friends` are words that mean something else in English, which is read beside every language.
    """

    id: str
    danger: DangerWords
    answers: AnswerWords
    ages: AgeWords
    person: PersonWords
    places: PlaceWords
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    staff: PhraseList = NO_PHRASES
    consent: ConsentWords = ConsentWords()
    false_friends: PhraseList = NO_PHRASES
    concerns: dict[str, PhraseList]
    settings: dict[str, PhraseList] = field(default_factory=dict)

    def compile(self) -> None:
        """Compile every list, which otherwise happens when it is first needed."""
        for _, phrases in _lists(self, ""):
            phrases.check()


def load_lexicon(locale: Path) -> Lexicon:
    """Return the word lists of one language's folder.

    Raises:
        ContentError: every mistake in the files.
    """
    danger = load_record(locale / "danger.yml", DangerWords)
    places = locale / "places.yml"
    names = read_yaml(places) if places.exists() else {}
    return load_record(locale / "lexicon.yml", Lexicon, id=locale.name, danger=danger, names=names)


def check_lexicon(locale: Path) -> None:
    """Load one language's word lists and compile every pattern, which otherwise happens when a list is first needed.

    Raises:
        ContentError: every mistake in the files, with every list that holds a pattern which cannot be compiled.
    """
    broken = tuple(_broken(load_lexicon(locale), locale))
    if broken:
        raise ContentError(broken)


def _broken(lexicon: Lexicon, locale: Path) -> Iterator[Problem]:
    for key, phrases in _lists(lexicon, ""):
        try:
            _checked(phrases)
        except ValueError as error:
            file = locale / ("danger.yml" if key.startswith("danger.") else "lexicon.yml")
            yield Problem(shown(file), key.removeprefix("danger."), "", str(error))


def _lists(value: Any, key: str) -> Iterator[tuple[str, Phrases]]:
    """Yield every list of phrases in a record, with its key."""
    if isinstance(value, Phrases):
        yield key, value
    elif is_dataclass(value):
        for part in fields(value):
            yield from _lists(getattr(value, part.name), f"{key}.{part.name}".strip("."))
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _lists(part, f"{key}.{name}")
