"""Read content files: YAML in, frozen records out, every mistake reported together.

The loaders of services, areas, wording and word lists call this; nothing else in the project opens a content file. A file whose
name begins with an underscore is a template and is never loaded.
"""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from bot.errors import ContentError, Problem

PROJECT_FOLDER = Path(__file__).resolve().parent.parent

Record = TypeVar("Record")
Loaded = TypeVar("Loaded")


def read_yaml(path: Path) -> Any:
    """Return what a YAML file holds.

    Raises:
        ContentError: the file cannot be read, or is not YAML.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise ContentError((Problem(shown(path), "(file)", "", f"must be readable YAML: {reason}"),)) from error


def load_record(path: Path, record: type[Record], **given: Any) -> Record:
    """Return the record that one file describes; `given` are fields the file does not state itself, such as its id.

    Raises:
        ContentError: one problem a wrong key.
    """
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise ContentError((Problem(shown(path), "(file)", content, "must hold keys and values"),))
    try:
        return TypeAdapter(record).validate_python({**content, **given})
    except ValidationError as error:
        raise ContentError(tuple(problems(path, error))) from error


def load_folder(folder: Path, record: type[Record]) -> dict[str, Record]:
    """Return the records of a folder by id; the id is the file's name.

    Raises:
        ContentError: every problem of every file.
    """
    paths = sorted(path for path in folder.glob("*.yml") if not path.name.startswith("_"))
    loaded = collect([partial(load_record, path, record, id=path.stem) for path in paths])
    return dict(zip((path.stem for path in paths), loaded, strict=True))


def collect(loaders: Iterable[Callable[[], Loaded]]) -> list[Loaded]:
    """Run every loader and return what they loaded.

    Raises:
        ContentError: the problems of all that failed, not only of the first.
    """
    loaded: list[Loaded] = []
    found: list[Problem] = []
    for load in loaders:
        try:
            loaded.append(load())
        except ContentError as error:
            found.extend(error.problems)
    if found:
        # Loaders overlap: a mistake is told once, however many of them meet it.
        raise ContentError(tuple({str(problem): problem for problem in found}.values()))
    return loaded


def shown(path: Path) -> str:
    """Return a path as an editor knows it: from the project's folder down."""
    return str(path.relative_to(PROJECT_FOLDER)) if path.is_relative_to(PROJECT_FOLDER) else path.name


def problems(path: Path, error: ValidationError) -> Iterable[Problem]:
    """Yield what is wrong in a file, said for editors."""
    for detail in error.errors(include_url=False, include_context=False):
        key = ".".join(str(part) for part in detail["loc"]) or "(file)"
        yield Problem(shown(path), key, detail["input"], detail["msg"])
