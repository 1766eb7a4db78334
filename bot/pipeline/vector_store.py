"""The vectors of training examples, kept between trainings: encoding them is most of the time a training takes.

Only our own examples are kept here, never what a person wrote.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.content import PROJECT_FOLDER
from bot.pipeline.encoder import Encoder

Vectors = NDArray[np.float32]
STORE = PROJECT_FOLDER / "var" / "vectors.npz"


def stored_vectors(texts: Sequence[str], encoder: Encoder, store: Path = STORE) -> Vectors:
    """Return a row for each text; only those that this encoder never saw are encoded, and are then kept."""
    known = _load(store)
    digest = encoder.digest()
    keys = [hashlib.sha256(f"{digest} {text}".encode("utf-8", "replace")).hexdigest() for text in texts]
    missing = [row for row, key in enumerate(keys) if key not in known]
    if missing:
        encoded = encoder.vectors([texts[row] for row in missing])
        known.update({keys[row]: vector for row, vector in zip(missing, encoded, strict=True)})
        _save({key: known[key] for key in keys}, store)
    return np.stack([known[key] for key in keys])


def _load(store: Path) -> dict[str, Vectors]:
    if not store.exists():
        return {}
    with np.load(store, allow_pickle=False) as content:
        return dict(zip(content["keys"].tolist(), content["vectors"], strict=True))


def _save(vectors: dict[str, Vectors], store: Path) -> None:
    store.parent.mkdir(parents=True, exist_ok=True)
    np.savez(store, keys=np.array(list(vectors)), vectors=np.stack(list(vectors.values())))
