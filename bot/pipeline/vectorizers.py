"""Which n-grams were learnt, in files. As JSON they load in a fraction of a second; in skops's form they take half a minute."""

import json
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

TERMS = "terms.json"
RARENESS = "rareness.npy"


def keep(vectorizer: TfidfVectorizer, folder: Path) -> None:
    """Write the n-grams and how rare each is."""
    terms = {term: int(column) for term, column in vectorizer.vocabulary_.items()}
    (folder / TERMS).write_text(json.dumps(terms), encoding="utf-8")
    np.save(folder / RARENESS, vectorizer.idf_)


def restored(vectorizer: TfidfVectorizer, folder: Path) -> TfidfVectorizer:
    """Return a vectorizer that has learnt nothing yet with what was kept."""
    vectorizer.set_params(vocabulary=json.loads((folder / TERMS).read_text(encoding="utf-8")))
    vectorizer.idf_ = np.load(folder / RARENESS)
    return vectorizer
