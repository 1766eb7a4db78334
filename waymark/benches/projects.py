"""The two that are compared: a copy of this project, in which anything may be changed, and the one that `rasa init` makes."""

import os
import shutil
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

import yaml
from rasa.shared.core.constants import USER_INTENT_RESTART

from bot.content import PROJECT_FOLDER, read_yaml
from bot.examples import load_examples_of
from bot.languages import load_languages
from waymark import model
from waymark.benches.lines import Line

OUT = PROJECT_FOLDER / "var" / "bench"  # where figures are written, and what the programs said
FOLDERS = ("actions", "bot", "data", "locales", "waymark", "webhook")
FILES = ("config.yml", "credentials.yml", "domain.yml", "endpoints.yml", "requirements.lock")
VERSION = "3.1"  # of Rasa's files
LANGUAGE_CLASSIFIER = "bot.pipeline.language_classifier.LanguageClassifier"
SITUATION_READER = "bot.pipeline.situation_reader.SituationReader"
A_SERVICE = "acas"  # that others are made of
A_NUMBER = "01632 960{:03}"  # kept free by Ofcom, for drama


def rasa(*arguments: str) -> list[str]:
    """Return a command of Rasa's."""
    return [sys.executable, "-m", "rasa", *arguments]


def environment_in(folder: Path) -> dict[str, str]:
    """Return the environment of a program that takes everything of ours from a folder."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("WAYMARK_")}
    return {**inherited, **model.QUIET, "PYTHONPATH": str(folder), "TMPDIR": str(folder / "tmp")}


def copy_of_ours(folder: Path, is_trained: bool) -> Path:
    """Copy this project, compiled as it is, with its model or without; what earlier trainings have kept is left behind."""
    for name in FOLDERS:
        shutil.copytree(PROJECT_FOLDER / name, folder / name, ignore=shutil.ignore_patterns("node_modules"))
    for name in FILES:
        shutil.copy2(PROJECT_FOLDER / name, folder / name)
    (folder / "tmp").mkdir()
    (OUT / "logs").mkdir(parents=True, exist_ok=True)
    (folder / "var").mkdir()
    (folder / "var" / "logs").symlink_to(OUT / "logs")  # outlives the copy
    if is_trained:
        shutil.copytree(model.FOLDER, folder / "var" / "models")
    return folder


def keep_languages(folder: Path, codes: Collection[str], most: int) -> None:
    """Have a copy of ours speak these languages only, and learn from at most so many examples of each.

    Languages that are only recognised stay, as they do in every installation.
    """
    spoken = set(load_languages(folder))
    for code in spoken - set(codes):
        shutil.rmtree(folder / "locales" / code)
        shutil.rmtree(folder / "data" / "nlu" / code, ignore_errors=True)
    for language in sorted((folder / "data" / "nlu").iterdir()):
        left = most
        for file in sorted(language.glob("*.yml")):
            left -= _cut(file, left)


def _cut(file: Path, most: int) -> int:
    """Keep so many examples of a file; return how many there are now."""
    kept = 0
    content = read_yaml(file)
    for intent in content["nlu"]:
        intent["examples"] = list(islice(intent["examples"], most - kept))
        kept += len(intent["examples"])
    content["nlu"] = [intent for intent in content["nlu"] if intent["examples"]]
    if content["nlu"]:
        file.write_text(_yaml(content), encoding="utf-8")
    else:
        file.unlink()
    return kept


def of_one_language(folder: Path, code: str) -> None:
    """Have a copy of ours take every message to be in one language: a classifier cannot learn one class."""
    config = folder / "config.yml"
    content = read_yaml(config)
    for component in content["pipeline"]:
        if component["name"] == LANGUAGE_CLASSIFIER:
            component |= {"name": "waymark.benches.one_language.OneLanguage", "code": code}
    config.write_text(_yaml(content), encoding="utf-8")


def without_our_subject(folder: Path) -> None:
    """Have a copy of ours learn intents only, where lines are not about modern slavery: no reading of ours follows."""
    config = folder / "config.yml"
    content = read_yaml(config)
    content["pipeline"] = [component for component in content["pipeline"] if component["name"] != SITUATION_READER]
    config.write_text(_yaml(content), encoding="utf-8")


def ours(*words: str) -> list[str]:
    """Return a `waymark` command, for whichever copy it is run in."""
    return [sys.executable, "-c", "from waymark.cli import main; main()", *words]


def add_services(folder: Path, count: int) -> None:
    """Bring the directory of a copy of ours to so many services, by invented ones that nobody is sent to elsewhere."""
    services = folder / "data" / "services"
    there = sum(not file.name.startswith("_") for file in services.glob("*.yml"))
    of = read_yaml(services / f"{A_SERVICE}.yml")
    for number in range(count - there):
        phones = [{**phone, "number": A_NUMBER.format(number % 1000)} for phone in of["phones"]]
        (services / f"bench-{number:05}.yml").write_text(_yaml({**of, "name": f"Bench {number}", "phones": phones}), "utf-8")


def initial_project() -> Path:
    """Return the folder that `rasa init` copies."""
    found = find_spec("rasa")
    assert found is not None, "Rasa is installed"
    assert found.origin is not None, "Rasa is a package"
    return Path(found.origin).parent / "cli" / "initial_project"


def stock_project(folder: Path, lines: Iterable[Line]) -> Path:
    """Make the project of `rasa init`, and have it learn our intents too; it answers each with a sentence of its own."""
    shutil.copytree(initial_project(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "tmp").mkdir()
    intents = write_plain_examples(folder / "data" / "ours.yml", lines)
    domain = folder / "domain.yml"
    content = read_yaml(domain)
    ours = sorted(set(intents) - set(content["intents"]))
    content["intents"] += ours
    content["responses"] |= {f"utter_{intent}": [{"text": f"This is about {intent}."}] for intent in ours}
    domain.write_text(_yaml(content), encoding="utf-8")
    # After a wish to begin again Rasa says `utter_restart` by itself, and bears no rule beside its own.
    ruled = [intent for intent in ours if intent != USER_INTENT_RESTART]
    rules = [{"rule": intent, "steps": [{"intent": intent}, {"action": f"utter_{intent}"}]} for intent in ruled]
    (folder / "data" / "rules_of_ours.yml").write_text(_yaml({"version": VERSION, "rules": rules}), encoding="utf-8")
    return folder


def write_plain_examples(file: Path, lines: Iterable[Line]) -> Sequence[str]:
    """Write examples as Rasa's stock pipeline reads them, danger as an intent of its own; return the intents."""
    intents: dict[str, list[Any]] = {}
    for line in lines:
        intents.setdefault(line.stock_intent, []).append({"text": line.text})
    _write_nlu(file, [{"intent": intent, "examples": examples} for intent, examples in sorted(intents.items())])
    return sorted(intents)


def write_our_examples(folder: Path, lines: Iterable[Line]) -> None:
    """Write examples as our pipeline reads them, each with what it tells."""
    groups: dict[tuple[str, str], list[Any]] = {}
    for line in lines:
        told = {"metadata": dict(line.told)} if line.told else {}
        groups.setdefault((line.language, line.intent), []).append({"text": line.text, **told})
    blocks: dict[str, list[Any]] = {}
    for (language, intent), examples in sorted(groups.items()):
        blocks.setdefault(language, []).append({"intent": intent, "metadata": {"language": language}, "examples": examples})
    for language, block in blocks.items():
        file = folder / language / "examples.yml"
        _write_nlu(file, block)
        load_examples_of(file)  # what could not be read is noticed here


def _write_nlu(file: Path, blocks: Sequence[Mapping[str, Any]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_yaml({"version": VERSION, "nlu": list(blocks)}), encoding="utf-8")


def _yaml(content: Any) -> str:
    return yaml.dump(content, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=10_000)
