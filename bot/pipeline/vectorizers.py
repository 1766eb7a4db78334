"""The n-grams that scikit-learn learnt, weighed for one text at a time, and kept in files.

The weights are scikit-learn's; but its own `transform` looks over what it has learnt at every call, which takes longer than
to read the message. As JSON the n-grams load in a fraction of a second; in skops's form they take half a minute.
"""

import json
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

TERMS = "terms.json"
RARENESS = "rareness.npy"


class Ngrams:
    """Weighs the n-grams of a text as a `TfidfVectorizer` does that counts sublinearly.

    Args:
        vectorizer: says what the n-grams of a text are; nothing that it has learnt is used.
        terms: the column of each n-gram.
        rareness: the weight of each column.
    """

    def __init__(self, vectorizer: TfidfVectorizer, terms: dict[str, int], rareness: NDArray[np.float64]) -> None:
        self._analyze = vectorizer.build_analyzer()
        self._terms = terms
        self._rareness = rareness

    @classmethod
    def learnt_by(cls, vectorizer: TfidfVectorizer) -> "Ngrams":
        """Return what a vectorizer has learnt."""
        return cls(vectorizer, {term: int(column) for term, column in vectorizer.vocabulary_.items()}, vectorizer.idf_)

    @classmethod
    def kept_in(cls, folder: Path, vectorizer: TfidfVectorizer) -> "Ngrams":
        """Return what was kept in a folder."""
        return cls(vectorizer, json.loads((folder / TERMS).read_text(encoding="utf-8")), np.load(folder / RARENESS))

    def keep(self, folder: Path) -> None:
        """Write the n-grams and how rare each is."""
        (folder / TERMS).write_text(json.dumps(self._terms), encoding="utf-8")
        np.save(folder / RARENESS, self._rareness)

    def __len__(self) -> int:
        """How many columns there are."""
        return len(self._terms)

    def row(self, text: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the columns of a text's n-grams, in their order, and the weight of each; the row has length one."""
        counted = Counter(self._terms[term] for term in self._analyze(text) if term in self._terms)
        columns = np.array(sorted(counted), dtype=np.int32)
        often = np.array([counted[column] for column in columns.tolist()], dtype=np.float64)
        weights = (1 + np.log(often)) * self._rareness[columns]
        return columns, (weights / (np.linalg.norm(weights) or 1)).astype(np.float32)
