"""The lexical danger lane: reads every message for danger, with word lists alone, before any model does.

It must stand by itself: when everything behind the gateway has failed, this is what still sends a person to 999. The trained
reading adds to it and can never take anything from it.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Literal

from bot.lexicon import Lexicon
from bot.text import sentences

WORDS_A_DENIAL_REACHES = 3

DangerReading = Literal["yes", "unclear", "no", "over"]


def read_danger(plain: str, lexicon: Lexicon) -> DangerReading | None:
    """Return what a plain text says of danger now.

    `yes`: somebody must ring 999. `unclear`: harm is spoken of, but not when. `no`: the person says that nobody is in danger.
    `over`: the person says that they are safe now or that it was a mistake. None: danger is not spoken of.
    """
    words = lexicon.danger
    told = sentences(plain)
    thoughts = _thoughts(told, lexicon)
    if any(_is_danger_now(thought, lexicon) for thought in _thoughts(_undated(told, lexicon), lexicon)):
        return "yes"
    if words.over.found_in(plain):
        return "over"
    if words.none.found_in(plain):
        return "no"
    return "unclear" if any(words.unclear.found_in(_before_a_story(thought, lexicon)) for thought in thoughts) else None


def is_past(plain: str, lexicon: Lexicon) -> bool:
    """Say whether a plain text tells of the past in every thought; "they used to beat her, now she may not go out" does not."""
    thoughts = _thoughts(sentences(plain), lexicon)
    return bool(thoughts) and all(_is_past(thought, lexicon) for thought in thoughts)


def _thoughts(told: Iterable[str], lexicon: Lexicon) -> list[str]:
    return [thought for sentence in told for thought in lexicon.danger.turns.parted(sentence)]


def _undated(told: list[str], lexicon: Lexicon) -> list[str]:
    """Leave out each sentence that the next one puts in the past: "He locked me in. That was in 2012"."""
    return [sentence for sentence, after in pairwise([*told, ""]) if not _is_dated_by(after, lexicon)]


def _before_a_story(clause: str, lexicon: Lexicon) -> str:
    """Leave out what follows a word such as "film": in "he has a gun like in the film" the gun is real."""
    return clause[: min(lexicon.danger.not_real.starts(clause), default=len(clause))]


def _is_danger_now(thought: str, lexicon: Lexicon) -> bool:
    words = lexicon.danger
    # Sayings first: in "a gun in the first episode" the gun goes with the episode.
    spoken = _before_a_story(words.idioms.removed_from(thought), lexicon)
    is_another_time = words.past.found_in(spoken) or words.not_now.found_in(spoken)
    if is_another_time and not words.right_now.found_in(spoken):
        return False
    return any(not _is_denied(spoken[:start], lexicon) for start in words.now.starts(spoken))


def _is_dated_by(after: str, lexicon: Lexicon) -> bool:
    return lexicon.danger.dates.begins(after) and not lexicon.danger.right_now.found_in(after)


def _is_past(thought: str, lexicon: Lexicon) -> bool:
    return lexicon.danger.past.found_in(thought) and not lexicon.danger.right_now.found_in(thought)


def _is_denied(before: str, lexicon: Lexicon) -> bool:
    # Only the words just before count: in "I don't know what to do, he has a knife" nothing is denied.
    nearest = " ".join(before.split()[-WORDS_A_DENIAL_REACHES:])
    return lexicon.danger.denied.found_in(nearest)
