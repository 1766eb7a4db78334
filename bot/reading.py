"""What one message says, read with word lists alone: the reading that every later one adds to.

Rasa's pipeline calls `read` and lets the trained classifiers add to it; the gateway calls it by itself while Rasa is away. A
reading holds ids only, so that it can be kept where the text may not be.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path

from bot.ages import read_ages
from bot.answers import BareAnswer, answer_about_consent, answer_about_danger, bare_answer, is_correction
from bot.content import PROJECT_FOLDER
from bot.directory import Directory, load_directory
from bot.keywords import Meaning, load_keywords, meanings
from bot.languages import FALLBACK, Language, by_name, load_languages
from bot.lexicon import Lexicon, load_lexicon
from bot.organisations import Organisations, load_organisations
from bot.persons import read_person, says_it_is_me
from bot.places import Gazetteer, build_gazetteer, read_places
from bot.postcodes import load_postcodes
from bot.safety import DangerReading, is_past, read_danger
from bot.situation import Answer, Audience, Person
from bot.text import plain as plain_text
from bot.text import sentences

_ANSWERS: dict[str | None, Callable[[str, Lexicon], BareAnswer | None]] = {
    "danger": answer_about_danger,
    "consent": answer_about_consent,
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What one message says. None and empty sets mean: it does not speak of that.

    `not_indicators` are signs that are not so, `not_denied` signs whose denial is taken back; `settings` are places where signs
    are noticed; `topic` is a question asked; `is_past`: all that is told is past.
    """

    danger: DangerReading | None = None
    person: Person | None = None
    age_band: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    audience: Audience | None = None
    first_responder: Answer | None = None
    consent: Answer | None = None
    exploitation: frozenset[str] = frozenset()
    indicators: frozenset[str] = frozenset()
    not_indicators: frozenset[str] = frozenset()
    not_denied: frozenset[str] = frozenset()
    concerns: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()
    topic: str | None = None
    answer: BareAnswer | None = None
    is_correction: bool = False
    is_past: bool = False


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All that reading needs, loaded once: word lists by language, gazetteer, organisations, languages by name, keywords.

    `ready` are the languages whose word lists are compiled.
    """

    lexicons: dict[str, Lexicon]
    gazetteer: Gazetteer
    organisations: Organisations
    languages: Mapping[str, Language] = field(default_factory=dict)
    language_names: Mapping[str, str] = field(default_factory=dict)
    keywords: Mapping[str, Meaning] = field(default_factory=dict)
    ready: set[str] = field(default_factory=set)

    @property
    def is_ready(self) -> bool:
        """Say whether nobody has to wait for a word list any more."""
        return len(self.ready) == len(self.lexicons)

    def lexicon(self, language: str) -> Lexicon:
        """Return a language's word lists, or English where it has none."""
        return self.lexicons.get(language, self.lexicons[FALLBACK])


def load_knowledge(directory: Directory, root: Path = PROJECT_FOLDER) -> Knowledge:
    """Load the word lists of every language and build the gazetteer from the directory's areas.

    Raises:
        ContentError: every mistake in the files.
    """
    languages = load_languages(root)
    lexicons = {path.parent.name: load_lexicon(path.parent) for path in sorted(root.glob("locales/*/lexicon.yml"))}
    return Knowledge(
        lexicons,
        build_gazetteer(directory.areas, load_postcodes(), lexicons.values()),
        load_organisations(root / "data"),
        languages,
        by_name(languages),
        meanings(load_keywords(root).values()),
    )


def read(text: str, asks: str | None, language: str, knowledge: Knowledge, likely: Iterable[str] = ()) -> Reading:
    """Read one message, in its language and, where that says nothing, in English, for many mix the two.

    Args:
        text: what the person wrote.
        asks: the slot that our last reply asked for, in whose light a short answer is read.
        likely: languages that it may be in as well ("ver engem" is too short to tell): danger in one of them is danger,
            and a thought of ending one's life in one of them is such a thought.
    """
    own, english, plain = knowledge.lexicon(language), knowledge.lexicon(FALLBACK), plain_text(text)
    reading = _read(text, plain, asks, own, knowledge)
    if own is not english:
        reading = _completed(reading, _read(text, own.false_friends.removed_from(plain), asks, english, knowledge))
    for other in (knowledge.lexicons[code] for code in likely if code in knowledge.lexicons):
        if read_danger(plain, other) == "yes":
            reading = replace(reading, danger="yes")
        if other.concerns["self_harm"].found_in(plain):
            reading = replace(reading, concerns=reading.concerns | {"self_harm"})
    return reading


@cache
def shared_knowledge() -> Knowledge:
    """Return the process's knowledge, loaded at the first call: English is ready at once, the others within some seconds."""
    knowledge = load_knowledge(load_directory())
    knowledge.lexicons[FALLBACK].compile()
    knowledge.ready.add(FALLBACK)
    threading.Thread(target=_compile_all, args=(knowledge,), daemon=True).start()
    return knowledge


def _compile_all(knowledge: Knowledge) -> None:
    for language, lexicon in knowledge.lexicons.items():
        lexicon.compile()
        knowledge.ready.add(language)


def languages_of_danger(text: str, knowledge: Knowledge) -> list[str]:
    """Return the languages in which a text speaks of danger now: for when nothing else can tell which one it is in.

    In the first seconds after a start, only of those whose word lists are ready: nobody waits for the others.
    """
    plain = plain_text(text)
    return [language for language in sorted(knowledge.ready) if read_danger(plain, knowledge.lexicons[language]) == "yes"]


def _read(text: str, plain: str, asks: str | None, lexicon: Lexicon, knowledge: Knowledge) -> Reading:
    answer = _ANSWERS.get(asks, bare_answer)(plain, lexicon)
    is_staff = lexicon.staff.found_in(plain)
    return Reading(
        danger=_danger(plain, asks, answer, lexicon),
        person=read_person(plain, lexicon, asks),
        age_band=read_ages(plain, lexicon, asks),
        areas=read_places(text, knowledge.gazetteer, lexicon, asked=asks == "area"),
        audience="staff" if is_staff else None,
        first_responder=_first_responder(plain, asks, lexicon, knowledge) if is_staff or asks == "first_responder" else None,
        consent=_consent(asks, answer),
        settings=frozenset(name for name, phrases in lexicon.settings.items() if phrases.found_in(plain)),
        concerns=frozenset(name for name, phrases in lexicon.concerns.items() if phrases.found_in(plain)),
        answer=answer,
        is_correction=is_correction(plain, lexicon) or (asks != "person" and says_it_is_me(plain, lexicon, asks)),
        is_past=is_past(plain, lexicon),
    )


def _completed(own: Reading, english: Reading) -> Reading:
    """Return a reading with English filling its gaps. Of two readings of danger, "yes" is the one that counts."""
    values = {part.name: getattr(own, part.name) or getattr(english, part.name) for part in fields(Reading)}
    # "No lo sé": what begins with an English "no" is none where the language's own words know the answer.
    told = None if english.danger == "no" and own.answer else english.danger
    danger = "yes" if told == "yes" else own.danger or told
    # Names of places are the same for all languages; what stands around them is best told by its own. So is the time.
    return Reading(**{**values, "danger": danger, "areas": own.areas, "is_past": own.is_past})


def _danger(plain: str, asks: str | None, answer: BareAnswer | None, lexicon: Lexicon) -> DangerReading | None:
    """Read danger, in the light of our question: but what the words say outright ("no she isn't breathing") goes before."""
    danger = read_danger(plain, lexicon)
    if asks != "danger" or danger in ("yes", "no", "over"):
        return danger
    if answer == "yes":
        return "yes"
    # "No, he hits me every night" is no clear no.
    return "no" if answer == "no" and danger is None else danger


def _first_responder(plain: str, asks: str | None, lexicon: Lexicon, knowledge: Knowledge) -> Answer | None:
    """Read whom staff work for: in a story only where they tell of their work, for "she is at the dentist's" is not theirs."""
    told = [plain] if asks == "first_responder" else (part for part in sentences(plain) if lexicon.staff.found_in(f"{part}."))
    return knowledge.organisations.first_responder(" ".join(told))


def _consent(asks: str | None, answer: BareAnswer | None) -> Answer | None:
    if asks != "consent":
        return None
    return "yes" if answer == "yes" else "no" if answer == "no" else None
