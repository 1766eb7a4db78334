"""The trained model: where it lies, whether it is up to date, and how it is trained."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import yaml

from bot.content import PROJECT_FOLDER, collect
from bot.errors import WaymarkError
from bot.lexicon import check_lexicon

FOLDER = PROJECT_FOLDER / "var" / "models"
MODEL = FOLDER / "waymark.tar.gz"
STAMP = FOLDER / "waymark.stamp"
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONWARNINGS": "ignore",
    "OMP_WAIT_POLICY": "passive",  # threads wait for each other without burning the other processes' time
    "OPENBLAS_NUM_THREADS": "1",  # its threads would burn more time waiting than they save on one message
}


class TrainingFailed(WaymarkError):
    """Rasa could not train the model; it has said why."""


def is_up_to_date() -> bool:
    """Say whether a model is there that was trained from the files as they are now."""
    return MODEL.exists() and STAMP.exists() and STAMP.read_text(encoding="utf-8") == fingerprint()


def train() -> None:
    """Train the model.

    Raises:
        ContentError: a word list cannot be used; it would otherwise be noticed when somebody writes.
        TrainingFailed: Rasa ended with an error.
    """
    collect([partial(check_lexicon, file.parent) for file in sorted(PROJECT_FOLDER.glob("locales/*/lexicon.yml"))])
    wanted = fingerprint()
    FOLDER.mkdir(parents=True, exist_ok=True)
    inputs = ["--config", "config.yml", "--domain", "domain.yml", "--data", "data/nlu", "data/rules"]
    output = ["--out", str(FOLDER), "--fixed-model-name", "waymark", "--skip-validation"]
    command = [sys.executable, "-m", "rasa", "train", *inputs, *output]
    ended = subprocess.run(command, cwd=PROJECT_FOLDER, env={**os.environ, **QUIET}, check=False)  # noqa: S603 our own words
    if ended.returncode != 0:
        raise TrainingFailed("the model could not be trained; what Rasa said stands above")
    STAMP.write_text(wanted, encoding="utf-8")


def fingerprint() -> str:
    """Return a digest of everything the model is made from. The words of replies are not part of it: they are read live."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(str(path.relative_to(PROJECT_FOLDER)).encode())
        digest.update(path.read_bytes())
    domain = yaml.load((PROJECT_FOLDER / "domain.yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    domain["responses"] = sorted(domain["responses"])
    digest.update(repr(sorted(domain.items())).encode())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    root = PROJECT_FOLDER
    yield from sorted([root / "config.yml", *root.glob("data/nlu/**/*.yml"), *root.glob("data/rules/*.yml")])
    yield from sorted(root.glob("data/encoder/*"))
    yield from sorted([root / "requirements.lock", *root.glob("bot/examples.py"), *root.glob("bot/pipeline/*.py")])
    # The word lists that a message touches are features of it.
    yield from sorted([*root.glob("bot/text.py"), *root.glob("bot/lexicon.py")])
    yield from sorted([*root.glob("locales/*/lexicon.yml"), *root.glob("locales/*/danger.yml")])
