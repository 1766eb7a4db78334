"""What holds of every text that is read, whatever stands in it."""

import signal
from collections.abc import Callable, Iterable

from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.pipeline.tokenizer import MultilingualTokenizer
from bot.reading import Knowledge, read
from bot.sms import cost
from bot.text import clean, passages, plain, sentences
from bot.texting import chosen, is_only_an_answer

MOST_TIMES_LONGER = 18  # one Arabic sign (U+FDFA) stands for four words
MOST_CPU_SECONDS = 10.0  # of one text, of the time that it is worked on: a busy machine changes nothing
MOST_CHARACTERS_OF_A_PASSAGE = 100


class Hangs(Exception):
    """A text is read for too long."""


def normalise(text: str) -> None:
    """Bring a text into its forms: each is stable, can be sent, and is not many times longer."""
    cleaned, bare = clean(text), plain(text)
    assert clean(cleaned) == cleaned
    assert plain(bare) == bare
    assert len(cleaned) <= MOST_TIMES_LONGER * len(text)
    assert len(bare) <= MOST_TIMES_LONGER * len(text)
    cleaned.encode()
    assert all(sentences(bare))
    assert all(len(part) <= MOST_CHARACTERS_OF_A_PASSAGE for part in passages(text, MOST_CHARACTERS_OF_A_PASSAGE))
    assert cost(cleaned).segments >= 1
    assert chosen(cleaned, [{"title": "yes", "payload": "/yes"}], None) in ("/yes", None)
    is_only_an_answer(cleaned)


def tokenise(text: str, tokenizer: MultilingualTokenizer) -> None:
    """Take a cleaned text apart: every token stands where it says, one behind the other."""
    cleaned = clean(text)
    end = 0
    for token in tokenizer.tokenize(Message({TEXT: cleaned}), TEXT):
        assert end <= token.start <= token.end <= len(cleaned)
        assert cleaned[token.start : token.end] == token.text
        end = token.end


def understand(text: str, language: str, knowledge: Knowledge) -> None:
    """Read a text with word lists, as an answer to every question in turn that changes what is read."""
    for asks in (None, "person", "age_band", "area"):
        read(clean(text), asks, language, knowledge)


def failing(texts: Iterable[str], check: Callable[[str], None]) -> list[str]:
    """Return what fails or hangs, escaped: what it is, and the text."""
    signal.signal(signal.SIGVTALRM, _hangs)
    found: list[str] = []
    for text in texts:
        signal.setitimer(signal.ITIMER_VIRTUAL, MOST_CPU_SECONDS)
        try:
            check(text)
        except Exception as error:  # whatever it is, it is what is looked for
            found.append(f"{type(error).__name__}: {text[:200]!a}")
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return found


def _hangs(number: int, frame: object) -> None:
    raise Hangs
