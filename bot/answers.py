"""Bare answers: yes, no, I do not know, skip; and the words by which somebody corrects what they said."""

from typing import Literal

from bot.lexicon import Lexicon
from bot.safety import read_danger

BareAnswer = Literal["yes", "no", "calm", "dont_know", "not_known", "skip", "back", "enough"]

MOST_WORDS_OF_CALM = 12

_WHOLE_ANSWERS: tuple[BareAnswer, ...] = ("dont_know", "skip", "back", "enough")


def bare_answer(plain: str, lexicon: Lexicon) -> BareAnswer | None:
    """Return the answer that a plain text begins with ("yes he is") or consists of ("nah"); None if it is none.

    `not_known` begins with not knowing and goes on about it: "no idea, they brought us at night". Its "no" is no "no", and what
    follows may tell of danger.
    """
    words = lexicon.answers
    for name in _WHOLE_ANSWERS:
        if getattr(words, name).are_all_of(plain):
            return name
    if words.yes.begins(plain) or words.yes_alone.are_all_of(plain):
        return "yes"
    if words.dont_know.begins(plain):
        # "I don't know his name, but he hits her" answers no question.
        return None if lexicon.danger.turns.found_in(plain) else "not_known"
    return "no" if words.no.begins(plain) or words.no_alone.are_all_of(plain) else None


def answer_about_danger(plain: str, lexicon: Lexicon) -> BareAnswer | None:
    """Return the answer to "is anyone in danger right now?".

    `calm` is a short one that tells what goes on in peace ("she does her homework"): it denies nothing, but no classifier may
    take it for danger either.
    """
    answer = bare_answer(plain, lexicon)
    is_calm = lexicon.danger.calm.found_in(plain) and len(plain.split()) <= MOST_WORDS_OF_CALM
    return "calm" if answer in (None, "not_known") and is_calm and read_danger(plain, lexicon) is None else answer


def answer_about_consent(plain: str, lexicon: Lexicon) -> BareAnswer | None:
    """Return the answer to "does the person agree to a referral?", in a word or in a sentence ("she has signed the form").

    Who was not asked has not refused, even if it begins with "no". A question ("and if he refuses?") is no answer.
    """
    words = lexicon.consent
    if "?" not in plain:
        if words.not_asked.found_in(plain):
            return "dont_know"
        if words.refuses.found_in(plain):
            return "no"
        if words.agrees.found_in(plain):
            return "yes"
    return bare_answer(plain, lexicon)


def is_correction(plain: str, lexicon: Lexicon) -> bool:
    """Say whether the text takes back something said before ("sorry, I meant ...")."""
    return lexicon.answers.correction.found_in(plain)
