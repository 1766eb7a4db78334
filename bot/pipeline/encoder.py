"""The sentence encoder: text in any of 100 languages to a vector. The one class that knows which encoder we use.

It is a published one (`published_encoder`), tuned to what people write to us (`encoder_tuning`), and calculated by ONNX Runtime
(`encoder_graph`). What reaches it is cleaned and bounded.
"""

import hashlib
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession, SessionOptions
from tokenizers import Tokenizer
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Metaspace

from bot.pipeline.encoder_graph import Tuning, graph
from bot.pipeline.published_encoder import WIDTH, PublishedEncoder
from bot.text import clean

MOST_TOKENS = 192  # about what is read in 60 ms; of a longer text both ends are read, for danger often stands last
MOST_AT_ONCE = 64
_ASKED = "query: "  # the encoder was trained with this before every text that is compared with others
_BLANKS = re.compile(" +")


class Splitter:
    """Splits texts into the encoder's tokens."""

    def __init__(self, published: PublishedEncoder) -> None:
        self._begin, self._end, self._one_form = published.begin, published.end, published.one_form
        self._tokenizer = Tokenizer(Unigram(published.pieces(), unk_id=published.unknown))
        self._tokenizer.pre_tokenizer = Metaspace(prepend_scheme="always", split=False)

    def tokens(self, text: str) -> list[int]:
        """Return the tokens of a text, at most `MOST_TOKENS`, between the two that say where it begins and ends."""
        in_one_form = _BLANKS.sub(" ", f"{_ASKED}{text}".translate(self._one_form))
        found = self._tokenizer.encode(in_one_form, add_special_tokens=False).ids
        if len(found) > MOST_TOKENS:
            found = [*found[: MOST_TOKENS // 2], *found[-MOST_TOKENS // 2 :]]
        return [self._begin, *found, self._end]


class Encoder:
    """Turns texts into unit vectors. Making one takes about two seconds, and keeping it 500 MB; a process needs only one."""

    def __init__(self, tuning: Tuning) -> None:
        self._published, self._tuning = PublishedEncoder(), tuning
        self._splitter = Splitter(self._published)
        options = SessionOptions()
        # Threads that spin while they wait would take the time of the processes beside this one.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = InferenceSession(self._model(), options, providers=["CPUExecutionProvider"])

    def digest(self) -> str:
        """Return what tells this encoder from every other."""
        return hashlib.sha256(self._model()).hexdigest()

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a row for each text, the same whatever stands beside it; zeros where it has nothing readable."""
        readable = {row: self._splitter.tokens(text) for row, text in enumerate(map(clean, texts)) if text}
        vectors = np.zeros((len(texts), WIDTH), dtype=np.float32)
        rows = sorted(readable, key=lambda row: len(readable[row]))  # those of one length together: nothing is read in vain
        for start in range(0, len(rows), MOST_AT_ONCE):
            some = rows[start : start + MOST_AT_ONCE]
            vectors[some] = self._calculated([readable[row] for row in some])
        return vectors

    def _model(self) -> bytes:
        model: bytes = graph(self._published, self._tuning).SerializeToString()
        return model

    def _calculated(self, texts: list[list[int]]) -> NDArray[np.float32]:
        """Return a row for each text, given as tokens."""
        embedded, mask = self._published.side_by_side(texts)
        (vectors,) = self._session.run(["vectors"], {"embedded": embedded, "mask": mask})
        return np.asarray(vectors, dtype=np.float32)
