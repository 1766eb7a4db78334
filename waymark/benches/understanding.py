"""`waymark bench-nlu`: the stock Rasa pipeline and ours on the same lines, and lingua beside our language classifier.

Each is trained and read with in processes of its own, by Rasa itself, in folders that are thrown away. Nothing that an earlier
training kept is used.
"""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.content import PROJECT_FOLDER
from waymark.benches import figures
from waymark.benches.lines import DANGER, Line, divided, lines_of, our_lines, sampled, unseen
from waymark.benches.processes import Run, measured_run
from waymark.benches.projects import (
    OUT,
    copy_of_ours,
    environment_in,
    initial_project,
    of_one_language,
    rasa,
    without_our_subject,
    write_our_examples,
    write_plain_examples,
)
from waymark.evaluation import length_of, load_cases
from waymark.variants import MESSAGES

LINGUA = "lingua-language-detector==2.1.1"
OURS = "Waymark"
STOCK = "stock Rasa"
BYTES_A_MEGABYTE = 1024 * 1024
LENGTHS = {"short": "1-2 words", "middling": "3-9 words", "long": "10 words on"}
LANGUAGE_CONFIG = """
recipe: default.v1
assistant_id: waymark
language: en
importers: [{name: bot.pipeline.examples_importer.ExamplesImporter}]
pipeline: [{name: bot.pipeline.language_classifier.LanguageClassifier}]
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be compared. Without `data`, our own examples; `most` of each language, 0: all."""

    data: Path | None
    tested: Path | None
    languages: tuple[str, ...]
    most: int


def bench(asked: Asked) -> None:
    """Measure, print tables, and write everything to `var/bench/nlu.json`.

    Raises:
        BenchFailed: a program that was to be measured ended with an error.
    """
    OUT.mkdir(parents=True, exist_ok=True)
    learnt, tested = lines_for(asked)
    processors = os.cpu_count()
    measured: dict[str, Any] = {"processors": processors, "learnt": len(learnt), "tested": len(tested)}
    measured["pipelines"] = [_pipeline(name, learnt, tested) for name in (STOCK, OURS)]
    title = (
        f"Intents, danger as one of them: {len(learnt):,} lines learnt, {len(tested):,} others read, {processors} processors"
    )
    figures.show(title, measured["pipelines"])
    if asked.data is None:
        cases = [case for case in load_cases(sorted(MESSAGES.glob("*.jsonl"))) if "text" in case]
        measured["lines"] = len(cases)
        measured["languages"] = _languages(cases)
        figures.show(f"Languages of {len(cases):,} lines of {MESSAGES.relative_to(PROJECT_FOLDER)}", measured["languages"])
    (OUT / "nlu.json").write_text(json.dumps(measured, indent=1), encoding="utf-8")


def lines_for(asked: Asked) -> tuple[list[Line], list[Line]]:
    """Return the lines to learn and those to test."""
    lines = sampled(our_lines(asked.languages) if asked.data is None else lines_of(asked.data), asked.most)
    if asked.tested is None:
        return divided(lines)
    return lines, unseen(lines_of(asked.tested), lines)


def pipeline_row(name: str, tested: Sequence[Line], read: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return how well a pipeline read the lines. Danger counts as an intent on both sides: the stock pipeline has no other."""
    wanted = [line.stock_intent for line in tested]
    found = [_found(line, reading) for line, reading in zip(tested, read, strict=True)]
    dangers = [got == DANGER for line, got in zip(tested, found, strict=True) if line.is_danger]
    others = [got == DANGER for line, got in zip(tested, found, strict=True) if line.is_danger is False]
    right = sum(want == got for want, got in zip(wanted, found, strict=True))
    return {
        "": name,
        "accuracy": figures.share(right, len(tested)),
        "macro F1": figures.macro_f1(wanted, found),
        "danger recall": figures.share(sum(dangers), len(dangers)),
        "false alarms": figures.share(sum(others), len(others)),
        **{f"ms {key}": value for key, value in figures.latencies([reading["milliseconds"] for reading in read]).items()},
    }


def language_row(
    name: str, cases: Sequence[Mapping[str, Any]], said: Mapping[str, Any], known: Sequence[str]
) -> dict[str, Any]:
    """Return how often a classifier told the language of lines: of all, and of those in `known` languages by length."""
    rates: dict[str, list[bool]] = {"all lines": []}
    rates |= {"languages both know": [], "1-2 words": [], "3-9 words": [], "10 words on": []}
    for case, reading in zip(cases, said["read"], strict=True):
        is_right = reading["language"] == case["language"]
        rates["all lines"].append(is_right)
        if case["language"] in known:
            rates["languages both know"].append(is_right)
            rates[LENGTHS[length_of(case["text"])]].append(is_right)
    return {
        "": name,
        **{key: figures.share(sum(right), len(right)) for key, right in rates.items()},
        **{f"ms {key}": value for key, value in figures.latencies([line["milliseconds"] for line in said["read"]]).items()},
        "load s": said["load_seconds"],
        "memory MB": said["memory_mb"],
    }


def _found(line: Line, reading: Mapping[str, Any]) -> str:
    if reading["danger"] and line.is_danger is not None:
        return DANGER
    return str(reading["intent"])


def _pipeline(name: str, learnt: Sequence[Line], tested: Sequence[Line]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as temporary:
        folder = copy_of_ours(Path(temporary), is_trained=False)
        examples = folder / "data" / "nlu"
        shutil.rmtree(examples)
        if name == STOCK:
            write_plain_examples(examples / "examples.yml", learnt)
            shutil.copy2(initial_project() / "config.yml", folder)  # Rasa fills in its pipeline with DIET
        else:
            write_our_examples(examples, learnt)
            _fit_to(folder, learnt)
        training = _train(folder)
        said = _read(folder, [line.text for line in tested])
        model_mb = (folder / "model.tar.gz").stat().st_size / BYTES_A_MEGABYTE
    row = pipeline_row(name, tested, said["read"])
    costs = {"train s": training.seconds, "train MB": training.peak_mb, "load s": said["load_seconds"]}
    return {**row, **costs, "memory MB": said["memory_mb"], "model MB": model_mb}


def _fit_to(folder: Path, learnt: Sequence[Line]) -> None:
    """Leave out of our pipeline what the lines cannot teach it."""
    languages = {line.language for line in learnt}
    if len(languages) == 1:
        of_one_language(folder, *languages)
    if not any(line.is_danger for line in learnt):
        without_our_subject(folder)


def _languages(cases: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Our classifier learns all our examples, alone; lingua may choose among all its languages, or among those of the lines."""
    texts = [case["text"] for case in cases]
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as temporary:
        folder = copy_of_ours(Path(temporary), is_trained=False)
        (folder / "config.yml").write_text(LANGUAGE_CONFIG, encoding="utf-8")
        _train(folder)
        ours = _read(folder, texts)
        every = _lingua(folder, "", texts)
        same = _lingua(folder, " ".join(sorted({case["language"] for case in cases})), texts)
    named = {OURS: ours, "lingua, of all it knows": every, "lingua, of these languages": same}
    return [language_row(name, cases, said, every["knows"]) for name, said in named.items()]


def _train(folder: Path) -> Run:
    inputs = ["--config", "config.yml", "--nlu", "data/nlu", "--domain", "no-domain.yml"]
    command = rasa("train", "nlu", *inputs, "--out", ".", "--fixed-model-name", "model")
    return measured_run(command, folder, environment_in(folder), OUT / "train.log")


def _read(folder: Path, texts: Sequence[str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "waymark.benches.reader", "model.tar.gz"]
    return _said(command, folder, texts)


def _lingua(folder: Path, codes: str, texts: Sequence[str]) -> dict[str, Any]:
    uv = str(Path(sys.executable).parent / "uv")
    isolated = [uv, "run", "--no-project", "--quiet", "--python", sys.executable, "--with", LINGUA]
    return _said([*isolated, "python", "waymark/benches/lingua_reader.py", codes], folder, texts)


def _said(command: Sequence[str], folder: Path, texts: Sequence[str]) -> dict[str, Any]:
    """Have a program read lines, and return what it says of them."""
    (folder / "lines.json").write_text(json.dumps(list(texts)), encoding="utf-8")
    measured_run([*command, "lines.json", "read.json"], folder, environment_in(folder), OUT / "read.log")
    said: dict[str, Any] = json.loads((folder / "read.json").read_text(encoding="utf-8"))
    return said
