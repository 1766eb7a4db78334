"""Who is at risk: the one who writes, or somebody else."""

import re

from bot.lexicon import Lexicon, PersonWords
from bot.situation import Person

# Who is asked "about how old are they?" and is the one, says so: "it's me". "It's me" to "is this part of your job?" says less.
_ASKED_OF_A_PERSON = frozenset({"person", "danger", "age_band", "area"})
_CLAUSE_END = re.compile(r"[.,;:!?\n]+")


def read_person(plain: str, lexicon: Lexicon, asks: str | None) -> Person | None:
    """Return who a plain text is about; None where the words alone do not tell.

    Args:
        asks: the slot that our last reply asked for. To "is it about you or somebody else?", "my cousin" is enough; "it's me"
            is to whatever else is asked of that person.
    """
    words = lexicon.person
    if says_it_is_me(plain, lexicon, asks):
        return "me"
    if asks == "person" and words.someone_else_answer.are_all_of(plain):
        return "someone_else"
    # Both may be at risk: then it is the one who writes who can act, and "me" wins.
    if is_done_to_writer(plain, lexicon):
        return "me"
    return _in_a_story(_without_looking_on(plain, words), words)


def says_it_is_me(plain: str, lexicon: Lexicon, asks: str | None) -> bool:
    """Say whether an answer is "me", or comes to that in the end: "my cousin. no, it's me"."""
    *_, last = [clause for clause in _CLAUSE_END.split(plain) if clause.strip()] or [""]
    return asks in _ASKED_OF_A_PERSON and any(lexicon.person.me_answer.are_all_of(text) for text in (plain, last))


def is_done_to_writer(plain: str, lexicon: Lexicon) -> bool:
    """Say whether a plain text plainly tells of something done to the one who writes."""
    return lexicon.person.me.found_in(_without_looking_on(plain, lexicon.person))


def _without_looking_on(plain: str, words: PersonWords) -> str:
    return " ".join(words.looking_on.removed_from(plain).split())


def _in_a_story(text: str, words: PersonWords) -> Person | None:
    if words.someone_else.found_in(text):
        return "someone_else"
    if words.myself.found_in(text):
        return "me" if words.at_stake.found_in(text) else None
    return "someone_else" if words.third.found_in(text) else None
