"""Who is at risk: the one who writes, or somebody else."""

from bot.lexicon import Lexicon
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
    if words.me.found_in(plain):
        return "me"
    return "someone_else" if words.someone_else.found_in(plain) else None
