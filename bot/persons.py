"""Who is at risk: the one who writes, or somebody else."""

from bot.lexicon import Lexicon, PersonWords
from bot.situation import Person


def read_person(plain: str, lexicon: Lexicon, asked: bool) -> Person | None:
    """Return who a plain text is about; None where the words alone do not tell.

    Args:
        asked: the text answers "is it about you or somebody else?", so that "me" or "my cousin" is enough.
    """
    words = lexicon.person
    if asked and words.me_answer.are_all_of(plain):
        return "me"
    if asked and words.someone_else_answer.are_all_of(plain):
        return "someone_else"
    # Both may be at risk: then it is the one who writes who can act, and "me" wins.
    if is_done_to_writer(plain, lexicon):
        return "me"
    return _in_a_story(_without_looking_on(plain, words), words)


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
