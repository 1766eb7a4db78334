"""What people write in these tests, and how an answer tells which message it answers."""

import functools
from collections.abc import Iterable

from bot.texting import plain_marks, sentences
from tests.webhook.channels.phones import gateway
from webhook.conversations import begin

GREETING = "hello"
# Each has an answer of its own, whatever was said before.
QUESTIONS = (
    "do I have to say my name?",
    "who reads this?",
    "how much does it cost to ring the helpline?",
    "are you a person?",
    "will she be deported if I ring?",
    "will you tell the police?",
    "what happens when I ring the helpline?",
    "what are the signs of modern slavery?",
)
DANGER = "he is strangling her right now"
SAFE, BEGIN_AGAIN, OTHER = "the safe reply", "please begin again", "something else"


class Answers:
    """Knows every question's answer by the sentences that stand in no other."""

    def __init__(self) -> None:
        self._of: dict[str, set[str]] = {}

    def learn(self, question: str, words: Iterable[str]) -> None:
        """Take note of what a question is answered with on a good day."""
        self._of[question] = _sentences(words)

    def check(self) -> None:
        """Make sure that no two answers can be taken for each other."""
        for question, said in self._of.items():
            assert self._own(question), f"{question!r} has no answer of its own: {said}"

    def told(self, words: Iterable[str]) -> str:
        """Return the question that words answer, or that they are the safe reply."""
        said = _sentences(words)
        if said & _safe():
            return SAFE
        return next((question for question in self._of if said & self._own(question)), OTHER)

    def _own(self, question: str) -> set[str]:
        return self._of[question].difference(*(said for other, said in self._of.items() if other != question))


def _sentences(words: Iterable[str]) -> set[str]:
    return {sentence for text in words for sentence in sentences(plain_marks(text))}


@functools.cache
def _safe() -> set[str]:
    """The first sentence of the safe reply; the others are said elsewhere too."""
    stranger = begin("en", "web", None, None, 30)
    reply = gateway().dialogue.alone(stranger, "", gateway().now())
    return {sentences(plain_marks(reply["messages"][0]["text"]))[0]}
